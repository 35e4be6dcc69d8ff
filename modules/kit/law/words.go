package law

import (
	"strconv"
	"time"

	"musharaka/modules/kit/i18n"
)

// Words returns the figure with its unit, as a reader of l says it: "3 months".
func (f Figure) Words(l *i18n.Locale) string {
	switch f.Unit {
	case Signatures:
		return l.N("{n} signature", "{n} signatures", f.Value)
	case Days:
		return l.N("{n} day", "{n} days", f.Value)
	case Months:
		return l.N("{n} month", "{n} months", f.Value)
	case Years:
		return l.N("{n} year", "{n} years", f.Value)
	case Percent:
		return l.Percent(float64(f.Value) / 100)
	case LevelUnit:
		return l.T(levelWords[min(f.Value, len(levelWords)-1)])
	}
	return strconv.Itoa(f.Value)
}

// levelWords say what each verification level means.
var levelWords = []string{
	i18n.Msg("An account is enough"),
	i18n.Msg("By the number of the identity card"),
	i18n.Msg("Identity checked at a counter or by a national digital identity"),
}

// Whom returns which authorities a row of the thresholds is for: "35 000
// inhabitants and more, not divided into arrondissements".
func (t Threshold) Whom(l *i18n.Locale) string {
	var text string
	switch {
	case t.PopulationMin == 0 && t.PopulationMax < 0:
		text = l.T("Whatever the population")
	case t.PopulationMin == 0:
		text = l.T("Fewer than {most} inhabitants", "most", t.PopulationMax+1)
	case t.PopulationMax < 0 && t.PopulationMin%10 == 1: // the law says "more than", of a round number
		text = l.T("More than {least} inhabitants", "least", t.PopulationMin-1)
	case t.PopulationMax < 0:
		text = l.T("{least} inhabitants and more", "least", t.PopulationMin)
	default:
		text = l.T("{least} to {most} inhabitants", "least", t.PopulationMin, "most", t.PopulationMax)
	}
	switch t.Arrondissement {
	case "yes":
		return l.T("{population}, divided into arrondissements", "population", text)
	case "no":
		return l.T("{population}, not divided into arrondissements", "population", text)
	}
	return text
}

// MonthNames lists months as a sentence does, by the names the country of l
// gives them.
func MonthNames(l *i18n.Locale, list []time.Month) string {
	names := [...]string{
		l.C("month", "January"), l.C("month", "February"), l.C("month", "March"), l.C("month", "April"),
		l.C("month", "May"), l.C("month", "June"), l.C("month", "July"), l.C("month", "August"),
		l.C("month", "September"), l.C("month", "October"), l.C("month", "November"), l.C("month", "December"),
	}
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = names[m-1]
	}
	return l.List(out)
}

// Name returns what a kind of body is called in a country, to be translated.
// Arabic and French words differ between the two countries, so the translator
// must speak that country's.
func (k BodyKind) Name(country string) string {
	switch k {
	case Council:
		switch country {
		case "MA":
			return i18n.Msg("Communal council")
		case "TN":
			return i18n.Msg("Municipal council")
		}
		return i18n.Msg("Council")
	case Bureau:
		return i18n.Msg("Bureau of the council")
	case SpecialDelegation:
		return i18n.Msg("Special delegation")
	case ActingSecretaryGeneral:
		return i18n.Msg("Officer in charge of the general secretariat")
	case RegionalCouncil:
		return i18n.Msg("Regional council")
	case ProvincialCouncil:
		return i18n.Msg("Prefectural or provincial council")
	case LocalCouncil:
		return i18n.Msg("Local council")
	}
	return i18n.Msg("Body that decides")
}
