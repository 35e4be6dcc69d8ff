package main

import (
	"musharaka/modules/guide"
	"musharaka/modules/petition"
)

// guideRefusals tells the guides for which reasons a petition may be refused:
// those that the desk offers, and no others.
func guideRefusals() []guide.Refusal {
	list := make([]guide.Refusal, len(petition.Rejections))
	for i, r := range petition.Rejections {
		list[i] = guide.Refusal{Label: r.Label, Hides: r.Hidden}
	}
	return list
}
