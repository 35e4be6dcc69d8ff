package law

import "slices"

// NumberForm is what a deposited list shows of the number of an identity card.
type NumberForm string

// The forms.
const (
	NoNumber     NumberForm = "none"
	MaskedNumber NumberForm = "masked" // its last two characters
	FullNumber   NumberForm = "full"
)

// List says what a list of signatures holds that is handed to an authority.
type List struct {
	Numbers NumberForm
	Citation
}

// Appeal says to whom petitioners may turn against a refusal or a silence;
// within what time says the figure AppealPeriod.
type Appeal struct {
	To Text
	Citation
}

// list reads what a list holds; a pack that says nothing asks for no numbers.
func (c *checker) list(raw *rawList) *List {
	if raw == nil {
		return nil
	}
	l := &List{NumberForm(raw.Numbers), c.citation("list", raw.rawCitation)}
	if !slices.Contains([]NumberForm{NoNumber, MaskedNumber, FullNumber}, l.Numbers) {
		c.fail("list.numbers", "must be none, masked or full")
	}
	return l
}

func (c *checker) appeal(raw *rawAppeal) *Appeal {
	if raw == nil {
		return nil
	}
	return &Appeal{c.text("appeal.to", raw.To), c.citation("appeal", raw.rawCitation)}
}
