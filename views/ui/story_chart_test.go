package ui_test

import (
	"fmt"

	"github.com/a-h/templ"

	"musharaka/views/ui"
)

// chartsStory shows charts of every kind, among them the awkward ones: long
// names, one value, none, a value that is kept back, many.
func chartsStory(tr ui.Translator) templ.Component {
	page := framed(tr, in(tr, "رسوم بيانية", "Graphiques", "Charts"), "/charts")
	page.Sheets = []string{"chart.css"}
	long := in(tr, "تهيئة المسلك الرابط بين حيّ النصر ومحطة القطار مع تركيز الإنارة العمومية والأرصفة", "Aménagement de la voie reliant la cité Ennasr à la gare, avec éclairage public et trottoirs", "Rebuild the road between Ennasr and the station, with lighting and pavements")
	votes := in(tr, "أصوات", "Voix", "Votes")
	var weeks, days []ui.ChartPoint
	for i := range 9 {
		weeks = append(weeks, ui.ChartPoint{Label: in(tr, "الأسبوع ", "Semaine ", "Week ") + tr.Number(int64(i+1)), Value: int64(120 + i*i*37%400), Second: int64(60 + i*53%300)})
	}
	for i := range 60 {
		days = append(days, ui.ChartPoint{Label: tr.Date(now.AddDate(0, 0, i-60)), Value: int64(i * i * 13)})
	}
	weeks[4].Text, weeks[4].Value = in(tr, "أقل من 5", "moins de 5", "fewer than 5"), 0
	return with(ui.Layout(page), templ.Raw("<h1>"+page.Title+"</h1>"),
		ui.Chart(page, ui.ChartSpec{Title: in(tr, "التوقيعات حسب السن", "Signatures par âge", "By age"), Label: in(tr, "السن", "Âge", "Age"), Series: []string{votes}, Points: []ui.ChartPoint{{Label: "16–24", Value: 412}, {Label: "25–34", Value: 860}, {Label: "35–", Text: "< 5"}}}),
		ui.Chart(page, ui.ChartSpec{Title: in(tr, "الأصوات لكل مشروع", "Voix par projet", "Votes per project"), Label: in(tr, "المشروع", "Projet", "Project"), Series: []string{votes}, Marker: ui.ChartMarker{Label: in(tr, "الحدّ الأدنى:", "Seuil :", "Threshold:"), Value: 700},
			Points: []ui.ChartPoint{{Label: long, Href: "#", Value: 1420}, {Label: "<script>alert(1)</script>", Value: 3}, {Label: long, Value: 690}}}),
		ui.Chart(page, ui.ChartSpec{Title: in(tr, "الكلفة والمدفوعات", "Coûts et paiements", "Costs and payments"), Summary: in(tr, "دُفع نصف المبلغ تقريبًا.", "Près de la moitié est payée.", "About half has been paid."), Label: in(tr, "المشروع", "Projet", "Project"), Series: []string{in(tr, "التعاقدات", "Engagé", "Committed"), in(tr, "المدفوع", "Payé", "Paid")}, Format: ui.ChartMoney, Currency: "TND",
			Points: []ui.ChartPoint{{Label: long, Value: 185_400_000, Second: 92_000_500}, {Label: park(tr), Value: 60_000_000}}}),
		ui.Chart(page, ui.ChartSpec{Kind: ui.ChartColumns, Title: in(tr, "الأصوات حسب الأسبوع", "Voix par semaine", "Votes per week"), Label: in(tr, "الأسبوع", "Semaine", "Week"), Series: []string{in(tr, "إلكترونيًا", "En ligne", "Online"), in(tr, "على الورق", "Sur papier", "On paper")}, Points: weeks}),
		ui.Chart(page, ui.ChartSpec{Kind: ui.ChartColumns, Title: in(tr, "المشاركة", "Participation", "Turnout"), Label: in(tr, "السنة", "Année", "Year"), Series: []string{in(tr, "النسبة", "Part", "Share")}, Format: ui.ChartPercent, Points: []ui.ChartPoint{{Label: "2024", Value: 312}, {Label: "2025", Value: 845}, {Label: "2026", Value: 1270}}}),
		ui.Chart(page, ui.ChartSpec{Kind: ui.ChartColumns, Title: in(tr, "قيمة واحدة", "Une seule valeur", "One value"), Label: in(tr, "السنة", "Année", "Year"), Series: []string{votes}, Points: []ui.ChartPoint{{Label: "2026", Value: 7}}}),
		ui.Chart(page, ui.ChartSpec{Kind: ui.ChartLine, Title: in(tr, "التوقيعات عبر الزمن", "Signatures au fil du temps", "Signatures over time"), Label: in(tr, "اليوم", "Jour", "Day"), Series: []string{in(tr, "توقيعات", "Signatures", "Signatures")}, Marker: ui.ChartMarker{Label: in(tr, "العدد المطلوب:", "Seuil :", "Threshold:"), Value: 40_000}, Points: days}),
		ui.Chart(page, ui.ChartSpec{Kind: ui.ChartLine, Title: in(tr, "سلسلتان", "Deux séries", "Two series"), Label: in(tr, "الأسبوع", "Semaine", "Week"), Series: []string{"A", "B"}, Points: weeks}),
		ui.Chart(page, ui.ChartSpec{Kind: ui.ChartLine, Title: in(tr, "نقطة واحدة", "Un seul point", "One point"), Label: in(tr, "اليوم", "Jour", "Day"), Series: []string{votes}, Points: days[59:]}),
		ui.Chart(page, ui.ChartSpec{Kind: ui.ChartLine, Title: in(tr, "لا شيء بعد", "Rien encore", "Nothing yet")}),
		ui.Chart(page, ui.ChartSpec{Title: fmt.Sprint("0 ", votes), Label: "–", Series: []string{votes}, Points: []ui.ChartPoint{{Label: park(tr)}}}))
}
