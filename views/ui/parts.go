package ui

import (
	"strings"
	"time"
	"unicode"

	"github.com/a-h/templ"
)

// ProgressSpec is how far a petition has come.
type ProgressSpec struct {
	// Count is what counts towards the threshold; Threshold is 0 where there is none.
	Count, Threshold int64
	// Supporters is everybody who signed, shown beside Count when it differs.
	Supporters int64
	// CountURL answers {"count":…,"supporters":…}; the script refreshes the numbers from it.
	CountURL string
	// Note explains which signatures are valid for the threshold.
	Note string
	// Small leaves out the large figure, for cards in a list.
	Small bool
	// Lacking says that the number is there and something else is not, such as
	// the least share of a province: the threshold is not reached.
	Lacking bool
}

// share is the part reached, at most 1.
func (s ProgressSpec) share() float64 { return share(s.Count, s.Threshold) }

func share(count, of int64) float64 {
	switch {
	case of <= 0:
		return 0
	case count >= of:
		return 1
	}
	return float64(count) / float64(of)
}

// reached says whether the threshold is met.
func (s ProgressSpec) reached() bool { return s.Threshold > 0 && s.Count >= s.Threshold && !s.Lacking }

// bar is the progress in whole per mille, for the bar's value; somebody who
// signed is always to be seen.
func (s ProgressSpec) bar() int64 {
	n := int64(s.share() * 1000)
	if n == 0 && s.Count > 0 {
		return 1
	}
	return n
}

// percent never says 100 % before the threshold is reached.
func (s ProgressSpec) percent(p Page) string {
	sh := s.share()
	if sh < 1 {
		sh = float64(int64(sh*100)) / 100
	}
	return p.Percent(sh)
}

// PlaceRow is one place of a threshold that several places must each reach.
type PlaceRow struct {
	Name          string
	Count, Needed int64
}

// EventState says where an event of a timeline stands.
type EventState string

// The states of an event.
const (
	Past    EventState = "past"
	Present EventState = "now"
	Future  EventState = "next"
)

// Event is an entry of a timeline.
type Event struct {
	At    time.Time // shown as a day; zero shows When instead
	When  string    // "December 2026", "Within 60 days"
	Title string
	Text  string // people's or officers' words
	By    string
	Href  string
	Link  string
	State EventState
}

// SummaryRow is a question with its answer on a check-and-submit page.
type SummaryRow struct {
	Key   string
	Value string          // people's words, split into paragraphs
	Body  templ.Component // instead of Value
	Href  string          // where to change it; none when ""
	// Action is "Change" when empty.
	Action string
}

// Pages are the links of a list paged by cursor; an empty one is not shown.
type Pages struct {
	First, Previous, Next string
	// Text says where one is, such as "21 to 40 of 312".
	Text string
}

// TableSpec is a table of facts. On a narrow screen each row becomes a block
// with the column's name in front of each value.
type TableSpec struct {
	Caption     string
	HideCaption bool
	Head        []Th
	Rows        [][]Cell
	// RowHead makes the first cell of each row its heading.
	RowHead bool
}

// Th is the head of a column; Number columns are set flush to the end.
type Th struct {
	Label  string
	Number bool
}

// Cell is a value in a table: text, a link, or a component.
type Cell struct {
	Text string
	Href string
	Body templ.Component
	Ltr  bool // references, phones
}

// CardSpec is one entry of a list, such as a petition.
type CardSpec struct {
	Title    string // people's words
	Href     string
	TagText  string
	TagTone  Tone
	Eyebrow  string // theme, authority
	Text     string
	Meta     []string // facts under the text
	Progress *ProgressSpec
	// Level is the heading's level, 2 (also when 0) or 3.
	Level int
}

// Tab is a link of a row of tabs.
type Tab struct {
	Label, Href string
	Current     bool
	Count       int // shown when above zero
}

// Crumb is a step of the way to a page; the last one has no Href.
type Crumb struct{ Label, Href string }

// FiltersSpec is a form that narrows a list.
type FiltersSpec struct {
	Action string
	Title  string // "Filter" when empty
	Active int    // how many are set, shown beside the title
	Clear  string // the address without any filter
}

// ShareSpec is what is passed on: an absolute address and a text without it.
// Title, if any, is a heading that belongs to it.
type ShareSpec struct{ URL, Text, Title string }

// shareLink is one network's address for passing something on.
type shareLink struct{ name, href string }

func (s ShareSpec) links() []shareLink {
	u, t := query(s.URL), query(s.Text)
	return []shareLink{
		{"WhatsApp", "https://wa.me/?text=" + query(s.Text+" "+s.URL)},
		{"Facebook", "https://www.facebook.com/sharer/sharer.php?u=" + u},
		{"Telegram", "https://t.me/share/url?url=" + u + "&text=" + t},
		{"X", "https://twitter.com/intent/tweet?url=" + u + "&text=" + t},
	}
}

// SourceSpec is where a rule or a number comes from.
type SourceSpec struct {
	Text string // "Organic law 113-14, article 123"
	URL  string
	// Verified is false while nobody has held the text against the official
	// journal; the mark ✎ says so.
	Verified bool
}

// ConfirmSpec is a question before something that cannot be undone, on a page
// of its own.
type ConfirmSpec struct {
	Title  string // the question: "Withdraw your signature?"
	Text   string // what will happen
	Action string // where the answer is posted
	Button string // the act in words: "Withdraw my signature", never "Yes"
	Danger bool
	Cancel string // where to go instead
}

// ErrorSpec is a page that says that something did not work.
type ErrorSpec struct {
	Status int
	Title  string // also the page's Title; a fitting one for the status when empty
	Text   string // what happened, and what to do next
	// Reference is what the person can quote when asking for help.
	Reference string
	// Href and Link are the way on; the home page when empty.
	Href, Link string
}

// WaitSpec is a page that asks to come back.
type WaitSpec struct {
	Title, Text string
	// Seconds until the script asks again by itself; 0 for never.
	Seconds int
}

// paragraph is the lines of one paragraph.
type paragraph []string

// paragraphs splits people's text at empty lines; the lines within stay lines.
func paragraphs(text string) []paragraph {
	var out []paragraph
	var current paragraph
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line = strings.TrimSpace(line)
		if line != "" {
			current = append(current, line)
			continue
		}
		if current != nil {
			out = append(out, current)
			current = nil
		}
	}
	if current != nil {
		out = append(out, current)
	}
	return out
}

// Initials are the first letters of the first and last word of a name; of an
// Arabic name only the first, because separate Arabic letters beside each
// other would join.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '’' && r != '\'' })
	if len(words) == 0 {
		return "?"
	}
	first := []rune(words[0])
	if unicode.Is(unicode.Arabic, first[0]) {
		return string(arabicInitial(first))
	}
	out := []rune{unicode.ToUpper(first[0])}
	if len(words) > 1 {
		out = append(out, unicode.ToUpper([]rune(words[len(words)-1])[0]))
	}
	return string(out)
}

// arabicInitial skips the article, which half of all family names begin with.
func arabicInitial(word []rune) rune {
	if len(word) > 3 && word[0] == 'ا' && word[1] == 'ل' {
		return word[2]
	}
	return word[0]
}

// avatarHue picks one of six quiet colours, always the same for one name.
func avatarHue(name string) string {
	sum := uint32(2166136261)
	for _, b := range []byte(name) {
		sum = (sum ^ uint32(b)) * 16777619
	}
	return string(rune('a' + sum%6))
}

// writtenIn says in which language a text is.
func writtenIn(p Page, lang string) string {
	switch lang {
	case "ar":
		return p.T("This text is written in Arabic.")
	case "fr":
		return p.T("This text is written in French.")
	}
	return p.T("This text is written in English.")
}

// HeadingSpec is the top of a page.
type HeadingSpec struct {
	Title   string // people's words or ours
	Caption string // above the title: theme, authority
	TagText string
	TagTone Tone
	Lead    string // one or two sentences below
}

// TileSpec is a tile: an icon or a number, a title, a sentence.
type TileSpec struct {
	Icon   string
	Number int
	Title  string
	Text   string
	Href   string
	// Level is the heading's level, 3 (also when 0) or 2 right below the h1.
	Level int
}

// Stat is a figure with what it counts.
type Stat struct{ Value, Label string }

// Heading is the page’s title, a fitting one where none is given.
func (e ErrorSpec) Heading(p Page) string {
	switch {
	case e.Title != "":
		return e.Title
	case e.Status == 401:
		return p.T("Sign in to continue")
	case e.Status == 403:
		return p.T("You may not open this page")
	case e.Status == 404:
		return p.T("Page not found")
	case e.Status == 410:
		return p.T("This page is no longer here")
	case e.Status == 413:
		return p.T("This is too large")
	case e.Status == 429:
		return p.T("Too many attempts")
	case e.Status == 503:
		return p.T("This is not available at the moment")
	case e.Status >= 500 || e.Status == 0:
		return p.T("Something went wrong")
	}
	return p.T("This could not be done")
}

// Advice is what happened and what to do next.
func (e ErrorSpec) Advice(p Page) string {
	switch {
	case e.Text != "":
		return e.Text
	case e.Status == 401:
		return p.T("This page is for people who have signed in.")
	case e.Status == 403:
		return p.T("If you think you should be able to, ask the person who gave you access.")
	case e.Status == 404:
		return p.T("Check the address. If you followed a link, the page may have moved.")
	case e.Status == 410:
		return p.T("It was removed, or its owner has withdrawn it.")
	case e.Status == 413:
		return p.T("Send a smaller file, or a shorter text.")
	case e.Status == 429:
		return p.T("Wait a few minutes, then try again.")
	case e.Status == 503:
		return p.T("Try again in a few minutes. Nothing you have sent is lost.")
	case e.Status >= 500 || e.Status == 0:
		return p.T("It is our fault, not yours. Try again in a moment.")
	}
	return p.T("Go back and try again.")
}

func (w WaitSpec) title(p Page) string {
	if w.Title != "" {
		return w.Title
	}
	return p.T("Please come back in a moment")
}

// small is the card's progress, as cards show it.
func (c CardSpec) small() ProgressSpec {
	s := *c.Progress
	s.Small = true
	return s
}

// label names the i-th column.
func (t TableSpec) label(i int) string {
	if i < len(t.Head) {
		return t.Head[i].Label
	}
	return ""
}

// number says whether the i-th column holds numbers.
func (t TableSpec) number(i int) bool { return i < len(t.Head) && t.Head[i].Number }
