package petition

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"musharaka/modules/kit/pdf/pdftest"
)

// goldenPDF compares the words of a PDF, page by page, with a file.
func goldenPDF(t *testing.T, name string, file []byte) {
	t.Helper()
	got := strings.Join(pdftest.Text(t, file), "\n\f\n") + "\n"
	path := filepath.Join("testdata", "papers", name+".txt")
	if *updateMails {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./modules/petition -update writes it anew):\n%s", path, got)
	}
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
