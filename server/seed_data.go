package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	demofiles "musharaka/config/demo"
	"musharaka/modules/account"
	"musharaka/modules/kit/auth"
	"musharaka/modules/petition"
	"musharaka/modules/place"

	"gopkg.in/yaml.v3"
)

// demoData is what config/demo says.
type demoData struct {
	Authorities  []demoAuthority   `yaml:"authorities"`
	Associations []demoAssociation `yaml:"associations"`
	Support      demoSupport
	Groups       map[string]demoWords       `yaml:"groups"` // headings over the demo people
	Networks     []demoNetwork              `yaml:"networks"`
	Federation   []demoRecord               `yaml:"federation"`
	People       []demoPerson               `yaml:"people"`
	Crowd        []demoCrowd                `yaml:"crowd"`
	Names        map[string]demoNames       `yaml:"names"`    // by country
	Comments     map[string]map[string]said `yaml:"comments"` // by country and theme, "any" for every theme
	Petitions    []demoPetition             `yaml:"petitions"`
	Desk         demoDesk                   `yaml:"desk"`
	Councils     []demoCouncil              `yaml:"councils"`
	Papers       []demoPaper                `yaml:"papers"`
	Bursts       []demoBurst                `yaml:"bursts"`
	Votes        []demoVote                 `yaml:"votes"`
	Budgets      []demoBudget               `yaml:"budgets"`
	Works        []demoWorks                `yaml:"works"`
	Queues       []demoQueue                `yaml:"queues"`
	Spaces       []demoSpace                `yaml:"spaces"`
}

// said is comments by language.
type said map[string][]string

type demoWords struct{ AR, FR, EN string }

func (w demoWords) words() account.Words { return account.Words(w) }

// demoNetwork is a network of authorities; By is who takes its members in.
type demoNetwork struct {
	ID, Country string
	Names, Aims map[string]string
	Members     []string
	By          string
}

type demoAuthority struct {
	ID   string
	Body struct {
		Kind, Since string
		Note        place.Text
	}

	Contact       place.Contact
	Receipt       string
	Retention     place.Text
	Accent        string
	Tags          []string
	Officer, Head string // keys of people
	Seals         bool   // has a key to which identity numbers are sealed
}

type demoAssociation struct {
	Key, AR, FR    string
	Founded        string
	Seat           string
	Branches       []string
	Representative string
	Activity       string
	Mail           string
	By             string // key of the officer who entered it
}

type demoPerson struct {
	Key       string
	Group     string // "" for somebody whom nobody can sign in as
	Name      string
	Lang      string
	Sex       account.Sex
	Born      int
	Lives     string
	Works     []string
	Number    string
	CheckedAt string `yaml:"checked_at"`
	Roles     []demoRole
	About     demoWords
}

type demoRole struct {
	Role auth.Role
	Kind auth.OrgKind
	Org  string // a place id, "platform", or the key of an association
	By   string // key of who gave it; "" for the platform itself
}

// id is the account's id: always the same for the same key.
func (p demoPerson) id() string { return inventedID(p.Key) }

// inventedID derives an account's id from the key of somebody invented. It
// looks like any other.
func inventedID(key string) string {
	sum := sha256.Sum256([]byte("demo:" + key))
	return base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding).EncodeToString(sum[:10])
}

func (p demoPerson) subject() string {
	if p.Group == "" {
		return ""
	}
	return p.Key
}

func (p demoPerson) email() string {
	if p.Group == "" {
		return ""
	}
	return p.Key + "@demo.example"
}

// demoCrowd is how many invented people live in a place.
type demoCrowd struct {
	Place  string
	People int
}

// demoNames are the names of a country's crowd: the same name stands at the same
// place in both scripts.
type demoNames struct {
	Women, Men, Families struct{ AR, FR []string }
}

// demoPetition is a petition and its story. Days are counted backwards: from
// now, or from the last ordinary session of the council when Anchor says so.
type demoPetition struct {
	Key       string
	To        string
	By        string // key of the author; "" for one of the crowd
	Woman     bool   // of the crowd, a woman
	Hide      bool   // the agent's name is not public
	Org       string // key of the association that petitions
	Deputy    string
	Committee []string
	Theme     string
	Tags      []string
	First     string // language of the original, when there are two
	AR, FR    *petition.Text
	End       petition.State
	Anchor    string // "session": days are counted from the last session

	Written, Submitted, Published, Reached int
	Valid, Supporters                      int
	Lacking                                map[string]int // of a region: valid signatures in provinces that fall short
	SignedBy                               []string       `yaml:"signed_by"`
	FollowedBy                             []string       `yaml:"followed_by"`
	Comments                               []string
	Attach                                 []string // "plan", "photo", "note"
	Stop                                   string   // of a draft: the last step that was written

	Changes *struct {
		Day  int
		Note string
	}
	Reject *struct {
		Day     int
		Code    petition.RejectionCode
		Reasons string
	}
	Withdraw *struct {
		Day    int
		Reason string
	}
	Extend *struct {
		Day, To int // To: days from now
		Reason  string
	}
	Legal  []demoLegal
	Answer *demoAnswer

	File  int // day on which the agent made the file for the deposit; 0 for none
	Steps []demoStep
	Rated *demoRated
}

// demoStep is a step of the follow-up; days are counted as all others, 0 for
// what did not happen.
type demoStep struct {
	Title, Service, Budget string // Budget "" says plainly that there is none
	Plan, Due              int
	Begin, Done, Drop      int
	Evidence, Reason       string
}

// demoRated is how many of those who signed say what.
type demoRated struct {
	Day, Yes, Partly, No int
	Comments             []string
}

type demoLegal struct {
	Act                                       petition.Act
	Day                                       int
	Receipt, Code, Reasons, Committee, Choice string
	Session                                   string // "last" or "next"
	Letter                                    string // number of the letter by which the agent was told the next day
}

type demoAnswer struct {
	Drafted   int // day; Published 0 leaves it unpublished
	Approved  int
	Published int
	By        string // who drafts it, "" for the officer
	Decision  string
	AR, FR    *petition.AnswerText
}

// langs are the languages of the text, the original first.
func (p demoPetition) langs() []string {
	switch {
	case p.FR == nil:
		return []string{"ar"}
	case p.AR == nil:
		return []string{"fr"}
	case p.First == "fr":
		return []string{"fr", "ar"}
	}
	return []string{"ar", "fr"}
}

func (p demoPetition) texts() map[string]petition.Text {
	texts := map[string]petition.Text{}
	if p.AR != nil {
		texts["ar"] = *p.AR
	}
	if p.FR != nil {
		texts["fr"] = *p.FR
	}
	return texts
}

// loadDemo reads the files of config/demo that match a pattern; digest changes
// whenever they do.
func loadDemo(pattern string) (data demoData, digest string, err error) {
	names, err := fs.Glob(demofiles.Files, pattern)
	if err != nil {
		return data, "", err
	}
	sum := sha256.New()
	for _, name := range names {
		raw, err := demofiles.Files.ReadFile(name)
		if err != nil {
			return data, "", err
		}
		sum.Write(raw) // a hash's Write does not fail
		var part demoData
		d := yaml.NewDecoder(bytes.NewReader(raw))
		d.KnownFields(true)
		if err := d.Decode(&part); err != nil {
			return data, "", fmt.Errorf("%s: %s", name, strings.ReplaceAll(err.Error(), "\n", " "))
		}
		data.add(part)
	}
	return data, hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

func (d *demoData) add(part demoData) {
	d.Authorities = append(d.Authorities, part.Authorities...)
	d.Associations = append(d.Associations, part.Associations...)
	d.Spaces = append(d.Spaces, part.Spaces...)
	d.Support.Requests = append(d.Support.Requests, part.Support.Requests...)
	d.Support.Endorsements = append(d.Support.Endorsements, part.Support.Endorsements...)
	d.Support.Campaigns = append(d.Support.Campaigns, part.Support.Campaigns...)
	d.Support.Agreements = append(d.Support.Agreements, part.Support.Agreements...)
	d.Support.Projects = append(d.Support.Projects, part.Support.Projects...)
	d.Networks = append(d.Networks, part.Networks...)
	d.Federation = append(d.Federation, part.Federation...)
	d.People = append(d.People, part.People...)
	d.Crowd = append(d.Crowd, part.Crowd...)
	d.Petitions = append(d.Petitions, part.Petitions...)
	d.Desk.Work = append(d.Desk.Work, part.Desk.Work...)
	d.Desk.Templates = append(d.Desk.Templates, part.Desk.Templates...)
	d.Desk.Webhooks = append(d.Desk.Webhooks, part.Desk.Webhooks...)
	d.Councils = append(d.Councils, part.Councils...)
	d.Papers = append(d.Papers, part.Papers...)
	d.Bursts = append(d.Bursts, part.Bursts...)
	d.Votes = append(d.Votes, part.Votes...)
	d.Budgets = append(d.Budgets, part.Budgets...)
	d.Works = append(d.Works, part.Works...)
	d.Queues = append(d.Queues, part.Queues...)
	if part.Groups != nil {
		d.Groups = part.Groups
	}
	if part.Names != nil {
		d.Names = part.Names
	}
	if part.Comments != nil {
		d.Comments = part.Comments
	}
}
