package i18n

import (
	"math"
	"strings"
	"testing"
	"time"
)

// seen makes the no-break spaces of a text visible: _ narrow, ~ wide.
func seen(s string) string {
	return strings.NewReplacer("\u202f", "_", "\u00a0", "~", "\u200e", "<").Replace(s)
}

func TestNumbersAreGroupedByThousands(t *testing.T) {
	c := shipped(t)
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1_000", 1248: "1_248", 100000: "100_000", 1234567: "1_234_567",
		-1: "−1", -1248: "−1_248", math.MaxInt64: "9_223_372_036_854_775_807", math.MinInt64: "−9_223_372_036_854_775_808",
	} {
		if got := seen(c.Locale("fr", "TN").Number(n)); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
	if got := seen(c.Locale("ar", "TN").Number(-5)); got != "<−5" {
		t.Errorf("-5 in Arabic is %s", got)
	}
}

func TestAPercentageNeverLooksHigherThanItIs(t *testing.T) {
	c := shipped(t)
	for share, want := range map[float64]string{
		0: "0_%", 0.5: "50_%", 0.125: "12,5_%", 0.293: "29,3_%", 0.07: "7_%", 0.0049: "0,4_%", 0.9996: "99,9_%", 1: "100_%", 12.5: "1_250_%",
		-0.125: "−12,5_%", -0.0001: "0_%", math.NaN(): "–", math.Inf(1): "–", 1e13: "–",
	} {
		if got := seen(c.Locale("fr", "TN").Percent(share)); got != want {
			t.Errorf("%v is %s, want %s", share, got, want)
		}
	}
	for part := range 1001 {
		whole := c.Locale("en", "").Percent(float64(part) / 1000)
		if want := strings.TrimSuffix(seen(c.Locale("en", "").Money(int64(part)*10, "EUR")), "0~EUR"); strings.TrimSuffix(whole, "%") != strings.TrimSuffix(want, ".0") {
			t.Fatalf("%d thousandths are %s, want %s", part, whole, want)
		}
	}
	if got := seen(c.Locale("ar", "TN").Percent(0.125)) + c.Locale("en", "").Percent(0.125); got != "<12,5%12.5%" {
		t.Errorf("12.5 %% is %s in Arabic and English", got)
	}
}

func TestMoneyHasTheDecimalsOfItsCurrency(t *testing.T) {
	c := shipped(t)
	for _, x := range []struct {
		minor      int64
		code       string
		ar, fr, en string
	}{
		{1234500, "TND", "1_234,500~د.ت.", "1_234,500~DT", "1_234.500~TND"},
		{5, "TND", "0,005~د.ت.", "0,005~DT", "0.005~TND"},
		{123450, "MAD", "1_234,50~د.م.", "1_234,50~DH", "1_234.50~MAD"},
		{-5, "MAD", "<−0,05~د.م.", "−0,05~DH", "−0.05~MAD"},
		{0, "MAD", "0,00~د.م.", "0,00~DH", "0.00~MAD"},
		{99, "EUR", "0,99~EUR", "0,99~EUR", "0.99~EUR"},
		{math.MinInt64, "MAD", "<−92_233_720_368_547_758,08~د.م.", "−92_233_720_368_547_758,08~DH", "−92_233_720_368_547_758.08~MAD"},
	} {
		for lang, want := range map[string]string{"ar": x.ar, "fr": x.fr, "en": x.en} {
			if got := seen(c.Locale(lang, "").Money(x.minor, x.code)); got != want {
				t.Errorf("%s: %d %s is %s, want %s", lang, x.minor, x.code, got, want)
			}
		}
	}
}

func TestDatesAreWrittenAsTheCountryDoes(t *testing.T) {
	c := shipped(t)
	july := time.Date(2026, 7, 1, 13, 5, 0, 0, time.UTC)
	for _, x := range []struct{ lang, country, date, dateTime, month string }{
		{"ar", "TN", "1 جويلية 2026", "1 جويلية 2026 على الساعة 14:05", "جويلية 2026"},
		{"ar", "MA", "1 يوليوز 2026", "1 يوليوز 2026 على الساعة 14:05", "يوليوز 2026"},
		{"ar", "", "1 يوليوز 2026", "1 يوليوز 2026 على الساعة 14:05", "يوليوز 2026"},
		{"fr", "TN", "1er juillet 2026", "1er juillet 2026 à 14~h~05", "juillet 2026"},
		{"fr", "MA", "1er juillet 2026", "1er juillet 2026 à 14~h~05", "juillet 2026"},
		{"en", "", "1 July 2026", "1 July 2026 at 14:05", "July 2026"},
	} {
		l := c.Locale(x.lang, x.country)
		if l.Date(july) != x.date || seen(l.DateTime(july)) != x.dateTime || l.Month(july) != x.month || l.ShortDate(july) != "01/07/2026" {
			t.Errorf("%s: %s | %s | %s | %s", l.Tag(), l.Date(july), seen(l.DateTime(july)), l.Month(july), l.ShortDate(july))
		}
	}
	if got := c.Locale("fr", "").Date(july.AddDate(0, 0, 1)); got != "2 juillet 2026" {
		t.Errorf("the second is %s", got)
	}
}

func TestTheTimeIsTheCountrys(t *testing.T) {
	c := shipped(t)
	// 20 February 2026 is in Ramadan, when Morocco goes back to UTC.
	ramadan := time.Date(2026, 2, 19, 23, 30, 0, 0, time.UTC)
	for country, want := range map[string]string{"TN": "20 February 2026 at 00:30", "MA": "19 February 2026 at 23:30", "": "20 February 2026 at 00:30"} {
		if got := c.Locale("en", country).DateTime(ramadan); got != want {
			t.Errorf("%q: %s, want %s", country, got, want)
		}
	}
}

func TestMonthsHaveTheirNamesInAllLanguages(t *testing.T) {
	c := shipped(t)
	for tag, want := range map[string]string{
		"ar-TN": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
		"ar-MA": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
		"fr-TN": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		"en-TN": "January February March April May June July August September October November December",
	} {
		lang, country, _ := strings.Cut(tag, "-")
		l := c.Locale(lang, country)
		if got := strings.Join(l.months[:], " "); got != want {
			t.Errorf("%s: %s, want %s", tag, got, want)
		}
	}
}

func TestHowLongAgo(t *testing.T) {
	c := shipped(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		ago        time.Duration
		ar, fr, en string
	}{
		{0, "الآن", "à l’instant", "just now"},
		{-30 * time.Second, "الآن", "à l’instant", "just now"},
		{time.Minute, "قبل دقيقة", "il y a 1 minute", "1 minute ago"},
		{2 * time.Minute, "قبل دقيقتين", "il y a 2 minutes", "2 minutes ago"},
		{5 * time.Minute, "قبل 5 دقائق", "il y a 5 minutes", "5 minutes ago"},
		{59*time.Minute + 59*time.Second, "قبل 59 دقيقة", "il y a 59 minutes", "59 minutes ago"},
		{time.Hour, "قبل ساعة", "il y a 1 heure", "1 hour ago"},
		{23 * time.Hour, "قبل 23 ساعة", "il y a 23 heures", "23 hours ago"},
		{24 * time.Hour, "قبل يوم", "il y a 1 jour", "1 day ago"},
		{3 * 24 * time.Hour, "قبل 3 أيام", "il y a 3 jours", "3 days ago"},
		{30 * 24 * time.Hour, "قبل 30 يومًا", "il y a 30 jours", "30 days ago"},
		{31 * 24 * time.Hour, "22 أكتوبر 2026", "22 octobre 2026", "22 October 2026"},
		{-time.Hour, "22 نوفمبر 2026 على الساعة 14:00", "22 novembre 2026 à 14~h~00", "22 November 2026 at 14:00"},
	} {
		for lang, want := range map[string]string{"ar": x.ar, "fr": x.fr, "en": x.en} {
			if got := seen(c.Locale(lang, "TN").Ago(now.Add(-x.ago), now)); got != want {
				t.Errorf("%s: %s ago is %q, want %q", lang, x.ago, got, want)
			}
		}
	}
}

func TestListsAreJoinedAsInASentence(t *testing.T) {
	c := shipped(t)
	for lang, want := range map[string][]string{
		"ar": {"", "ماء", "ماء وطرق", "ماء، طرق و\u2068WiFi\u2069"},
		"fr": {"", "\u2068ماء\u2069", "\u2068ماء\u2069 et \u2068طرق\u2069", "\u2068ماء\u2069, \u2068طرق\u2069 et WiFi"},
		"en": {"", "\u2068ماء\u2069", "\u2068ماء\u2069 and \u2068طرق\u2069", "\u2068ماء\u2069, \u2068طرق\u2069 and WiFi"},
	} {
		for n := range 4 {
			if got := c.Locale(lang, "").List([]string{"ماء", "طرق", "WiFi"}[:n]); got != want[n] {
				t.Errorf("%s: %q, want %q", lang, got, want[n])
			}
		}
	}
}
