package law

// The shape of the files, as YAML gives it. Load turns it into Packs.

type rawSource struct {
	AR  string `yaml:"ar"`
	FR  string `yaml:"fr"`
	EN  string `yaml:"en"`
	URL string `yaml:"url"`
}

func (s rawSource) text() Text { return Text{s.AR, s.FR, s.EN} }

type rawCitation struct {
	Law       string       `yaml:"law"`
	Article   string       `yaml:"article"`
	Source    string       `yaml:"source"`
	ValidFrom string       `yaml:"valid_from"`
	Verified  *bool        `yaml:"verified"`
	Note      *Text        `yaml:"note"`
	Disputed  []rawDispute `yaml:"disputed"`
}

type rawDispute struct {
	Value  int    `yaml:"value"`
	Says   Text   `yaml:"says"`
	Source string `yaml:"source"`
}

// rawHead is what all files begin with.
type rawHead struct {
	Kind    string               `yaml:"kind"`
	Name    string               `yaml:"name"`
	Country string               `yaml:"country"`
	Title   Text                 `yaml:"title"`
	Sources map[string]rawSource `yaml:"sources"`
	Laws    map[string]Text      `yaml:"laws"`
}

type rawPack struct {
	rawHead       `yaml:",inline"`
	Level         string                 `yaml:"level"`
	Summary       Text                   `yaml:"summary"`
	PetitionRight *bool                  `yaml:"petition_right"`
	Thresholds    []rawThreshold         `yaml:"thresholds"`
	Figures       map[string][]rawFigure `yaml:"figures"`
	Sessions      *rawSessions           `yaml:"sessions"`
	Bodies        rawBodies              `yaml:"bodies"`
	Eligibility   rawEligibility         `yaml:"eligibility"`
	Conditions    []rawCondition         `yaml:"conditions"`
	List          *rawList               `yaml:"list"`
	Appeal        *rawAppeal             `yaml:"appeal"`
}

type rawList struct {
	Numbers     string `yaml:"numbers"`
	rawCitation `yaml:",inline"`
}

type rawAppeal struct {
	To          Text `yaml:"to"`
	rawCitation `yaml:",inline"`
}

type rawThreshold struct {
	PopulationMin   *int   `yaml:"population_min"`
	PopulationMax   *int   `yaml:"population_max"`
	Arrondissements string `yaml:"arrondissements"`
	Signatures      int    `yaml:"signatures"`
	rawCitation     `yaml:",inline"`
}

type rawFigure struct {
	Value       *int   `yaml:"value"`
	Unit        string `yaml:"unit"`
	rawCitation `yaml:",inline"`
}

type rawSessions struct {
	Months      []int `yaml:"months"`
	rawCitation `yaml:",inline"`
}

type rawBodies struct {
	Usual       string   `yaml:"usual"`
	Allowed     []string `yaml:"allowed"`
	rawCitation `yaml:",inline"`
}

type rawEligibility struct {
	Ties []string `yaml:"ties"`
}

type rawCondition struct {
	Code        string `yaml:"code"`
	Of          string `yaml:"of"`
	Text        Text   `yaml:"text"`
	rawCitation `yaml:",inline"`
}

type rawCountry struct {
	rawHead   `yaml:",inline"`
	Formats   rawFormats   `yaml:"formats"`
	Contact   rawContact   `yaml:"contact"`
	Identity  rawIdentity  `yaml:"identity"`
	Regulator rawRegulator `yaml:"regulator"`
}

type rawFormats struct {
	Currency    string `yaml:"currency"`
	Decimals    int    `yaml:"currency_decimals"`
	WeekStarts  string `yaml:"week_starts"`
	Vocabulary  string `yaml:"vocabulary"`
	rawCitation `yaml:",inline"`
}

type rawContact struct {
	PhonePrefix  string `yaml:"phone_prefix"`
	PhoneDigits  int    `yaml:"phone_digits"`
	PostalDigits int    `yaml:"postal_digits"`
	rawCitation  `yaml:",inline"`
}

type rawIdentity struct {
	Name        Text   `yaml:"name"`
	LettersMin  int    `yaml:"letters_min"`
	LettersMax  int    `yaml:"letters_max"`
	DigitsMin   int    `yaml:"digits_min"`
	DigitsMax   int    `yaml:"digits_max"`
	Pattern     string `yaml:"pattern"`
	Example     string `yaml:"example"`
	rawCitation `yaml:",inline"`
}

type rawRegulator struct {
	Acronym     string `yaml:"acronym"`
	Name        Text   `yaml:"name"`
	Requires    Text   `yaml:"requires"`
	Receipt     string `yaml:"receipt"`
	rawCitation `yaml:",inline"`
}
