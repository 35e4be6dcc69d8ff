package law

import (
	"strings"
	"unicode"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
)

// ParseIdentity reads the number of a national identity card as people write
// it, with Arabic-Indic or Latin digits, small or capital letters, spaces,
// hyphens and dots, and returns it in the one form that is compared: capitals
// and digits only. Invalid with an explanation when it cannot be a number of
// that country; the explanation never repeats the number.
func (ps *Packs) ParseIdentity(country, raw string) (string, error) {
	c, known := ps.countries[country]
	if !known {
		return "", fault.New(fault.Invalid, "Identity cards of this country are not known here.")
	}
	number, err := plainNumber(raw)
	if err != nil {
		return "", err
	}
	if err := c.Identity.explain(country, number); err != nil {
		return "", err
	}
	if !c.Identity.pattern.MatchString(number) {
		return "", fault.New(fault.Invalid, "This is not an identity card number. It looks like {example}.", "example", c.Identity.Example)
	}
	return number, nil
}

// plainNumber strips what people put between digits.
func plainNumber(raw string) (string, error) {
	var b strings.Builder
	for _, r := range fold.Digits(raw) {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Pd, r), strings.ContainsRune("._/ـ", r):
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			b.WriteRune(unicode.ToUpper(r))
		default:
			return "", fault.New(fault.Invalid, "An identity card number has only Latin letters and digits; {character} does not belong in it.", "character", string(r))
		}
	}
	if b.Len() == 0 {
		return "", fault.New(fault.Invalid, "Write the number of your identity card.")
	}
	return b.String(), nil
}

// explain says what is wrong with a number's letters or digits; nil if nothing.
func (id *Identity) explain(country, number string) error {
	digits := strings.TrimLeft(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	letters := len(number) - len(digits)
	after := strings.TrimLeft(digits, "0123456789")
	switch {
	case id.LettersMax == 0 && (letters > 0 || after != ""):
		if country == "TN" {
			return fault.New(fault.Invalid, "A Tunisian identity card number has digits only, no letters.")
		}
		return fault.New(fault.Invalid, "This identity card number has digits only, no letters.")
	case after != "" || letters < id.LettersMin || letters > id.LettersMax:
		if country == "MA" {
			return fault.New(fault.Invalid, "A Moroccan identity card number begins with one or two letters and goes on with digits, such as {example}.", "example", id.Example)
		}
		return fault.New(fault.Invalid, "This is not an identity card number. It looks like {example}.", "example", id.Example)
	case len(digits) < id.DigitsMin || len(digits) > id.DigitsMax:
		return id.wrongCount(country, len(digits))
	}
	return nil
}

func (id *Identity) wrongCount(country string, got int) error {
	switch {
	case id.DigitsMin == id.DigitsMax && country == "TN":
		return fault.New(fault.Invalid, "A Tunisian identity card number has {wanted} digits; yours has {got}.", "wanted", id.DigitsMax, "got", got)
	case country == "MA" && got == 0:
		return fault.New(fault.Invalid, "A Moroccan identity card number begins with one or two letters and goes on with digits, such as {example}.", "example", id.Example)
	case country == "MA":
		return fault.New(fault.Invalid, "A Moroccan identity card number has at most {most} digits after its letters; yours has {got}.", "most", id.DigitsMax, "got", got)
	}
	return fault.New(fault.Invalid, "This is not an identity card number. It looks like {example}.", "example", id.Example)
}
