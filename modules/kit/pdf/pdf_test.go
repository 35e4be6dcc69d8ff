package pdf_test

import (
	"bytes"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/pdf/pdftest"
	"musharaka/modules/kit/typeset"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	keep   = flag.String("keep", "", "a folder to write the files to, to look at them")
)

var created = time.Date(2026, 9, 12, 9, 0, 0, 0, time.UTC)

// Names as they come: both scripts, brackets, marks, letters of the Maghreb.
var (
	signers = []string{
		"محمد الأمين بن صالح", "Sonia Trabelsi", "عبد الرحمان الهمّامي", "Jean-Luc بن يوسف",
		"آمنة الڨفصي", "ليلى عبد الله بنت أحمد", "Karim O’Neil (دكتور)", "Hélène Benaïssa-Çelik",
	}
	firstNames = strings.Fields("أحمد فاطمة يوسف خديجة عمر سلمى إبراهيم مريم نور_الدين هاجر Mehdi Salma Anis Rym Hédi كوثر ڨمر زينب Imane Oussama ياسين أسماء رضا وفاء حمزة شيماء")
	lastNames  = strings.Fields("العلوي بن_عاشور التريكي المنصوري الشابّي بوعزيزي الفاسي الإدريسي بنكيران El_Fassi Ben_Salah Trabelsi Zouari Cherkaoui الهمّامي الڨابسي القاسمي اليعقوبي الحمداوي الورغي السباعي الغنوشي المرزوقي")
	districts  = []string{"بنزرت الشمالية", "بنزرت الجنوبية", "منزل بورڨيبة", "رأس الجبل", "ماطر", "Zarzouna"}
)

// signatures returns n rows of a signature list.
func signatures(n int) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for i := range n {
			name := strings.ReplaceAll(firstNames[i*7%len(firstNames)]+" "+lastNames[i*11%len(lastNames)], "_", " ")
			if i < len(signers) {
				name = signers[i]
			}
			at := created.AddDate(0, 0, -i*13%200)
			if !yield([]string{fmt.Sprint(i + 1), name, districts[i*5%len(districts)], at.Format("02/01/2006")}) {
				return
			}
		}
	}
}

// petition is the paper a council is served with.
func petition(n int) *pdf.Document {
	d := pdf.New(pdf.Options{
		Lang: "ar", Title: "عريضة لتهيئة الحديقة العمومية بحيّ النصر", Author: "بلدية بنزرت", Created: created,
		Running: "عريضة لتهيئة الحديقة العمومية بحيّ النصر · PET-2026-0042", Footer: "منصّة المشاركة المواطنية",
		PageLabel: func(page, pages int) string { return fmt.Sprintf("صفحة %d من %d", page, pages) },
	})
	d.Letterhead(pdf.Letterhead{
		Over: "الجمهورية التونسية — بلدية بنزرت", Title: "عريضة لتهيئة الحديقة العمومية بحيّ النصر",
		Under: "المرجع " + typeset.LTR("PET-2026-0042") + " · أُودعت بتاريخ 12/09/2026 · العتبة 2\u202f000 توقيع",
		Code:  "https://musharaka.example/ar/petitions/PET-2026-0042",
	})
	d.Paragraph("نحن الموقّعين أسفله، متساكني حيّ النصر وجمعية Les Amis de Bizerte (ASSOCIATION)، نطالب المجلس البلدي ببرمجة الأشغال ضمن ميزانية 2027 في حدود 180,5 ألف دينار (أي 12.5% من باب الاستثمار)، وذلك قبل 31/12/2026. للاتصال: contact@example.tn أو " + typeset.LTR("+216 72 000 000") + ".")
	d.Paragraph("بُنيت هذه العريضة وفق الفصل 139 من الدستور؛ ويُلزَم المجلسُ بالرّدِّ خلال ٦٠ يومًا. السيدة فاطمة بنت عليّ الڨرڨوري (رقم البطاقة " + typeset.LTR("****0123") + ") هي صاحبة المبادرة.")
	d.Paragraph("Version française : nous, soussignés habitants de حي النصر, demandons l’aménagement du jardin public (délai : 60 jours).")
	d.Facts(
		pdf.Fact{Label: "وكيل العريضة", Value: "السيدة فاطمة بنت عليّ الڨرڨوري"},
		pdf.Fact{Label: "الهاتف", Value: typeset.LTR("+216 72 000 000")},
		pdf.Fact{Label: "الجمعية", Value: "Les Amis de Bizerte"},
		pdf.Fact{Label: "الأجل القانوني للرّدّ", Value: "60 يومًا من تاريخ الإيداع (الفصل 139)"},
	)
	d.Heading(2, "ما نطلبه")
	d.Numbered("تهيئة الحديقة العمومية وإنارتها.", "تخصيص فضاء لألعاب الأطفال ذوي الإعاقة، يُصان كل سنة.", "Publier le calendrier des travaux.")
	d.Box(func() {
		d.Paragraph("قرار المجلس", pdf.Strong())
		d.Paragraph("يوافق المجلس على الطلب ويُدرجه ضمن برنامج 2027.")
	})
	d.Heading(1, "قائمة التوقيعات (1\u202f248)")
	d.Table(pdf.Table{
		Columns: []pdf.Column{{Title: "ع/ر", Share: 0.5}, {Title: "الاسم واللقب", Share: 2.6}, {Title: "المعتمدية", Share: 2}, {Title: "تاريخ التوقيع", Share: 1.4}},
		Rows:    signatures(n), Foot: []string{"", "المجموع", fmt.Sprint(n)},
		Summary: "قائمة الموقّعين",
	})
	d.Sign("التاريخ", "إمضاء وكيل العريضة", "ختم البلدية")
	return d
}

// frenchForm is a form to be filled in by hand.
func frenchForm() *pdf.Document {
	d := pdf.New(pdf.Options{Lang: "fr", Title: "Feuille de signatures", Author: "Commune de Tanger", Created: created,
		Accent: 0xE0A100, Running: "Feuille de signatures", Footer: "Musharaka — plateforme de participation citoyenne",
		PageLabel: func(page, pages int) string { return fmt.Sprintf("page %d sur %d", page, pages) }})
	d.Letterhead(pdf.Letterhead{Over: "Royaume du Maroc — Commune de Tanger — جماعة طنجة", Title: "Pour des trottoirs accessibles à toutes et à tous", Under: "Référence PET-2026-0107 · à déposer avant le 31/12/2026", Code: "https://musharaka.example/fr/p/107"})
	d.Paragraph("Nous, habitantes et habitants de la commune, demandons au conseil d’inscrire à l’ordre du jour de sa prochaine session l’aménagement des trottoirs du boulevard Pasteur (ساحة الأمم), où les personnes en fauteuil ne passent pas. L’article 13 de la loi organique nº 113-14 nous en donne le droit…")
	d.Heading(2, "Comment remplir cette feuille")
	d.List("Une personne ne signe qu’une fois, sur papier ou en ligne.", "Le numéro de la carte nationale (CNIE) sert à la vérification seulement ; il n’est jamais publié.", "الأسماء بالعربية مقبولة أيضا.")
	d.Link("Signer en ligne", "https://musharaka.example/fr/p/107")
	d.Paragraph("Les données sont conservées par la commune pendant la durée que fixe la loi.", pdf.Small(), pdf.Muted())
	rows := make([][]string, 16)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i + 1)}
	}
	d.Table(pdf.Table{Grid: true, RowHeight: 30, Rows: pdf.Rows(rows), Columns: []pdf.Column{
		{Title: "Nº", Share: 0.4, Align: pdf.Centre}, {Title: "Nom et prénom", Share: 2}, {Title: "CNIE", Share: 1}, {Title: "Signature", Share: 1.4}}})
	d.Sign("Fait à, le", "Signature de la mandataire")
	return d
}

func render(t testing.TB, name string, d *pdf.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := d.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, name+".pdf"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestTheWordsOfAPaperAreThereInReadingOrder(t *testing.T) {
	for name, doc := range map[string]*pdf.Document{"petition": petition(60), "form": frenchForm()} {
		pages := pdftest.Text(t, render(t, name, doc))
		got := fmt.Sprintf("%d pages\n\n%s\n", len(pages), strings.Join(pages, "\n\n--- next page ---\n\n"))
		golden := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: the text differs from %s (run with -update when that is intended):\n%s", name, golden, got)
		}
	}
}
