package petition

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// Limits of what is written, in letters (runes). Forms use them as maxlength.
const (
	MinObject      = 10
	MaxObject      = 80
	MinAsk         = 30
	MaxAsk         = 1000
	MinReasons     = 30
	MaxReasons     = 4000
	MaxAims        = 2000
	MaxName        = 100
	MaxTags        = 4
	MaxAttachments = 5
	MaxMembers     = 12
	MaxComment     = 500
	MaxNote        = 4000 // reasons of a rejection, requests for changes
	MaxSummary     = 300
	MaxAnswer      = 20000
	MaxDrafts      = 20 // drafts a person may have at once
)

// TextLangs are the languages in which a petition may be written.
var TextLangs = []string{"ar", "fr"}

// Step is one question of the writing.
type Step string

// The steps.
const (
	StepAuthority   Step = "authority"
	StepObject      Step = "object"
	StepAsk         Step = "ask"
	StepReasons     Step = "reasons"
	StepAims        Step = "aims"
	StepTheme       Step = "theme"       // theme and tags
	StepPetitioners Step = "petitioners" // kind, association, agent's public name, deputy, committee
	StepAttachments Step = "attachments"
	StepLanguages   Step = "languages" // which languages; texts of a second one
)

// Steps are the steps in the order in which they are asked. Check-and-submit
// follows the last.
var Steps = []Step{StepAuthority, StepLanguages, StepObject, StepAsk, StepReasons, StepAims, StepTheme, StepPetitioners, StepAttachments}

// Input is what one step of the writing saves. Only the fields of the step
// that is saved are read.
type Input struct {
	Authority   string          // StepAuthority: place id
	Langs       []string        // StepLanguages: the original first
	Texts       map[string]Text // StepObject … StepAims: by language, only the step's field
	Theme       string          // StepTheme
	Tags        []string        // StepTheme
	Kind        Kind            // StepPetitioners
	OrgID       string          // StepPetitioners, for an association
	AgentName   string          // StepPetitioners: the name as the agent wants it in the file
	AgentPublic bool            // StepPetitioners: the agent makes that name public
	Deputy      string          // StepPetitioners: name, may be empty
	Committee   []string        // StepPetitioners: names; empty ones are dropped
	Attachments []string        // StepAttachments: file ids
}

// Problem is one thing that is wrong with what was written.
type Problem struct {
	Step    Step
	Field   string // "authority", "langs", "object", "ask", "reasons", "aims", "theme", "tags", "kind", "org", "agent", "deputy", "committee", "attachments"
	Lang    string // of a text, "" otherwise
	Message string // English sentence and message id
	Args    []any
}

// Broken is the error of a step or of a submission that cannot be accepted as
// it is. It is a fault of kind Invalid, and keeps the first problem first.
type Broken struct{ Problems []Problem }

// Error says what is wrong first, for the log.
func (b *Broken) Error() string {
	return "petition: " + string(b.Problems[0].Step) + ": " + b.Problems[0].Message
}

// Unwrap makes a Broken an Invalid fault with the first problem's message.
func (b *Broken) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: b.Problems[0].Message, Args: b.Problems[0].Args}
}

// First returns the first broken step.
func (b *Broken) First() Step { return b.Problems[0].Step }

func broken(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &Broken{Problems: problems}
}

// CheckStep returns what is wrong with one step of a petition as it is kept.
// It needs no one else's knowledge: whether the authority or the association
// accepts petitions is asked by the service.
func (p Petition) CheckStep(step Step) []Problem {
	switch step {
	case StepAuthority:
		if p.Authority == "" {
			return one(step, "authority", i18n.Msg("Choose the municipality, province or region you address"))
		}
	case StepLanguages:
		return p.checkLangs()
	case StepObject:
		return p.checkTexts(step, "object", MinObject, MaxObject)
	case StepAsk:
		return p.checkTexts(step, "ask", MinAsk, MaxAsk)
	case StepReasons:
		return p.checkTexts(step, "reasons", MinReasons, MaxReasons)
	case StepAims:
		return p.checkTexts(step, "aims", 0, MaxAims)
	case StepTheme:
		return p.checkTheme()
	case StepPetitioners:
		return p.checkPetitioners()
	case StepAttachments:
		if len(p.Attachments) > MaxAttachments {
			return one(step, "attachments", i18n.Msg("Attach at most {limit} files"), "limit", MaxAttachments)
		}
	}
	return nil
}

// Check returns what is wrong with the whole petition, in the order of Steps.
func (p Petition) Check() []Problem {
	var all []Problem
	for _, step := range Steps {
		all = append(all, p.CheckStep(step)...)
	}
	return all
}

func one(step Step, field, message string, args ...any) []Problem {
	return []Problem{{Step: step, Field: field, Message: message, Args: args}}
}

func (p Petition) checkLangs() []Problem {
	if len(p.Langs) == 0 {
		return one(StepLanguages, "langs", i18n.Msg("Choose the language in which you write"))
	}
	for i, lang := range p.Langs {
		if !slices.Contains(TextLangs, lang) || slices.Contains(p.Langs[:i], lang) {
			return one(StepLanguages, "langs", i18n.Msg("A petition is written in Arabic, in French or in both"))
		}
	}
	return nil
}

// field returns one field of a text by its name.
func (t Text) field(name string) string {
	return map[string]string{"object": t.Object, "ask": t.Ask, "reasons": t.Reasons, "aims": t.Aims}[name]
}

func (p Petition) checkTexts(step Step, field string, least, most int) []Problem {
	var found []Problem
	for _, lang := range p.Langs {
		text := p.Texts[lang].field(field)
		add := func(message string, args ...any) {
			found = append(found, Problem{Step: step, Field: field, Lang: lang, Message: message, Args: args})
		}
		switch n := utf8.RuneCountInString(text); {
		case n == 0 && least > 0:
			add(emptyMessages[field])
		case n < least:
			add(i18n.Msg("Write a little more: at least {limit} letters"), "limit", least)
		case n > most:
			add(i18n.Msg("Shorten the text to {limit} letters or fewer"), "limit", most)
		case field == "object" && strings.ContainsAny(text, "\r\n"):
			add(i18n.Msg("Write the object on one line"))
		case field == "object" && strings.ContainsAny(text[:1], formulaSigns):
			add(i18n.Msg("Begin with a letter, not with a sign"))
		}
	}
	return found
}

var emptyMessages = map[string]string{
	"object":  i18n.Msg("Give your petition an object"),
	"ask":     i18n.Msg("Say what you ask the authority to do"),
	"reasons": i18n.Msg("Say why it is needed"),
}

func (p Petition) checkTheme() []Problem {
	switch {
	case !slices.Contains(Themes, p.Theme):
		return one(StepTheme, "theme", i18n.Msg("Choose a theme"))
	case len(p.Tags) > MaxTags:
		return one(StepTheme, "tags", i18n.Msg("Choose at most {limit} of these"), "limit", MaxTags)
	}
	for i, tag := range p.Tags {
		if !slices.Contains(Tags, tag) || slices.Contains(p.Tags[:i], tag) {
			return one(StepTheme, "tags", i18n.Msg("Choose from the list"))
		}
	}
	return nil
}

func (p Petition) checkPetitioners() []Problem {
	var found []Problem
	add := func(field, message string, args ...any) {
		found = append(found, one(StepPetitioners, field, message, args...)...)
	}
	switch {
	case p.Kind != Citizens && p.Kind != Association:
		add("kind", i18n.Msg("Say whether citizens or an association petition"))
	case p.Kind == Association && p.OrgID == "":
		add("org", i18n.Msg("Choose the association you represent"))
	}
	if p.Agent.Name == "" {
		add("agent", i18n.Msg("Give the name of the petition's agent"))
	} else if message := badName(p.Agent.Name); message != "" {
		add("agent", message)
	}
	if message := badName(p.Deputy.Name); message != "" {
		add("deputy", message)
	}
	if len(p.Committee) > MaxMembers {
		add("committee", i18n.Msg("Name at most {limit} members"), "limit", MaxMembers)
	}
	for _, member := range p.Committee {
		if message := badName(member.Name); message != "" {
			add("committee", message)
			break
		}
	}
	return found
}

// formulaSigns begin a formula in a spreadsheet: a name that begins with one
// would run in the office of whoever opens an exported list.
const formulaSigns = "=+-@\t"

var address = regexp.MustCompile(`(?i)https?:|www\.|://|\.(com|net|org|tn|ma)\b`)

// badName returns what is wrong with a person's name, "" for a fine or empty one.
func badName(name string) string {
	switch {
	case name == "":
		return ""
	case utf8.RuneCountInString(name) > MaxName:
		return i18n.Msg("This name is too long")
	case strings.ContainsAny(name[:1], formulaSigns):
		return i18n.Msg("A name begins with a letter")
	case address.MatchString(name):
		return i18n.Msg("A name is not a web address")
	case strings.ContainsFunc(name, unicode.IsControl) || !strings.ContainsFunc(name, unicode.IsLetter):
		return i18n.Msg("Write the name in letters")
	}
	return ""
}

// tidy trims a text and makes its line ends one kind. A single-line text loses
// its line breaks. Beyond ten times the limit it is cut: what nobody could
// have written by hand is not kept.
func tidy(s string, most int, lines bool) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "")
	if !lines {
		s = strings.Join(strings.Fields(s), " ")
	}
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || !unicode.IsControl(r) {
			return r
		}
		return -1
	}, s))
	if utf8.RuneCountInString(s) > 10*most {
		s = string([]rune(s)[:10*most])
	}
	return s
}

// put writes one step of in into the petition, tidied.
func (p *Petition) put(step Step, in Input) {
	switch step {
	case StepLanguages:
		p.Langs = slices.Clone(in.Langs) // a text in a language given up stays until submission: minds change
	case StepObject, StepAsk, StepReasons, StepAims:
		p.putTexts(step, in.Texts)
	case StepTheme:
		p.Theme, p.Tags = in.Theme, slices.Clone(in.Tags)
	case StepPetitioners:
		p.Kind, p.OrgID = in.Kind, ""
		if in.Kind == Association {
			p.OrgID = in.OrgID
		}
		p.Agent.Name, p.Agent.Public = tidy(in.AgentName, MaxName, false), in.AgentPublic
		p.Deputy = Petitioner{Name: tidy(in.Deputy, MaxName, false)}
		p.Committee = nil
		for _, name := range in.Committee {
			if name = tidy(name, MaxName, false); name != "" && len(p.Committee) < 10*MaxMembers {
				p.Committee = append(p.Committee, Petitioner{Name: name})
			}
		}
	case StepAttachments:
		p.Attachments = slices.Clone(in.Attachments)
	}
	if !slices.Contains(p.Saved, step) {
		p.Saved = append(p.Saved, step)
	}
}

func (p *Petition) putTexts(step Step, texts map[string]Text) {
	if p.Texts == nil {
		p.Texts = map[string]Text{}
	}
	for _, lang := range TextLangs {
		in, given := texts[lang]
		if !given || !slices.Contains(p.Langs, lang) {
			continue
		}
		kept := p.Texts[lang]
		switch step {
		case StepObject:
			kept.Object = tidy(in.Object, MaxObject, false)
		case StepAsk:
			kept.Ask = tidy(in.Ask, MaxAsk, true)
		case StepReasons:
			kept.Reasons = tidy(in.Reasons, MaxReasons, true)
		case StepAims:
			kept.Aims = tidy(in.Aims, MaxAims, true)
		}
		p.Texts[lang] = kept
	}
}

// Count is what the threshold is compared with.
type Count struct {
	Valid    int64
	Subunits map[string]int64 // valid signatures by place id of the sub-unit
}

// Reached reports whether a count satisfies the threshold in full.
func (t Threshold) Reached(c Count) bool {
	return c.Valid >= t.Signatures && len(t.Missing(c)) == 0
}

// Half reports whether a count is at least half of the figure.
func (t Threshold) Half(c Count) bool { return t.Signatures > 0 && 2*c.Valid >= t.Signatures }

// Missing returns the sub-units whose minimum is not reached, with what each lacks.
func (t Threshold) Missing(c Count) map[string]int64 {
	lacking := map[string]int64{}
	for _, unit := range t.Subunits {
		if lack := t.PerSubunit - c.Subunits[unit]; lack > 0 {
			lacking[unit] = lack
		}
	}
	return lacking
}

// Milestone is a point of the collection that is announced once.
type Milestone string

// The milestones, and what else followers are told of.
const (
	Published Milestone = "published"
	HalfWay   Milestone = "half"
	Reached   Milestone = "reached"
	Replied   Milestone = "answered"
)

// milestones returns those that a count has passed and the petition has not
// announced. When both come at once (a low threshold) only the greater is told.
func (p Petition) milestones(c Count) []Milestone {
	switch {
	case p.State != Open:
		return nil
	case p.Threshold.Reached(c):
		return []Milestone{Reached}
	case p.HalfAt.IsZero() && p.Threshold.Half(c):
		return []Milestone{HalfWay}
	}
	return nil
}

// due returns which act of the clock has come due at t, if any.
func (p Petition) due(t time.Time) (Act, bool) {
	switch {
	case p.State == Open && t.After(p.ClosesAt):
		return ActExpire, true
	case DeadlineStates.Has(p.State) && !p.AnswerDueAt.IsZero() && t.After(p.AnswerDueAt):
		return ActLapse, true
	}
	return "", false
}
