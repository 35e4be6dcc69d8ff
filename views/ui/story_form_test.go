package ui_test

import (
	"github.com/a-h/templ"

	"musharaka/static"
	"musharaka/views/ui"
)

func formStory(tr ui.Translator) templ.Component {
	page := framed(tr, in(tr, "وقّع العريضة", "Signer la pétition", "Sign the petition"), "/petitions/42/sign")
	page.Person = &ui.Person{Name: "سنية الطرابلسي", Items: []ui.NavItem{{Key: "me", Label: in(tr, "عرائضي", "Mes pétitions", "My petitions"), Href: page.URL("/me")}}, SignOut: page.URL("/sign-out")}
	page.Errors = []ui.FieldError{
		{Field: "name", Message: in(tr, "اكتب اسمك الكامل كما في بطاقة التعريف", "Saisissez votre nom complet, comme sur votre carte d’identité", "Enter your full name")},
		{Field: "born", Message: in(tr, "اكتب تاريخ ميلادك", "Saisissez votre date de naissance", "Enter your date of birth")},
		{Field: "live", Message: in(tr, "اختر علاقتك بالبلدية", "Choisissez votre lien avec la commune", "Choose how you belong to the municipality")},
		{Field: "consent", Message: in(tr, "يجب أن توافق على معالجة معطياتك", "Vous devez accepter le traitement de vos données", "You must consent")},
		{Message: in(tr, "انتهت صلاحية الجلسة، فأعد الإرسال", "Votre session a expiré, envoyez à nouveau", "Your session expired, send again")}}
	note := ui.Textarea(page, ui.TextareaField{Name: "other", Label: in(tr, "وضّح", "Précisez", "Say how"), Rows: 2})
	return with(ui.Layout(page),
		ui.Back(page, page.URL("/petitions/42")),
		ui.Steps(page, 2, 5, in(tr, "عنك", "À propos de vous", "About you")),
		templ.Raw("<h1>"+page.Title+"</h1>"),
		with(ui.Form(ui.FormSpec{Action: page.URL("/petitions/42/sign"), Files: true, Unsaved: true, Label: page.Title}),
			ui.Hidden("version", "3"),
			ui.Text(page, ui.TextField{Name: "name", Label: in(tr, "الاسم الكامل", "Nom complet", "Full name"), Autocomplete: "name", AutoDir: true}),
			ui.Text(page, ui.TextField{Name: "cin", Label: in(tr, "رقم بطاقة التعريف", "Numéro de la carte d’identité", "Identity number"), Hint: in(tr, "ثمانية أرقام. لا يُنشر أبدًا.", "Huit chiffres. Il n’est jamais publié.", "Eight digits."), Numeric: true, Ltr: true, Size: 10, Max: 12, Value: "0123 4567"}),
			ui.Text(page, ui.TextField{Name: "budget", Label: in(tr, "الكلفة التقديرية", "Coût estimé", "Cost"), Suffix: in(tr, "د.ت", "DT", "TND"), Numeric: true, Size: 8, Optional: true}),
			ui.DateParts(page, ui.DateField{Name: "born", Label: in(tr, "تاريخ الميلاد", "Date de naissance", "Date of birth"), Hint: in(tr, "مثال: 27 3 1998", "Par exemple : 27 3 1998", "For example 27 3 1998"), Month: "13", Autocomplete: true}),
			ui.Radios(page, ui.RadiosField{Name: "live", Label: in(tr, "ما علاقتك ببلدية المرسى؟", "Quel est votre lien avec La Marsa ?", "How do you belong?"), Value: "other", Options: []ui.Option{
				{Value: "home", Label: in(tr, "أسكن فيها", "J’y habite", "I live there")},
				{Value: "work", Label: in(tr, "أعمل أو أدرس فيها", "J’y travaille ou j’y étudie", "I work there"), Hint: in(tr, "يُحتسب توقيعك ضمن المدعمين.", "Votre signature compte parmi les soutiens.", "Counts as supporter.")},
				{Value: "other", Label: in(tr, "غير ذلك", "Autre", "Other"), Divider: true, Reveal: note}}}),
			ui.Radios(page, ui.RadiosField{Name: "public", Label: in(tr, "هل نُظهر اسمك؟", "Afficher votre nom ?", "Show your name?"), Inline: true, Value: "yes", Options: []ui.Option{{Value: "yes", Label: in(tr, "نعم", "Oui", "Yes")}, {Value: "no", Label: in(tr, "لا", "Non", "No")}}}),
			ui.Textarea(page, ui.TextareaField{Name: "why", Label: in(tr, "لماذا توقّع؟", "Pourquoi signez-vous ?", "Why?"), Max: 300, Optional: true, Value: in(tr, "أولادي يلعبون في الشارع كل يوم.", "Mes enfants jouent dans la rue.", "My children play in the street.")}),
			ui.File(page, ui.FileField{Name: "file", Label: in(tr, "وثيقة مرفقة", "Pièce jointe", "Attachment"), Hint: in(tr, "صورة أو ملف PDF.", "Une image ou un PDF.", "An image or PDF."), Limit: "5 MB", Accept: "image/jpeg,image/png,application/pdf", Optional: true}),
			with(ui.Fieldset(page, ui.FieldsetSpec{Legend: in(tr, "عنوانك", "Votre adresse", "Your address"), Large: true, Hint: in(tr, "للمراسلات فقط.", "Pour le courrier seulement.", "For letters only.")}),
				ui.Text(page, ui.TextField{Name: "street", Label: in(tr, "النهج والعدد", "Rue et numéro", "Street"), AutoDir: true}),
				ui.Text(page, ui.TextField{Name: "zip", Label: in(tr, "الترقيم البريدي", "Code postal", "Postal code"), Numeric: true, Ltr: true, Size: 5})),
			ui.Checkbox(page, ui.CheckboxField{Name: "consent", Label: in(tr, "أوافق على معالجة معطياتي الشخصية لغرض التحقق من هذا التوقيع", "J’accepte le traitement de mes données pour vérifier cette signature", "I consent"), Hint: in(tr, "تُحفظ سنة واحدة بعد جواب المجلس.", "Conservées un an après la réponse du conseil.", "Kept for a year.")}),
			with(ui.Details(in(tr, "لماذا نطلب رقم بطاقة التعريف؟", "Pourquoi demander le numéro de la carte ?", "Why do you ask for the number?")), p(in(tr, "ليُحتسب كل شخص مرة واحدة. لا يُحفظ الرقم نفسه.", "Pour que chacun ne compte qu’une fois. Le numéro lui-même n’est pas conservé.", "So that everybody counts once."))),
			with(ui.Buttons(), ui.Button(ui.ButtonSpec{Label: in(tr, "متابعة", "Continuer", "Continue")}), ui.Button(ui.ButtonSpec{Label: in(tr, "حفظ والعودة لاحقًا", "Enregistrer et revenir plus tard", "Save"), Kind: ui.Secondary, Name: "act", Value: "save"}))))
}

func checkStory(tr ui.Translator) templ.Component {
	page := framed(tr, in(tr, "راجع قبل الإرسال", "Vérifiez avant d’envoyer", "Check before you send"), "/petitions/42/check")
	page.Flash = []ui.Flash{{Tone: ui.Success, Title: in(tr, "حُفظت المسودة", "Brouillon enregistré", "Draft saved"), Text: in(tr, "يمكنك العودة إليها متى شئت.", "Vous pouvez y revenir quand vous voulez.", "You can come back."), Href: "#", Link: in(tr, "مسوداتي", "Mes brouillons", "My drafts")}}
	return with(ui.Layout(page),
		ui.Steps(page, 5, 5, ""), templ.Raw("<h1>"+page.Title+"</h1>"),
		ui.SummaryList(page, []ui.SummaryRow{
			{Key: in(tr, "موضوع العريضة", "Objet", "Object"), Value: park(tr), Href: "#"},
			{Key: in(tr, "الأسباب", "Motifs", "Reasons"), Value: in(tr, "الإنارة معطّلة.\nالمقاعد مكسورة.\n\nالأطفال يلعبون في الطريق.", "Éclairage en panne.\nBancs cassés.\n\nLes enfants jouent sur la route.", "No light.\nBroken benches."), Href: "#"},
			{Key: in(tr, "المرجع", "Référence", "Reference"), Body: ui.Ltr("PET-2026-0042")}}),
		ui.Table(page, ui.TableSpec{Caption: in(tr, "آخر التوقيعات", "Dernières signatures", "Latest signatures"), RowHead: true,
			Head: []ui.Th{{Label: in(tr, "الاسم", "Nom", "Name")}, {Label: in(tr, "المكان", "Lieu", "Place")}, {Label: in(tr, "العدد", "Nombre", "Number"), Number: true}},
			Rows: [][]ui.Cell{{{Text: "Sonia Trabelsi", Href: "#"}, {Text: "المرسى"}, {Text: tr.Number(1248)}}, {{Text: "عبد الرحمان الهمّامي"}, {Body: ui.Bidi("Siliana")}, {Text: tr.Number(7)}}, {{Text: "PET-2026-0042", Ltr: true}, {Text: "منزل بورڨيبة"}, {Text: tr.Number(12)}}}}),
		with(ui.Notice(page, ui.Warning, in(tr, "بعد الإرسال لا يمكن تغيير النص", "Après l’envoi, le texte ne change plus", "After sending the text stays")), p(in(tr, "يمكن سحب العريضة في أي وقت.", "La pétition peut être retirée à tout moment.", "You may withdraw it."))),
		with(ui.Form(ui.FormSpec{Action: "#"}), with(ui.Buttons(), ui.Button(ui.ButtonSpec{Label: in(tr, "إرسال العريضة", "Envoyer la pétition", "Send")}), ui.Button(ui.ButtonSpec{Label: in(tr, "حذف المسودة", "Supprimer le brouillon", "Delete"), Kind: ui.Dangerous}), ui.Button(ui.ButtonSpec{Label: in(tr, "لاحقًا", "Plus tard", "Later"), Kind: ui.Quiet}))))
}

func doneStory(tr ui.Translator) templ.Component {
	page := framed(tr, in(tr, "تمّ تسجيل توقيعك", "Votre signature est enregistrée", "Signed"), "/petitions/42/signed")
	return with(ui.Layout(page),
		with(ui.Panel(page.Title), p(in(tr, "أنت المدعم رقم ", "Soutien n° ", "You are supporter ")+tr.Number(1392))),
		h2(in(tr, "ماذا بعد؟", "Et ensuite ?", "What next?")),
		p(in(tr, "سنكتب إليك عند بلوغ العدد المطلوب وعند جواب المجلس.", "Nous vous écrirons au seuil et à la réponse du conseil.", "We will write to you.")),
		ui.Share(page, ui.ShareSpec{URL: "https://musharaka.example/ar/petitions/42", Text: park(tr)}))
}

func confirmStory(tr ui.Translator) templ.Component {
	page := framed(tr, in(tr, "هل تسحب توقيعك؟", "Retirer votre signature ?", "Withdraw your signature?"), "/petitions/42/withdraw")
	return with(ui.Layout(page), with(ui.Confirm(page, ui.ConfirmSpec{
		Title: page.Title, Text: in(tr, "لن يُحتسب بعد ذلك ضمن العدد المطلوب.", "Elle ne comptera plus pour le seuil.", "It will no longer count."), Action: "#", Danger: true,
		Button: in(tr, "أسحب توقيعي", "Je retire ma signature", "Withdraw my signature"), Cancel: page.URL("/petitions/42")}), ui.Hidden("version", "3")))
}

func wordsStory(tr ui.Translator) templ.Component {
	page := framed(tr, in(tr, "المكوّنات", "Composants", "Components"), "/words")
	page.Tenant = &ui.Tenant{Name: "جهة طنجة تطوان الحسيمة", LogoURL: static.Asset("mark.png")}
	var parts []templ.Component
	for _, tone := range []ui.Tone{ui.Neutral, ui.Info, ui.Success, ui.Warning, ui.Danger, ui.Accent} {
		parts = append(parts, ui.Tag(in(tr, "حالة", "État", "State")+" "+string(tone), tone),
			with(ui.Notice(page, tone, ""), p(in(tr, "نصّ قصير يقول ما يلزم.", "Un texte court qui dit l’essentiel.", "A short text."))))
	}
	parts = append(parts,
		ui.Hint(in(tr, "تلميح", "Un indice", "A hint")), ui.Mark(), ui.Icon("mail"), ui.Icon("nothing"),
		ui.Avatar("Sonia Trabelsi"), ui.Avatar("محمد الأمين"), ui.Bidi("<b>Karim</b>"),
		ui.ButtonLink("#", in(tr, "رابط", "Lien", "Link"), ui.Secondary),
		with(ui.EmptyState(in(tr, "لا عرائض بعدُ", "Pas encore de pétition", "No petitions yet"), in(tr, "كن أول من يكتب.", "Soyez la première à en écrire une.", "Be the first.")), ui.ButtonLink("#", in(tr, "اكتب عريضة", "Écrire une pétition", "Write one"), ui.Primary)),
		with(ui.Cards(), ui.Card(page, ui.CardSpec{Title: park(tr), Text: "<script>alert(1)</script>", Level: 3})),
		ui.Pagination(page, ui.Pages{First: "#"}), ui.Pagination(page, ui.Pages{Text: "3"}))
	return with(ui.Layout(page), append([]templ.Component{templ.Raw("<h1>" + page.Title + "</h1>")}, parts...)...)
}

func faultStory(tr ui.Translator) templ.Component {
	return ui.ErrorPage(framed(tr, "", "/nowhere"), ui.ErrorSpec{Status: 404, Reference: "7f3a-91c2"})
}

func waitStory(tr ui.Translator) templ.Component {
	return ui.WaitPage(framed(tr, "", "/"), ui.WaitSpec{Seconds: 20})
}
