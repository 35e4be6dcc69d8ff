package mail_test

import (
	"strings"
	"testing"

	"musharaka/config/locales"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/mail"
	"musharaka/views/mailview"
)

func TestALetterSaysWhyAndHowToStop(t *testing.T) {
	words, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	house := mail.House{PublicURL: "https://x.example", Unsubscribe: func(to, kind string) string { return "https://x.example/stop/" + kind + "/" + to }}
	letter := mail.Letter{Key: "k", To: "a@example.org", Subject: "عنوان", Why: "لأنك سألت", Kind: "news", Stop: "إيقاف", Blocks: []mailview.Block{mailview.Paragraph("نص")}}
	l := words.Locale("xx", "TN") // an unknown language is read in Arabic
	m, err := house.Write(t.Context(), l, letter)
	if err != nil || m.Check() != nil {
		t.Fatal(err, m.Check())
	}
	if m.Lang != "ar" || m.UnsubscribeURL != "https://x.example/stop/news/a@example.org" || m.Kind != "news" {
		t.Errorf("%+v", m)
	}
	demo := l.T("This is a demonstration. Nothing here is real.")
	for _, body := range []string{m.Text, m.HTML} {
		for _, want := range []string{"نص", "لأنك سألت", "إيقاف", m.UnsubscribeURL, "https://x.example/ar"} {
			if !strings.Contains(body, want) {
				t.Errorf("%q is missing in %s", want, body)
			}
		}
		if strings.Contains(body, demo) {
			t.Error("a real letter says that nothing is real")
		}
	}
	house.Demo, letter.Kind = true, ""
	if m, err = house.Write(t.Context(), l, letter); err != nil || !strings.Contains(m.Text, demo) || m.UnsubscribeURL != "" || strings.Contains(m.Text, "/stop/") {
		t.Errorf("%v: %s", err, m.Text)
	}
}
