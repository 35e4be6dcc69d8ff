package petitionview

import "strconv"

// CommentField is the name of the choice for the i-th comment of the form in
// which comments are moderated.
func CommentField(i int) string { return "decision" + strconv.Itoa(i) }

// The choices for a comment; "" decides nothing.
const (
	CommentShow = "show"
	CommentHide = "hide"
)

func commentChoice(approve bool) string {
	if approve {
		return CommentShow
	}
	return CommentHide
}
