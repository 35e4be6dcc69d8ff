package budget

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"

	"golang.org/x/mod/sumdb/tlog"
)

// Pick is what a ballot says about one project.
type Pick struct {
	Project string `bson:"p" json:"project"` // proposal id
	N       int64  `bson:"n" json:"n"`       // 1; of Points the points; of Ranking the place, from 1
}

// Choice is what a voter fills in.
type Choice struct {
	Area  string `bson:"area" json:"area"` // the area voted in; "" for the whole town
	Blank bool   `bson:"blank" json:"blank"`
	Picks []Pick `bson:"picks" json:"picks"` // of Ranking by place, otherwise by project id; none when blank
}

// Ballot is one ballot in the urn. It says nothing of who filled it in: its id
// is a digest under the edition's own secret, its day is all it knows of time.
type Ballot struct {
	store.Meta `bson:",inline"` // edition|key
	Edition    string           `bson:"edition"`
	Channel    Channel          `bson:"channel"`
	Day        string           `bson:"day"` // "2026-05-04", in the authority's zone
	Choice     `bson:",inline"`
	Voter      VoterGroup       `bson:"voter"`
	Nonce      []byte           `bson:"nonce"`            // 32 random bytes: nobody can guess the content from the leaf
	Leaf       []byte           `bson:"leaf"`             // Commitment
	Former     [][]byte         `bson:"former,omitempty"` // commitments of the ballots that this one replaced; all are in the log
	Sums       map[string]int64 `bson:"sums"`             // what its leaf adds to the log's sums
	Void       bool             `bson:"void,omitempty"`   // withdrawn: two accounts were one person's
}

// VoterGroup is what a ballot and the roll say of a voter, for turnout and
// satisfaction: never more.
type VoterGroup struct {
	Age string `bson:"age,omitempty" json:"age"` // one of AgeBands, "" when not known
	Sex string `bson:"sex,omitempty" json:"sex"` // "f", "m", "" when not given
}

// AgeBands are the bands of age in which voters are counted.
var AgeBands = []string{"16-17", "18-24", "25-34", "35-49", "50-64", "65+"}

// AgeBand returns the band of somebody born in a year, "" when not known or
// younger than all.
func AgeBand(year, birth int) string {
	age := year - birth
	switch {
	case birth == 0 || age < 16:
		return ""
	case age < 18:
		return AgeBands[0]
	case age < 25:
		return AgeBands[1]
	case age < 35:
		return AgeBands[2]
	case age < 50:
		return AgeBands[3]
	case age < 65:
		return AgeBands[4]
	}
	return AgeBands[5]
}

// commitment is what a ballot's leaf holds: SHA-256 over a line that names the
// form, the nonce and the canonical JSON of the ballot. Whoever has nonce and
// ballot can make it again; nobody else can tell one ballot's from another's.
func (b Ballot) commitment() ([]byte, error) {
	text, err := canonical(struct {
		Edition string     `json:"edition"`
		Channel Channel    `json:"channel"`
		Choice  Choice     `json:"choice"`
		Voter   VoterGroup `json:"voter"`
	}{b.Edition, b.Channel, b.Choice, b.Voter})
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	h.Write([]byte("musharaka ballot 1\n"))
	h.Write(b.Nonce)
	h.Write([]byte(text))
	return h.Sum(nil), nil
}

// Receipt returns what its voter is given.
func (b Ballot) Receipt() Receipt { return receiptOf(b.Edition, tlog.RecordHash(b.Leaf)) }

// Receipt proves that a ballot is in the log, and says nothing of what is on it.
type Receipt struct {
	Edition string
	Hash    tlog.Hash // of the leaf
	Code    string    // the first 80 bits of it, to type: "3f2a-…", five groups
}

// codeDigits is how many hexadecimal digits of a leaf's hash a code has.
const codeDigits = 20

func receiptOf(edition string, h tlog.Hash) Receipt {
	digits := hex.EncodeToString(h[:])[:codeDigits]
	var groups []string
	for i := 0; i < codeDigits; i += 4 {
		groups = append(groups, digits[i:i+4])
	}
	return Receipt{Edition: edition, Hash: h, Code: strings.Join(groups, "-")}
}

// parseCode reads what somebody typed: a code, or a whole hash; spaces, dashes
// and capital letters do not matter. It returns "" for anything else.
func parseCode(typed string) string {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'f':
			return r
		case r >= 'A' && r <= 'F':
			return r - 'A' + 'a'
		case r == '-' || r == ' ' || r == '\u2011':
			return -1
		}
		return 'x'
	}, strings.TrimSpace(typed))
	if strings.Contains(digits, "x") || len(digits) != codeDigits && len(digits) != 2*tlog.HashSize {
		return ""
	}
	return digits
}

// mistake is a problem of a ballot, filed under the field in which projects are
// chosen.
func mistake(message string, args ...any) *Problem {
	return &Problem{Field: "pick", Message: message, Args: args}
}

// Cost returns what the projects of a choice cost together, in minor units.
func (e Edition) Cost(c Choice) (sum int64) {
	for _, p := range c.Picks {
		if project, ok := e.project(p.Project); ok {
			sum += project.Cost
		}
	}
	return sum
}

// PointsOf returns how many points a choice gives away.
func (c Choice) PointsOf() (sum int64) {
	for _, p := range c.Picks {
		sum += p.N
	}
	return sum
}

func (e Edition) project(id string) (Project, bool) {
	if e.Frozen == nil {
		return Project{}, false
	}
	for _, p := range e.Frozen.Projects {
		if p.ID == id {
			return p, true
		}
	}
	return Project{}, false
}

// BallotArea returns the area of a ballot that says area: of an edition with one
// ballot for the whole town that is "", whatever it says.
func (e Edition) BallotArea(area string) (string, bool) {
	if !e.Rules.Ballot.PerArea {
		return "", true
	}
	a, ok := e.Area(area)
	return a.Key, ok
}

// OnBallot returns the projects that can be voted for in an area.
func (e Edition) OnBallot(area string) []Project {
	if e.Frozen == nil {
		return nil
	}
	var all []Project
	for _, p := range e.Frozen.Projects {
		if area == "" || p.Area == area || p.Area == TownKey && e.Rules.Ballot.PerArea && area == TownKey {
			all = append(all, p)
		}
	}
	return all
}

// BallotEnvelope returns what may be spent on the projects of a ballot, in minor
// units: the area's envelope, or the whole.
func (e Edition) BallotEnvelope(area string) int64 {
	if a, ok := e.Area(area); ok && area != "" {
		return a.Envelope
	}
	return e.Rules.Envelope
}

// MaxPicks returns the most projects a ballot may name.
func (e Edition) MaxPicks(area string) int {
	n := len(e.OnBallot(area))
	r := e.Rules.Ballot
	if r.Kind == Single {
		return min(n, 1)
	}
	if r.Max > 0 {
		return min(n, r.Max)
	}
	return n
}

// Settle brings a choice into the one form in which it is kept, and says what
// is wrong with it; nil when it can be a ballot. Only projects of its area can
// be on it, each once.
func (e Edition) Settle(c Choice) (Choice, *Problem) {
	area, ok := e.BallotArea(c.Area)
	if !ok {
		return c, &Problem{Field: "area", Message: i18n.Msg("Choose the area in which you vote.")}
	}
	c.Area = area
	c.Picks = slices.DeleteFunc(slices.Clone(c.Picks), func(p Pick) bool { return p.N == 0 })
	if c.Blank {
		return e.settleBlank(c)
	}
	seen := map[string]bool{}
	for _, p := range c.Picks {
		project, known := e.project(p.Project)
		if !known || area != "" && project.Area != area {
			return c, mistake(i18n.Msg("One of the projects is not on this ballot."))
		}
		if seen[p.Project] {
			return c, mistake(i18n.Msg("A project can be named once."))
		}
		seen[p.Project] = true
	}
	if len(c.Picks) == 0 {
		if e.Rules.Ballot.MayBlank {
			return c, mistake(i18n.Msg("Choose at least one project, or tick that you hand in a blank ballot."))
		}
		return c, mistake(i18n.Msg("Choose at least one project."))
	}
	if least := e.Rules.Ballot.Min; len(c.Picks) < least {
		return c, mistake(i18n.Msg("Choose at least {n} projects; you chose {chosen}."), "n", least, "chosen", len(c.Picks))
	}
	if most := e.MaxPicks(area); len(c.Picks) > most {
		return c, mistake(i18n.Msg("You chose {chosen} projects; {n} are possible. Take some away."), "n", most, "chosen", len(c.Picks))
	}
	return e.settleKind(c)
}

func (e Edition) settleBlank(c Choice) (Choice, *Problem) {
	if !e.Rules.Ballot.MayBlank {
		return c, mistake(i18n.Msg("A blank ballot is not possible in this vote."))
	}
	if len(c.Picks) > 0 {
		return c, mistake(i18n.Msg("A blank ballot names no project: untick the projects, or the blank ballot."))
	}
	c.Picks = nil
	return c, nil
}

// settleKind checks what is special to a kind of ballot.
func (e Edition) settleKind(c Choice) (Choice, *Problem) {
	r := e.Rules.Ballot
	switch r.Kind {
	case Points:
		for _, p := range c.Picks {
			if p.N < 0 || r.PointsEach > 0 && p.N > int64(r.PointsEach) {
				return c, mistake(i18n.Msg("One project can be given {n} points at most."), "n", r.PointsEach)
			}
		}
		if sum := c.PointsOf(); sum > int64(r.PointsTotal) {
			return c, mistake(i18n.Msg("You gave {given} points; you have {n}. Take some back."), "given", sum, "n", r.PointsTotal)
		}
	case Ranking:
		slices.SortFunc(c.Picks, func(a, b Pick) int { return int(a.N - b.N) })
		for i, p := range c.Picks {
			if p.N != int64(i+1) {
				return c, mistake(i18n.Msg("Give the places 1, 2, 3 and so on, each once and without a gap."))
			}
		}
		return c, nil
	default:
		for i := range c.Picks {
			c.Picks[i].N = 1
		}
	}
	if cost, of := e.Cost(c), e.BallotEnvelope(c.Area); r.Kind == Knapsack && cost > of {
		return c, mistake(i18n.Msg("Your projects cost more than the envelope. Take some away."))
	}
	slices.SortFunc(c.Picks, func(a, b Pick) int { return strings.Compare(a.Project, b.Project) })
	return c, nil
}

// same reports whether two choices say the same.
func (c Choice) same(o Choice) bool {
	return c.Area == o.Area && c.Blank == o.Blank && slices.Equal(c.Picks, o.Picks)
}

// drawn returns projects in an order of their own for each voter, always the
// same for one voter, so that no project gains by standing first.
func drawn(projects []Project, seed string) []Project {
	keys := make(map[string]string, len(projects))
	for _, p := range projects {
		sum := sha256.Sum256([]byte(seed + "|" + p.ID))
		keys[p.ID] = string(sum[:])
	}
	projects = slices.Clone(projects)
	slices.SortFunc(projects, func(a, b Project) int { return strings.Compare(keys[a.ID], keys[b.ID]) })
	return projects
}

// sumName is a name of the log's sums: what is counted, and of which kind.
func sumName(what, of string) string {
	return what + ":" + strings.NewReplacer(".", "_", "$", "_").Replace(of)
}

// counted returns what the first ballot of a voter adds to the sums of the log.
func (b Ballot) counted() map[string]int64 {
	sums := map[string]int64{"ballots": 1, sumName("channel", string(b.Channel)): 1}
	b.addGroups(sums, 1)
	return sums
}

// addGroups counts the groups of the ballot's voter.
func (b Ballot) addGroups(sums map[string]int64, n int64) {
	for what, of := range map[string]string{"area": b.Area, "age": b.Voter.Age, "sex": b.Voter.Sex} {
		if of != "" {
			sums[sumName(what, of)] += n
		}
	}
}
