package law

import (
	"regexp"
	"strings"
	"time"
)

// Country is what is particular to a country, whatever the level.
type Country struct {
	Code       string
	Title      Text
	Currency   string // ISO 4217
	Decimals   int    // of the currency
	WeekStarts time.Weekday
	Vocabulary string // the country whose administrative words are used
	Formats    Citation

	PhonePrefix  string // "+216"
	PhoneDigits  int    // after the prefix
	PostalDigits int
	Contact      Citation

	Identity  Identity
	Regulator Regulator
}

// Identity is the shape of the number of a national identity card.
type Identity struct {
	Name                   Text
	LettersMin, LettersMax int // in front
	DigitsMin, DigitsMax   int
	Example                string
	Citation

	pattern *regexp.Regexp
}

// Regulator is who watches over personal data, and what it asks of whoever
// processes them.
type Regulator struct {
	Acronym  string
	Name     Text
	Requires Text
	Receipt  string // what it gives: "authorisation" or "declaration"
	Citation
}

var weekdays = map[string]time.Weekday{"monday": time.Monday, "sunday": time.Sunday, "saturday": time.Saturday}

func (c *checker) country(d document) *Country {
	raw := d.country
	c.headings()
	out := &Country{
		Code: raw.Country, Title: raw.Title,
		Currency: raw.Formats.Currency, Decimals: raw.Formats.Decimals, Vocabulary: raw.Formats.Vocabulary,
		Formats:     c.citation("formats", raw.Formats.rawCitation),
		PhonePrefix: raw.Contact.PhonePrefix, PhoneDigits: raw.Contact.PhoneDigits, PostalDigits: raw.Contact.PostalDigits,
		Contact:  c.citation("contact", raw.Contact.rawCitation),
		Identity: c.identity(raw.Identity),
		Regulator: Regulator{
			Acronym: raw.Regulator.Acronym, Name: c.text("regulator.name", raw.Regulator.Name),
			Requires: c.text("regulator.requires", raw.Regulator.Requires), Receipt: raw.Regulator.Receipt,
			Citation: c.citation("regulator", raw.Regulator.rawCitation),
		},
	}
	day, known := weekdays[raw.Formats.WeekStarts]
	if out.WeekStarts = day; !known {
		c.fail("formats.week_starts", "must be monday, sunday or saturday")
	}
	if len(raw.Country) != 2 || raw.Country != strings.ToUpper(raw.Country) {
		c.fail("country", "%q is not a country code such as MA", raw.Country)
	}
	if len(out.Currency) != 3 || out.Decimals < 0 || out.Decimals > 4 {
		c.fail("formats.currency", "must be a code of three letters with 0 to 4 decimals")
	}
	if !strings.HasPrefix(out.PhonePrefix, "+") || out.PhoneDigits < 5 || out.PostalDigits < 0 {
		c.fail("contact.phone_prefix", "must be + and the country's number, with 5 digits or more after it")
	}
	if out.Regulator.Acronym == "" {
		c.fail("regulator.acronym", "is missing")
	}
	if out.Regulator.Receipt != "authorisation" && out.Regulator.Receipt != "declaration" {
		c.fail("regulator.receipt", "must be authorisation or declaration")
	}
	c.unused()
	if len(c.faults) > 0 {
		return nil
	}
	return out
}

func (c *checker) identity(raw rawIdentity) Identity {
	id := Identity{
		Name: c.text("identity.name", raw.Name), LettersMin: raw.LettersMin, LettersMax: raw.LettersMax,
		DigitsMin: raw.DigitsMin, DigitsMax: raw.DigitsMax, Example: raw.Example, Citation: c.citation("identity", raw.rawCitation),
	}
	if id.LettersMin < 0 || id.LettersMax < id.LettersMin {
		c.fail("identity.letters_max", "must be letters_min or more")
	}
	if id.DigitsMin < 1 || id.DigitsMax < id.DigitsMin {
		c.fail("identity.digits_max", "must be digits_min or more")
	}
	pattern, err := regexp.Compile(raw.Pattern)
	if err != nil || !strings.HasPrefix(raw.Pattern, "^") || !strings.HasSuffix(raw.Pattern, "$") {
		c.fail("identity.pattern", "must be a regular expression from ^ to $")
		return id
	}
	if id.pattern = pattern; !pattern.MatchString(raw.Example) {
		c.fail("identity.example", "does not match the pattern")
	}
	return id
}
