package ui_test

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"

	"musharaka/static"
	"musharaka/views/ui"
)

// A story is a page that shows components with canned words, in one language.
// All stories together show every component there is.
type story struct {
	name string
	page func(tr ui.Translator) templ.Component
}

var stories = []story{
	{"home", homeStory},
	{"list", listStory},
	{"petition", petitionStory},
	{"form", formStory},
	{"check", checkStory},
	{"done", doneStory},
	{"confirm", confirmStory},
	{"words", wordsStory},
	{"charts", chartsStory},
	{"fault", faultStory},
	{"wait", waitStory},
}

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// framed is a page with everything the frame can carry.
func framed(tr ui.Translator, title, path string) ui.Page {
	return ui.Page{
		Tr: tr, Asset: static.Asset, Title: title, Path: path, BaseURL: "https://musharaka.example",
		Description: title, Country: "TN", Nav: ui.MainNav(tr), Current: "petitions", Demo: true, Now: now,
	}
}

// with gives a component its children, as a template's braces do.
func with(parent templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

func p(text string) templ.Component { return templ.Raw("<p>" + text + "</p>") }

func h2(text string) templ.Component { return templ.Raw("<h2>" + text + "</h2>") }

// in chooses the words of a language; a story is no place for a catalogue.
func in(tr ui.Translator, ar, fr, en string) string {
	switch tr.Lang() {
	case "ar":
		return ar
	case "fr":
		return fr
	}
	return en
}

// park is the petition all stories are about.
func park(tr ui.Translator) string {
	return in(tr, "تهيئة الحديقة العمومية بحيّ النصر وتجهيزها بفضاء ألعاب للأطفال", "Aménager le jardin public de la cité Ennasr et l’équiper d’une aire de jeux", "Restore the public garden of Ennasr and give it a playground")
}

func homeStory(tr ui.Translator) templ.Component {
	page := framed(tr, in(tr, "الصفحة الرئيسية", "Accueil", "Home"), "/")
	page.Bare, page.Current = true, ""
	find := with(ui.Form(ui.FormSpec{Action: page.URL("/places"), Get: true, Role: "search"}),
		ui.Search(page, ui.SearchField{Name: "q", Label: in(tr, "اسم بلديتك أو جماعتك", "Le nom de votre commune", "The name of your municipality")}))
	tiles := with(ui.Tiles(),
		ui.Tile(ui.TileSpec{Icon: "pen", Title: in(tr, "اكتب عريضتك", "Écrivez votre pétition", "Write your petition"), Text: in(tr, "سؤال واحد في كل صفحة، ويُحفظ ما تكتبه أولًا بأول.", "Une question par page, et ce que vous écrivez est conservé.", "One question a page, saved as you go."), Href: page.URL("/petitions/new")}),
		ui.Tile(ui.TileSpec{Icon: "people", Title: in(tr, "اجمع المدعمين", "Réunissez des soutiens", "Gather supporters"), Text: in(tr, "توقيع واحد لكل شخص، على الإنترنت أو على الورق.", "Une signature par personne, en ligne ou sur papier.", "One signature for each person, online or on paper.")}),
		ui.Tile(ui.TileSpec{Number: 3, Title: in(tr, "يجيبك المجلس", "Le conseil répond", "The council answers"), Text: in(tr, "عند بلوغ العدد المطلوب يُدرج الموضوع في جدول الأعمال.", "Le seuil atteint, le sujet est inscrit à l’ordre du jour.", "When the threshold is reached it goes on the agenda.")}))
	return with(ui.Layout(page),
		with(ui.Hero(in(tr, "صوتك يصل إلى مجلس بلديتك", "Votre voix arrive au conseil", "Your voice reaches the council"), in(tr, "اكتب عريضة، وقّع على عرائض جيرانك، وتابع جواب المجلس خطوة بخطوة.", "Écrivez une pétition, signez celles de vos voisins et suivez la réponse du conseil pas à pas.", "Write a petition, sign your neighbours’, and follow the council’s answer step by step.")), find),
		with(ui.Band(false), h2(in(tr, "كيف يجري الأمر", "Comment cela se passe", "How it works")), tiles),
		with(ui.Band(true), h2(in(tr, "أرقام", "En chiffres", "Figures")), ui.Stats([]ui.Stat{
			{Value: tr.Number(48210), Label: in(tr, "توقيعًا", "signatures", "signatures")},
			{Value: tr.Number(312), Label: in(tr, "عريضة", "pétitions", "petitions")},
			{Value: tr.Number(87), Label: in(tr, "جوابًا من المجالس", "réponses des conseils", "answers from councils")}})))
}

func listStory(tr ui.Translator) templ.Component {
	page := framed(tr, in(tr, "العرائض", "Pétitions", "Petitions"), "/petitions")
	page.Wide = true
	filters := with(ui.Filters(page, ui.FiltersSpec{Action: page.URL("/petitions"), Active: 1, Clear: page.URL("/petitions")}),
		ui.Select(page, ui.SelectField{Name: "theme", Label: in(tr, "المجال", "Thème", "Theme"), Empty: in(tr, "كل المجالات", "Tous les thèmes", "All themes"), Value: "env", Options: []ui.Option{
			{Value: "env", Label: in(tr, "البيئة والمساحات الخضراء", "Environnement et espaces verts", "Environment")},
			{Value: "road", Label: in(tr, "الطرقات", "Voirie", "Roads"), Group: in(tr, "أشغال", "Travaux", "Works")}}}),
		ui.Checkboxes(page, ui.CheckboxesField{Name: "state", Label: in(tr, "الحالة", "État", "State"), Values: []string{"open"}, Options: []ui.Option{
			{Value: "open", Label: in(tr, "مفتوحة للتوقيع", "Ouverte à la signature", "Open")}, {Value: "answered", Label: in(tr, "أُجيب عنها", "Répondue", "Answered")}}}))
	card := func(title string, progress *ui.ProgressSpec, tag string, tone ui.Tone) templ.Component {
		return ui.Card(page, ui.CardSpec{Title: title, Href: page.URL("/petitions/42"), TagText: tag, TagTone: tone,
			Eyebrow: in(tr, "بلدية المرسى", "Municipalité de La Marsa", "La Marsa"), Progress: progress,
			Meta: []string{in(tr, "البيئة", "Environnement", "Environment"), in(tr, "تُغلق بعد 12 يومًا", "Se termine dans 12 jours", "Closes in 12 days")}})
	}
	list := with(ui.Cards(),
		card(park(tr), &ui.ProgressSpec{Count: 1248, Threshold: 2000}, in(tr, "مفتوحة للتوقيع", "Ouverte à la signature", "Open"), ui.Success),
		card("Réparer l’éclairage de la rue de la Plage", &ui.ProgressSpec{Count: 2140, Threshold: 2000}, in(tr, "بلغت العدد المطلوب", "Seuil atteint", "Threshold reached"), ui.Accent),
		card(in(tr, "خط حافلة بين وسط المدينة والكلية", "Une ligne de bus entre le centre et la faculté", "A bus between the centre and the faculty"), nil, in(tr, "أُجيب عنها", "Répondue", "Answered"), ui.Info))
	return with(ui.Layout(page),
		ui.Breadcrumbs(page, []ui.Crumb{{Label: in(tr, "الاستقبال", "Accueil", "Home"), Href: page.URL("/")}, {Label: page.Title}}),
		with(ui.Heading(ui.HeadingSpec{Title: page.Title, Lead: in(tr, "312 عريضة موجهة إلى البلديات والجماعات والجهات.", "312 pétitions adressées aux communes et aux régions.", "312 petitions to municipalities and regions.")})),
		ui.Tabs(page, in(tr, "العرائض حسب الحالة", "Pétitions par état", "Petitions by state"), []ui.Tab{{Label: in(tr, "الكل", "Toutes", "All"), Href: "#", Current: true, Count: 312}, {Label: in(tr, "مفتوحة", "Ouvertes", "Open"), Href: "#", Count: 41}, {Label: in(tr, "أُجيب عنها", "Répondues", "Answered"), Href: "#"}}),
		with(ui.Columns(filters, true), list, ui.Pagination(page, ui.Pages{Previous: "#", Next: "#", Text: in(tr, "21 إلى 40 من 312", "21 à 40 sur 312", "21 to 40 of 312")})))
}

func petitionStory(tr ui.Translator) templ.Component {
	page := framed(tr, park(tr), "/petitions/42")
	page.Wide, page.OG = true, ui.OG{Type: "article", Image: "/og/42.png", Width: 1200, Height: 630}
	page.Tenant = &ui.Tenant{Name: in(tr, "بلدية المرسى", "Municipalité de La Marsa", "La Marsa"), Href: page.URL("/places/tn-la-marsa")}
	body := in(tr, "منذ أكثر من سبع سنوات والحديقة العمومية بحيّ النصر مهملة: الإنارة معطّلة، والمقاعد مكسورة، والأطفال يلعبون في الطريق رغم الخطر.\n\nنطالب المجلس البلدي ببرمجة الأشغال ضمن ميزانية 2027 في حدود 180 ألف دينار، وإشراك الجمعيات (ومنها Les Amis de La Marsa) في متابعة المشروع.",
		"Depuis plus de sept ans, le jardin public de la cité Ennasr est à l’abandon : l’éclairage est en panne, les bancs sont cassés et les enfants jouent sur la route, malgré le danger.\n\nNous demandons au conseil municipal d’inscrire les travaux au budget 2027, dans la limite de 180 000 dinars, et d’associer les associations (dont جمعية أحباء المرسى) au suivi du projet.",
		"For seven years the garden has been neglected.\n\nWe ask the council to put the works into the budget of 2027.")
	aside := templ.Join(
		with(ui.Box(), h2(in(tr, "التوقيعات", "Signatures", "Signatures")), ui.Progress(page, ui.ProgressSpec{Count: 1248, Threshold: 2000, Supporters: 1391, CountURL: "/petitions/42/count", Note: in(tr, "تُحتسب في العدد المطلوب توقيعات المقيمين الذين تم التحقق من هويتهم.", "Comptent pour le seuil les signatures des habitants dont l’identité est vérifiée.", "Signatures of residents with a checked identity count.")}),
			ui.ButtonLink(page.URL("/petitions/42/sign"), in(tr, "أوقّع العريضة", "Je signe la pétition", "Sign this petition"), ui.Primary),
			ui.Source(page, ui.SourceSpec{Text: in(tr, "القانون الأساسي عدد 29 لسنة 2018، الفصل 30", "Loi organique n° 2018-29, article 30", "Organic law 2018-29, article 30"), URL: "https://legislation.tn"})),
		with(ui.Box(), ui.Share(page, ui.ShareSpec{Title: in(tr, "انشر العريضة", "Partager", "Share"), URL: "https://musharaka.example/ar/petitions/42", Text: park(tr)})))
	events := []ui.Event{
		{At: now.AddDate(0, 0, -70), Title: in(tr, "نُشرت العريضة", "Pétition publiée", "Published"), Text: in(tr, "تمّ التحقق من شروط القبول الشكلية.", "Conditions de forme vérifiées.", "Checked."), State: ui.Past},
		{At: now.AddDate(0, 0, -2), Title: in(tr, "ردّ أوّلي من رئيسة البلدية", "Première réponse de la maire", "First answer"), Text: in(tr, "تُدرس الكلفة مع المصالح الفنية.", "Le coût est étudié avec les services techniques.", "Costs are being studied."), By: "Samira Ben Youssef", Href: "#", Link: in(tr, "نصّ الجواب", "Lire la réponse", "Read"), State: ui.Present},
		{When: in(tr, "ديسمبر 2026", "Décembre 2026", "December 2026"), Title: in(tr, "مداولة المجلس البلدي", "Délibération du conseil", "Deliberation"), State: ui.Future}}
	return with(ui.Layout(page),
		with(ui.Heading(ui.HeadingSpec{Title: park(tr), TagText: in(tr, "مفتوحة للتوقيع", "Ouverte à la signature", "Open"), TagTone: ui.Success, Caption: in(tr, "البيئة والمساحات الخضراء", "Environnement et espaces verts", "Environment")}),
			templ.Raw(`<p class="sub">`+in(tr, "أطلقتها ", "Lancée par ", "By ")+`<bdi>فاطمة الڨرڨوري</bdi> · <bdi dir="ltr">PET-2026-0042</bdi></p>`)),
		with(ui.Columns(aside, false), ui.LanguageNotice(page, "ar"),
			with(ui.Featured(in(tr, "أجاب المجلس", "Le conseil a répondu", "The council has answered")), ui.Paragraphs(in(tr, "صادق المجلس على برمجة الأشغال.", "Le conseil a voté les travaux.", "The council voted for the works."))),
			ui.Paragraphs(body), h2(in(tr, "المسار", "Suivi", "Progress")), ui.Timeline(page, events),
			h2(in(tr, "التوقيعات حسب الإقليم", "Signatures par province", "By province")),
			ui.ProgressByPlace(page, in(tr, "لا بدّ من 5% في كل إقليم", "5 % requis dans chaque province", "5 % in each province"), []ui.PlaceRow{{Name: in(tr, "طنجة أصيلة", "Tanger-Assilah", "Tangier"), Count: 812, Needed: 60}, {Name: in(tr, "العرائش", "Larache", "Larache"), Count: 41, Needed: 60}, {Name: in(tr, "شفشاون", "Chefchaouen", "Chefchaouen"), Count: 3, Needed: 60}})),
		ui.SignBar(page, ui.ProgressSpec{Count: 1248, Threshold: 2000}, page.URL("/petitions/42/sign"), in(tr, "أوقّع", "Je signe", "Sign")))
}
