package petition

import (
	"bytes"
	"strings"
	"testing"

	"musharaka/modules/kit/golden"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/pdf/pdftest"
	"musharaka/modules/kit/web"
)

// goldenPDF compares the words of a PDF, page by page, with a file.
func goldenPDF(t *testing.T, name string, file []byte) {
	t.Helper()
	golden.Text(t, "papers/"+name+".txt", strings.Join(pdftest.Text(t, file), "\n\f\n")+"\n")
}

// strangeText is what people type who mean no harm, and who do.
var strangeText = Text{
	Object: "إنارة شارع المدرسة <script>alert(1)</script> (مرحلة 1)", Ask: "نطلب إنارة شارع École Ibn Khaldoun رقم 12 قبل 31/12.",
	Reasons: "الطريق مظلم\nوالتلاميذ يعودون مساء.", Aims: "طريق آمن للجميع.",
}

func TestTheFileOfADepositSaysWhatItSaid(t *testing.T) {
	w, pair := sealedWorld(t)
	w.Vault = &testVault{}
	p := w.ready()
	_, err := w.petitions.Update(w.ctx, p.ID, func(p *Petition) error {
		p.Langs, p.Texts["ar"] = []string{"fr", "ar"}, strangeText
		return nil
	})
	w.must(err)
	for i, lang := range []string{"fr", "ar"} {
		if _, err := w.sheetOf(w.ctx, DepositFile{Petition: "x", Number: 1, Lang: lang, AskedAt: start}); err == nil {
			t.Fatal("a file of no petition")
		}
		x, err := w.sheetOf(w.ctx, DepositFile{Petition: p.ID, Number: i + 1, Lang: lang, Valid: 4, Supporters: 4, AskedAt: start})
		w.must(err)
		x.petition.ID, x.petition.Reference = "petition", "PET-2026-0001" // ids are drawn: the address on the paper is not to change
		var masked, opened bytes.Buffer
		x.signaturesOf = p.ID
		v := Volume{First: 1}
		w.must(x.write(w.ctx, &masked, 1, &v))
		goldenPDF(t, "file."+lang, masked.Bytes())
		again := Volume{First: 1}
		x.number = func(sig Signature) string { return openNumber(pair, p.ID, sig) }
		w.must(x.write(w.ctx, &opened, 1, &again))
		if again.Digest != v.Digest {
			t.Error("the opened copy has another digest")
		}
		goldenPDF(t, "opened."+lang, opened.Bytes())
	}
}

// paperOf lets a paper of a petition be set in a language, as on a day and with
// an address that do not change.
func (w *world) paperOf(lang string, p Petition, set func(*web.Ctx, Petition, Authority, Book, string) *pdf.Document) []byte {
	w.t.Helper()
	a, err := w.authority(w.ctx, p.Authority)
	w.must(err)
	book, err := w.Law.Book(w.ctx, a, p.PublishedAt)
	w.must(err)
	words, err := ourPages()
	w.must(err)
	p.Reference = "PET-2026-0001" // references are drawn
	var out bytes.Buffer
	_, err = set(&web.Ctx{Locale: words.Locale(lang, p.Country)}, p, a, book, "https://petitions.example/"+lang+"/petitions/petition/procedure").WriteTo(&out)
	w.must(err)
	return out.Bytes()
}

func TestTheReceiptAndTheLetterSayWhatTheySaid(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	_, err := w.petitions.Update(w.ctx, p.ID, func(p *Petition) error {
		p.Langs, p.Texts["ar"] = []string{"fr", "ar"}, strangeText
		return nil
	})
	w.must(err)
	w.sign(p, many("person", 4)...)
	deposited, err := w.Advance(w.ctx, salma, p.ID, ActDeposit, LegalStep{Receipt: "ج-2026/<b>7</b>"})
	w.must(err)
	refused := w.refused(p.ID)
	admitted := w.deposited()
	w.checked(admitted.ID, "")
	admitted, err = w.DraftRuling(w.ctx, officer, admitted.ID, RulingInput{Admit: true, SessionAt: start.AddDate(0, 1, 0)})
	w.must(err)
	admitted, err = w.IssueRuling(w.ctx, president, admitted.ID, admitted.Legal.Ruling.Stamp())
	w.must(err)
	for _, lang := range []string{"fr", "ar"} {
		goldenPDF(t, "receipt."+lang, w.paperOf(lang, deposited, receiptPaper))
		goldenPDF(t, "letter.refused."+lang, w.paperOf(lang, refused, letterPaper))
		goldenPDF(t, "letter.admitted."+lang, w.paperOf(lang, admitted, letterPaper))
	}
}

// TestAfterASilenceNobodyWasTold reads until when petitioners may turn to the
// court: from being told of a refusal, from the end of the period after none.
func TestAfterASilenceNobodyWasTold(t *testing.T) {
	words, err := ourPages()
	if err != nil {
		t.Fatal(err)
	}
	book := Book{AppealTo: law.Text{AR: "المحكمة", FR: "le tribunal", EN: "the court"}, AppealDays: 60}
	for _, x := range []struct {
		lang string
		told bool
		want string
	}{
		{"en", true, "of being told"}, {"en", false, "of the end of the period in which no reply came"},
		{"fr", true, "notification"}, {"fr", false, "expiration"}, {"ar", true, "التبليغ"}, {"ar", false, "انقضاء"},
	} {
		got := appealText(&web.Ctx{Locale: words.Locale(x.lang, "MA")}, book, x.told)
		if !strings.Contains(got, x.want) || !strings.Contains(got, "60") {
			t.Errorf("%s, told %v: %q", x.lang, x.told, got)
		}
	}
	if got := appealText(&web.Ctx{Locale: words.Locale("fr", "MA")}, Book{}, false); got != "" {
		t.Errorf("a pack that says nothing: %q", got)
	}
}

func TestWithoutADepositThereIsNothingToAppealAgainst(t *testing.T) {
	for _, x := range []struct {
		state     State
		deposited bool
		want      bool
	}{{Refused, true, true}, {Lapsed, true, true}, {Lapsed, false, false}, {Ready, false, false}, {Review, true, false}, {Admitted, true, false}} {
		p := Petition{State: x.state}
		if x.deposited {
			p.Legal.DepositedAt = start
		}
		if appealable(p) != x.want {
			t.Errorf("%s, deposited %v: %v", x.state, x.deposited, !x.want)
		}
	}
}
