package law

import (
	"strings"
	"testing"
	"time"

	lawfiles "musharaka/config/law"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
)

func load(t testing.TB) *Packs {
	t.Helper()
	ps, err := Load(lawfiles.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

var today = day("2026-11-22")

func TestThresholds(t *testing.T) {
	ps := load(t)
	for _, c := range []struct {
		country, level string
		population     int
		divided        bool
		want           int
		verified       bool
		platform       bool
	}{
		{"MA", "region", 219965, false, 300, true, false},
		{"MA", "region", 999999, false, 300, true, false},
		{"MA", "region", 1000000, false, 400, true, false},
		{"MA", "region", 3000000, false, 400, true, false},
		{"MA", "region", 3000001, false, 500, true, false},
		{"MA", "region", 4030222, false, 500, true, false},
		{"MA", "province", 100789, false, 300, false, false},
		{"MA", "commune", 34999, false, 100, false, false},
		{"MA", "commune", 35000, false, 200, false, false},
		{"MA", "commune", 133731, false, 200, false, false},
		{"MA", "commune", 1275428, true, 400, false, false},
		{"MA", "commune", 0, false, 100, false, false},
		{"TN", "municipality", 5000, false, 50, false, true},
		{"TN", "municipality", 65758, false, 100, false, true},
		{"TN", "municipality", 116337, false, 200, false, true},
		{"TN", "governorate", 1, false, 100, false, true},
		{"FR", "commune", 9000000, true, 100, false, true},
	} {
		p := ps.For(c.country, c.level)
		f := p.Threshold(c.population, c.divided, today)
		if f.Value != c.want || f.Unit != Signatures || f.Verified != c.verified || f.Platform != c.platform {
			t.Errorf("%s %s of %d: %d %s, verified %v, platform %v", c.country, c.level, c.population, f.Value, f.Unit, f.Verified, f.Platform)
		}
		if f.Source.AR == "" || f.Source.FR == "" || f.Source.EN == "" || f.ValidFrom.IsZero() {
			t.Errorf("%s %s: the threshold has no source or no day", c.country, c.level)
		}
		if !f.Platform && (f.Law.IsZero() || f.Article == "") {
			t.Errorf("%s %s: the threshold has no article", c.country, c.level)
		}
	}
}

func TestTunisiaSaysThatNoLawSetsTheThreshold(t *testing.T) {
	p := load(t).For("TN", "municipality")
	if p.PetitionRight {
		t.Error("the pack claims a right to petition")
	}
	f := p.Threshold(65758, false, today)
	if f.Verified || !f.Platform || f.Note.FR == "" || !strings.Contains(f.Source.EN, "set by the municipality") {
		t.Errorf("%+v", f)
	}
	if p.Bodies.Usual != ActingSecretaryGeneral || p.Bodies.Citation == nil {
		t.Errorf("bodies %+v", p.Bodies)
	}
}

func TestARegionSpreadsItsSignatures(t *testing.T) {
	ps := load(t)
	n, f, ok := ps.For("MA", "region").SubunitMinimum(500, today)
	if n != 25 || f.Value != 5 || !ok {
		t.Errorf("of 500: %d (%d %%), %v", n, f.Value, ok)
	}
	if n, _, _ := ps.For("MA", "region").SubunitMinimum(301, today); n != 16 {
		t.Errorf("of 301: %d, want 16: a part of a signature is a signature", n)
	}
	if _, _, ok := ps.For("MA", "commune").SubunitMinimum(200, today); ok {
		t.Error("a commune asks for a spread")
	}
}

func TestADisputeIsRecordedBesideTheFigure(t *testing.T) {
	f := load(t).For("MA", "region").Threshold(4030222, false, today)
	if len(f.Disputed) != 1 || f.Disputed[0].Value != 600 || f.Disputed[0].Source.AR == "" {
		t.Errorf("disputed %+v", f.Disputed)
	}
}

func TestRefusalDeadline(t *testing.T) {
	ps := load(t)
	for _, c := range []struct{ country, level, receipt, want string }{
		{"MA", "commune", "2026-11-22T09:00:00Z", "2027-02-22T23:59:59.999Z"},  // in Ramadan, when Casablanca keeps UTC
		{"MA", "region", "2026-12-31T09:00:00Z", "2027-02-28T23:59:59.999Z"},   // there is no 31 February
		{"MA", "province", "2027-06-30T23:30:00Z", "2027-09-01T22:59:59.999Z"}, // already 1 July in Casablanca
		{"TN", "municipality", "2026-12-31T12:00:00Z", "2027-02-28T22:59:59.999Z"},
		{"TN", "municipality", "2027-12-31T12:00:00Z", "2028-02-29T22:59:59.999Z"},
	} {
		receipt, _ := time.Parse(time.RFC3339, c.receipt)
		got, f := ps.For(c.country, c.level).RefusalDeadline(receipt)
		if s := got.UTC().Format("2006-01-02T15:04:05.999Z07:00"); s != c.want {
			t.Errorf("%s %s received %s: until %s, want %s", c.country, c.level, c.receipt, s, c.want)
		}
		if f.Unit != Months || f.Source.EN == "" {
			t.Errorf("%s %s: %+v", c.country, c.level, f)
		}
	}
}

func TestCollectionEndsWithItsLastDay(t *testing.T) {
	p := load(t).For("TN", "municipality")
	got, f := p.CollectionDeadline(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	if want := clock.EndOfDay(day("2027-05-22"), clock.Zone("TN")); !got.Equal(want) || f.Value != 6 || !f.Platform {
		t.Errorf("until %s, want %s (%+v)", got, want, f)
	}
}

func TestNextSessionLeavesTimeForTheNotice(t *testing.T) {
	ps := load(t)
	for _, c := range []struct {
		level, at, want string
	}{
		{"commune", "2026-11-22", "2027-02-01"},
		{"commune", "2027-01-22", "2027-02-01"}, // ten days before, to the day
		{"commune", "2027-01-23", "2027-05-01"},
		{"region", "2026-11-22", "2027-03-01"},
		{"province", "2026-11-22", "2027-01-01"},
	} {
		got, ok := ps.For("MA", c.level).NextSession(day(c.at))
		if s := got.In(clock.Zone("MA")).Format(time.DateOnly); !ok || s != c.want {
			t.Errorf("%s after %s: %s, want %s", c.level, c.at, s, c.want)
		}
	}
	if _, ok := ps.For("TN", "municipality").NextSession(today); ok {
		t.Error("no session months are known for Tunisia")
	}
}

func TestWhoCountsTowardsTheThreshold(t *testing.T) {
	tangier := []string{"ma-15110103", "ma-1511010", "ma-1511", "ma-1"}
	larache := []string{"ma-13310103", "ma-1331", "ma-1"}
	fez := []string{"ma-3231010", "ma-3231", "ma-3"}
	p := load(t).For("MA", "commune")
	for _, c := range []struct {
		name   string
		signer Signer
		want   []string
	}{
		{"lives here", Signer{Residence: tangier, BirthYear: 1990, Level: 1}, nil},
		{"works here", Signer{Residence: larache, Works: [][]string{fez, tangier}, BirthYear: 1990, Level: 2}, nil},
		{"lives elsewhere", Signer{Residence: larache, BirthYear: 1990, Level: 1}, []string{"not_from_here"}},
		{"said nothing", Signer{}, []string{"place_unknown", "birth_year_unknown", "identity_missing"}},
		{"is sixteen", Signer{Residence: tangier, BirthYear: 2010, Level: 1}, []string{"too_young"}},
		{"turns eighteen this year", Signer{Residence: tangier, BirthYear: 2008, Level: 1}, []string{"age_this_year"}},
		{"turned eighteen last year", Signer{Residence: tangier, BirthYear: 2007, Level: 1}, nil},
		{"has only an account", Signer{Residence: tangier, BirthYear: 1990}, []string{"identity_missing"}},
	} {
		v := p.CountsTowards(c.signer, "ma-1511010", today)
		var codes []string
		for _, r := range v.Reasons {
			codes = append(codes, string(r))
		}
		if strings.Join(codes, " ") != strings.Join(c.want, " ") || v.Counts != (len(c.want) == 0) {
			t.Errorf("%s: %v %v, want %v", c.name, v.Counts, codes, c.want)
		}
	}
	region := load(t).For("MA", "region")
	if v := region.CountsTowards(Signer{Residence: larache, BirthYear: 1990, Level: 1}, "ma-1", today); !v.Counts {
		t.Errorf("a resident of a commune of the region does not count: %+v", v)
	}
}

func TestIdentityNumbers(t *testing.T) {
	ps := load(t)
	for _, c := range []struct{ country, raw, want, explained string }{
		{"TN", "01234567", "01234567", ""},
		{"TN", " 0123 4567 ", "01234567", ""},
		{"TN", "٠١٢٣٤٥٦٧", "01234567", ""},
		{"TN", "۰۱۲۳-۴۵۶۷", "01234567", ""},
		{"TN", "\u202a0123.4567\u202c", "01234567", ""},
		{"TN", "0123456", "", "A Tunisian identity card number has {wanted} digits; yours has {got}."},
		{"TN", "012345678", "", "A Tunisian identity card number has {wanted} digits; yours has {got}."},
		{"TN", "A1234567", "", "A Tunisian identity card number has digits only, no letters."},
		{"TN", "0123456O", "", "A Tunisian identity card number has digits only, no letters."},
		{"TN", " - ", "", "Write the number of your identity card."},
		{"MA", "LM123456", "LM123456", ""},
		{"MA", "lm 123 456", "LM123456", ""},
		{"MA", "k-٤٥٦٧٨", "K45678", ""},
		{"MA", "123456", "", "A Moroccan identity card number begins with one or two letters and goes on with digits, such as {example}."},
		{"MA", "ABC123", "", "A Moroccan identity card number begins with one or two letters and goes on with digits, such as {example}."},
		{"MA", "A12B34", "", "A Moroccan identity card number begins with one or two letters and goes on with digits, such as {example}."},
		{"MA", "AB", "", "A Moroccan identity card number begins with one or two letters and goes on with digits, such as {example}."},
		{"MA", "AB1234567", "", "A Moroccan identity card number has at most {most} digits after its letters; yours has {got}."},
		{"MA", "أب123", "", "An identity card number has only Latin letters and digits; {character} does not belong in it."},
		{"FR", "123", "", "Identity cards of this country are not known here."},
	} {
		got, err := ps.ParseIdentity(c.country, c.raw)
		shown, args := fault.Shown(err)
		if got != c.want || shown != c.explained {
			t.Errorf("%s %q: %q, %q", c.country, c.raw, got, shown)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s %q: %v", c.country, c.raw, err)
		}
		for _, a := range args {
			if a == c.raw {
				t.Errorf("%s: the explanation repeats the number", c.country)
			}
		}
	}
	_, err := ps.ParseIdentity("TN", "0123456")
	if _, args := fault.Shown(err); len(args) != 4 || args[1] != 8 || args[3] != 7 {
		t.Errorf("args %v", args)
	}
}

func TestARuleKeepsThePastAsItWas(t *testing.T) {
	f := func(value int, from string) Figure {
		return Figure{Value: value, Citation: Citation{ValidFrom: day(from)}}
	}
	p := &Pack{Country: "MA", figures: map[FigureName][]Figure{RefusalPeriod: {f(2, "2015-07-23"), f(1, "2027-01-01")}}}
	for at, want := range map[string]int{"2010-01-01": 2, "2015-07-23": 2, "2026-12-31": 2, "2027-01-01": 1, "2030-01-01": 1} {
		if got, _ := p.Figure(RefusalPeriod, day(at)); got.Value != want {
			t.Errorf("on %s: %d, want %d", at, got.Value, want)
		}
	}
}

func TestCountries(t *testing.T) {
	ps := load(t)
	for code, want := range map[string][2]any{"TN": {"TND", 3}, "MA": {"MAD", 2}} {
		c, ok := ps.Country(code)
		if !ok || c.Currency != want[0] || c.Decimals != want[1] || c.WeekStarts != time.Monday || c.Regulator.Acronym == "" {
			t.Errorf("%s: %+v", code, c)
		}
	}
}

func TestEveryFigureOfEveryPackHasALabel(t *testing.T) {
	for name := range figureRules {
		if name.Label() == string(name) {
			t.Errorf("%s has no label", name)
		}
	}
	if len(FigureNames) != len(figureRules) {
		t.Errorf("%d names, %d rules", len(FigureNames), len(figureRules))
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	p := load(t).For("MA", "commune")
	seen := map[string]bool{}
	for _, r := range Reasons {
		message, args := p.Explain(r, today)
		if message == string(r) || seen[message] || strings.Contains(message, "{age}") != (len(args) == 2) {
			t.Errorf("%s: %q %v", r, message, args)
		}
		seen[message] = true
	}
}
