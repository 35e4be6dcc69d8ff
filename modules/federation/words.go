package federation

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/i18n"
)

// kindWords are a kind's names: of its list, of one, of the button that enters one.
type kindWords struct {
	path, all, one, enter, empty, lead string
}

var kindNames = map[Kind]kindWords{
	Space: {"spaces", i18n.Msg("Citizen Spaces"), i18n.Msg("Citizen Space"), i18n.Msg("Enter a Citizen Space"), i18n.Msg("No Citizen Space has been entered yet"),
		i18n.Msg("The Citizen Spaces of the network’s members: built, under construction and planned, with what they offer and when they are open.")},
	Mandate: {"bodies", i18n.Msg("Bodies of the network"), i18n.Msg("Mandate"), i18n.Msg("Enter a mandate"), i18n.Msg("Nobody has been named yet"),
		i18n.Msg("The steering committee and the three technical committees of the charter, and who sits in them for which member.")},
	Meeting: {"meetings", i18n.Msg("Meetings and workshops"), i18n.Msg("Meeting"), i18n.Msg("Plan a meeting"), i18n.Msg("No meeting is announced"),
		i18n.Msg("Meetings, workshops, seminars and the periodic conference of the network, with agenda and minutes.")},
	Practice: {"practices", i18n.Msg("Practice sheets"), i18n.Msg("Practice sheet"), i18n.Msg("Write a practice sheet"), i18n.Msg("No practice sheet is published yet"),
		i18n.Msg("What members tried and what came of it, told so that others can do it too. The guide of the network is made of these sheets.")},
	Output: {"outputs", i18n.Msg("Outputs"), i18n.Msg("Output"), i18n.Msg("Agree an output"), i18n.Msg("There is no output here"),
		i18n.Msg("What members and bodies of the network produce by an agreed day.")},
	Obstacle: {"obstacles", i18n.Msg("Obstacles"), i18n.Msg("Obstacle"), i18n.Msg("Raise an obstacle"), i18n.Msg("There is no obstacle here"),
		i18n.Msg("What stands in a member’s way, followed until it is removed. Only members of the network read this.")},
	Request: {"requests", i18n.Msg("Resource requests"), i18n.Msg("Resource request"), i18n.Msg("Ask for resources"), i18n.Msg("There is no request here"),
		i18n.Msg("People, equipment, premises and know-how that members ask the network for. Only members of the network read this.")},
	Dispute: {"disputes", i18n.Msg("Disputes"), i18n.Msg("Dispute"), i18n.Msg("Record a dispute"), i18n.Msg("There is no dispute here"),
		i18n.Msg("Disputes between members and how they were settled. Only the parties and the coordinator read this.")},
}

// KindOf returns the kind whose pages have this path.
func KindOf(path string) (Kind, bool) {
	for k, w := range kindNames {
		if w.path == path {
			return k, true
		}
	}
	return "", false
}

// Steering is the body in which the technical committees are represented.
const Steering = "steering"

// BodyNames are the bodies of the charter, by key.
var BodyNames = map[string]string{
	Steering: i18n.Msg("Steering committee"), "valorising": i18n.Msg("Committee for valorising the citizen space"),
	"innovation": i18n.Msg("Committee for initiative and innovation"), "learning": i18n.Msg("Committee of learning municipalities"),
}

// Bodies are the keys of the bodies, in the charter's order.
var Bodies = []string{Steering, "valorising", "innovation", "learning"}

// SortNames are the charter's four kinds of obstacles, and of resources.
var SortNames = map[string]string{
	"technical": i18n.Msg("Technical"), "material": i18n.Msg("Material"), "human": i18n.Msg("Human"), "logistic": i18n.Msg("Logistic"),
}

// Sorts are their keys, in the charter's order.
var Sorts = []string{"technical", "material", "human", "logistic"}

// MeetingNames are the kinds of meetings.
var MeetingNames = map[string]string{
	"meeting": i18n.Msg("Meeting"), "workshop": i18n.Msg("Workshop"), "seminar": i18n.Msg("Seminar"), "conference": i18n.Msg("Periodic conference"),
}

// MeetingSorts are their keys, in the order offered.
var MeetingSorts = []string{"meeting", "workshop", "seminar", "conference"}

// ServiceNames are services that Citizen Spaces usually offer.
var ServiceNames = map[string]string{
	"civil_status": i18n.Msg("Civil status"), "building": i18n.Msg("Building permits"), "networks": i18n.Msg("Connection to water, electricity, sanitation and telephone"),
	"complaints": i18n.Msg("Complaints"), "taxes": i18n.Msg("Local taxes and cashier"), "marriage": i18n.Msg("Marriage files"), "halls": i18n.Msg("Hire of halls"),
	"works": i18n.Msg("Roads, lighting, cleanliness"), "information": i18n.Msg("Access to information"),
}

// Services are their keys, in the order offered.
var Services = []string{"civil_status", "building", "networks", "complaints", "taxes", "marriage", "halls", "works", "information"}

var dayNames = [7]string{i18n.Msg("Monday"), i18n.Msg("Tuesday"), i18n.Msg("Wednesday"), i18n.Msg("Thursday"), i18n.Msg("Friday"), i18n.Msg("Saturday"), i18n.Msg("Sunday")}

func hourField(day int) string { return "hours" + strconv.Itoa(day+1) }

// stateNames are the states in words.
var stateNames = map[State]string{
	Planned: i18n.Msg("Planned"), Building: i18n.Msg("Under construction"), Opened: i18n.Msg("Open to the public"), Closed: i18n.Msg("Closed"),
	Running: i18n.Msg("Current"), Ended: i18n.Msg("Ended"), Agreed: i18n.Msg("Agreed"), InHand: i18n.Msg("In hand"), Delivered: i18n.Msg("Delivered"),
	Accepted: i18n.Msg("Accepted"), Dropped: i18n.Msg("Given up"), Raised: i18n.Msg("Raised"), Removed: i18n.Msg("Removed"), Withdrawn: i18n.Msg("Withdrawn"),
	Granted: i18n.Msg("Granted"), Refused: i18n.Msg("Refused"), Provided: i18n.Msg("Provided"), Settled: i18n.Msg("Settled"), Convened: i18n.Msg("Convened"),
	Cancelled: i18n.Msg("Cancelled"), Held: i18n.Msg("Held"), Published: i18n.Msg("Published"), Draft: i18n.Msg("Draft"), Submitted: i18n.Msg("Handed in"),
}

// kindStates are states that are called otherwise for one kind.
var kindStates = map[Kind]map[State]string{
	Space:    {Planned: i18n.Msg("Space being planned")},
	Request:  {Raised: i18n.Msg("Asked for")},
	Dispute:  {Raised: i18n.Msg("Recorded"), InHand: i18n.Msg("In mediation")},
	Mandate:  {Ended: i18n.Msg("Mandate over")},
	Meeting:  {Planned: i18n.Msg("Meeting being planned"), Published: i18n.Msg("Minutes published")},
	Practice: {Draft: i18n.Msg("Being written")},
	Output:   {InHand: i18n.Msg("Being made")},
}

// stateName is a state of a kind in words (a message id).
func stateName(k Kind, s State) string {
	if name := kindStates[k][s]; name != "" {
		return name
	}
	return stateNames[s]
}

// statesOf are the states of a kind, in the order of its table.
func statesOf(k Kind) []State {
	var all []State
	for _, m := range moves {
		if m.kind == k && !slices.Contains(all, m.to) {
			all = append(all, m.to)
		}
	}
	return all
}

// span is one opening of a day.
var span = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)-(([01]\d|2[0-3]):([0-5]\d)|24:00)$`)

// tidyHours brings the hours of a day into one spelling; false when they are
// none, end before they begin or overlap. "" is closed.
func tidyHours(text string) (string, bool) {
	text = strings.NewReplacer("–", "-", "—", "-", "،", ",", ";", ",", " ", "", "\u00a0", "", "\u202f", "", "h", ":").Replace(fold.Digits(text))
	if text == "" {
		return "", true
	}
	var out []string
	last := ""
	for part := range strings.SplitSeq(text, ",") {
		from, to, ok := strings.Cut(part, "-")
		if len(from) == 4 {
			from = "0" + from
		}
		if len(to) == 4 {
			to = "0" + to
		}
		if part = from + "-" + to; !ok || !span.MatchString(part) || from >= to || from < last || len(out) == 4 {
			return text, false
		}
		out, last = append(out, part), to
	}
	return strings.Join(out, ", "), true
}

// indexedWords is by how many words a record is found at most.
const indexedWords = 120

// indexed are the words of a record, as people look for them.
func (r Record) indexed() []string {
	var all []string
	add := func(texts ...string) {
		for _, t := range texts {
			for _, w := range fold.Words(t) {
				if len(all) < indexedWords && !slices.Contains(all, w) {
					all = append(all, w)
				}
			}
		}
	}
	for _, lang := range Langs {
		add(r.Texts[lang].Title)
	}
	add(r.Capacity, r.Site.Address, r.Sitting.Place, strings.Join(r.Site.Districts, " "), strings.Join(r.Site.Others, " "), strings.Join(r.Sitting.Agenda, " "))
	for _, lang := range Langs {
		w := r.Texts[lang]
		add(w.Text, w.Done, w.Result)
	}
	add(r.Sitting.Minutes)
	return all
}
