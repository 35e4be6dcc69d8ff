package guide

import (
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/guideview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// accessibility is the statement about who can use the site.
var accessibility = guide{
	path:  "/accessibility",
	title: m("Accessibility"),
	lead:  m("Taking part must not depend on good eyes, a mouse, a new phone or a fast network. This page says what was done for that, what is still missing, and whom to tell."),
	sections: []section{
		{"aim", m("What we aim at"), []part{
			{text: m("The aim is level AA of the Web Content Accessibility Guidelines, version 2.2 (WCAG 2.2), on every page, in Arabic as well as in French and English.")},
		}},
		{"done", m("What was done"), []part{
			{points: []string{
				m("Everything works by keyboard alone, and without JavaScript."),
				m("Arabic pages run from right to left throughout. Texts in another language are marked, so that a screen reader changes its voice."),
				m("Headings, regions and labels follow the content. Charts are tables as well, and no meaning is in a colour alone."),
				m("In forms, mistakes are listed on top and beside the field, and nothing that was typed is lost. No form has to be filled in against the clock."),
				m("Text can be enlarged. Contrast is sufficient in light and in dark colours. Movement is left out where your device asks for that."),
				m("Pages are small, so that they open on an old phone and a slow network."),
				m("Pages can be printed, for those who read on paper."),
			}},
		}},
		{"tested", m("How it is tested"), []part{
			{text: m("Automatic tests examine pages with the checker axe, in Arabic and in French, at the width of a phone and of a desktop screen. Such tests find only some of the barriers. No independent audit and no test together with people with disabilities has taken place yet.")},
		}},
		{"limits", m("Known limits"), []part{
			{points: []string{
				m("A petition may be written in one language only. The page says which one, and does not translate it."),
				m("Documents that people attach are shown as they are; nobody checks whether they are accessible."),
				m("The PDF of a petition is made for printing. With a screen reader the page itself is easier to read."),
				m("The sign-in pages of other services are in the hands of those services."),
				m("There is no version in sign language or in Amazigh, and no simplified version."),
			}},
		}},
		{"tell", m("Tell us what does not work"), []part{
			{text: m("Say on which page, with which device and which aid, and what happened. If you cannot do something here at all, the office of your municipality or commune can help you.")},
			{body: mailTo},
		}},
	},
}

// privacy says what is kept about people.
var privacy = guide{
	path:  "/privacy",
	title: m("Personal data"),
	lead:  m("What is kept about you, why, for how long, and what you can do about it."),
	sections: []section{
		{"who", m("Who is answerable"), []part{
			{text: m("For your account: the operator of this platform. For the signatures of a petition: the authority to which the petition is addressed. Before you agree to anything, the page names who it is and how to reach them.")},
			{body: mailTo},
		}},
		{"what", m("What is kept, and what for"), []part{{body: keptData}}},
		{"number", m("The number of your identity card"), []part{
			{text: m("It is asked for so that one person signs once. The number itself is not kept. A code is calculated from it with a secret key (a keyed hash); that code is kept, with the last two characters of the number, so that you recognise it. It is never shown to others, and never stands in an e-mail, an address or a log.")},
			{note: &note{ui.Warning, m("How far this protects you"), m("The code alone does not give your number away. But there are so few possible numbers that whoever has both the database and the secret key can try them all and find yours. The two together are worth as much as the numbers themselves. That is why the operator must keep the key outside the database and its copies, and why the code is treated as personal data here.")}},
		}},
		{"seen", m("What others see"), []part{
			{points: []string{
				m("The public sees your name only if you ticked the box for it: as a signatory, or as the agent of a petition."),
				m("The register of associations names the legal representative of each."),
				m("The authority gets the signatures of its petitions with name and place of residence, as you agreed when signing."),
				m("Officers see a comment before it appears, and the names of the agent, the deputy and the committee."),
				m("An agent at the counter sees your name and year of birth only while you show your code."),
				m("Nothing is sold or given to anybody for advertising."),
			}},
		}},
		{"long", m("How long"), []part{
			{text: m("Your account and profile stay until you delete them. A sign-in ends by itself when you stay away for some time. The words and the address of an e-mail are deleted once it is sent. How long it is kept who signed a petition stands in the rules of each kind of authority:")},
			{body: kept(law.SignatureRetention)},
			{text: m("In a participatory budget your proposals, supports and comments stay until you delete your account. Drafts that nobody touches, photos of proposals that were refused or withdrawn, and the names of candidates in a forum who did not agree to be named are deleted after this time:")},
			{body: kept(law.BudgetRetention)},
		}},
		{"rights", m("Your rights"), []part{
			{points: []string{
				m("See everything that is kept about you, and take a copy with you."),
				m("Correct what is wrong."),
				m("Take back a signature while its petition is open."),
				m("Delete your account. Signatures stay counted, without name, person or comment. If you gave an identity number, its code stays, alone, as long as a signature needs it, so that nobody counts twice."),
				m("Complain to the data protection authority of your country."),
			}},
			{links: []link{{m("My data"), "/me/data"}, {m("My petitions"), "/me/petitions"}}},
			{body: regulators},
		}},
		{"cookies", m("Cookies"), []part{
			{text: m("There are no trackers, no advertising and no statistics services here, and pages load nothing from other sites. The language stands in the address. Only these cookies are set, all of them needed:")},
			{points: []string{
				m("session: you are signed in."),
				m("flash: one sentence for the next page, such as “saved”. It is gone after a moment."),
				m("signin: ties the sign-in to your browser, for the minutes it takes."),
			}},
			{text: m("The links for passing a petition on tell the networks nothing until you follow them.")},
		}},
	},
}

// contact says whom to ask.
var contact = guide{
	path:  "/contact",
	title: m("Contact"),
	lead:  m("Who can help depends on what it is about."),
	sections: []section{
		{"authority", m("A petition, a decision, an answer"), []part{
			{text: m("Write to the authority itself. Its page here says how to reach it and who decides there.")},
			{links: to(m("Find my municipality"), "/places")},
		}},
		{"platform", m("This site"), []part{
			{text: m("Something does not work, you cannot sign in, a number in the rules is wrong, or you have a suggestion: write to the operator of the platform. If a page showed you a reference, quote it.")},
			{body: mailTo},
		}},
		{"data", m("Your data"), []part{
			{text: m("You can see, correct and delete most of it yourself. For the rest write to the operator or, about signatures, to the authority of the petition.")},
			{links: []link{{m("My data"), "/me/data"}, {m("Personal data"), "/privacy"}}},
		}},
	},
}

// source says how to get at the program.
var source = guide{
	path:  "/source",
	title: m("Source code"),
	lead:  m("People should be able to know how their signatures are counted. That is why the program behind this site can be examined."),
	sections: []section{
		{"ask", m("How to get it"), []part{
			{text: m("Ask the operator of this platform for the source code of the version that runs here, and for the terms under which it may be used and passed on.")},
			{body: mailTo},
		}},
		{"rules", m("What you can read without it"), []part{
			{text: m("The rules that the program applies stand on this site, each with its source: how many signatures, which of them are valid, which periods.")},
			{links: []link{{m("The rules, with their sources"), "/rules"}, {m("Guide for observers and journalists"), "/guides/observers"}}},
		}},
	},
}

// mailTo is how to write to the operator.
func mailTo(h Pages, c *web.Ctx) templ.Component {
	return guideview.Mail(c.T("The operator of this platform"), h.Contact)
}

// keptData is what is kept about people, and why.
func keptData(_ Pages, c *web.Ctx) templ.Component {
	return guideview.Facts(c.Page(""), []ui.SummaryRow{
		{Key: c.T("Your account"), Value: c.T("Name, e-mail address, language, and the service through which you sign in: to know you again and to write to you.")},
		{Key: c.T("Your profile"), Value: c.T("Where you live or work, and your year of birth: to know whether your signature is valid. Your sex, if you give it: for statistics in which nobody can be recognised.")},
		{Key: c.T("Your identity"), Value: c.T("A code made from the number of your identity card, and whether it was checked, by whom and when: so that one person signs once.")},
		{Key: c.T("Petitions you write"), Value: c.T("The text, its documents, and the names you enter. The place where a photo was taken is removed from it.")},
		{Key: c.T("Signatures"), Value: c.T("Which petition, when, your comment, whether your name may be shown, your place of residence at that time, whether the signature is valid and why: to count and check it. And which text of consent you agreed to.")},
		{Key: c.T("Petitions you follow"), Value: c.T("Which ones: to send you the news you asked for.")},
		{Key: c.T("Participatory budgets"), Value: c.T("What you propose, support, follow and comment; until a vote has ended, that you take part in it, so that nobody votes twice. Your ballot is kept apart, under a key that is not your name.")},
		{Key: c.T("Devices"), Value: c.T("The kind of browser, through which service and when you signed in: so that you notice if somebody else did. No network address.")},
		{Key: c.T("Acts in an office"), Value: c.T("What somebody did for an authority, when and why: so that decisions can be checked.")},
		{Key: c.T("Technical log"), Value: c.T("Which sort of page was asked for, whether that worked and how long it took. No names and no addresses.")},
	})
}

// kept shows a period of the rule packs after which something is deleted.
func kept(period law.FigureName) func(Pages, *web.Ctx) templ.Component {
	return func(h Pages, c *web.Ctx) templ.Component {
		var rules []guideview.Rule
		for _, pack := range h.Packs.All() {
			if f, ok := pack.Figure(period, c.Now()); ok {
				rules = append(rules, figure(c, pack.Title.In(c.Locale.Lang()), f))
			}
		}
		return guideview.Rules(c.Page(""), rules)
	}
}

// regulators names who watches over personal data in each country.
func regulators(h Pages, c *web.Ctx) templ.Component {
	var rules []guideview.Rule
	for _, code := range h.countries() {
		country, ok := h.Packs.Country(code)
		if !ok {
			continue
		}
		lang, r := c.Locale.Lang(), country.Regulator
		rules = append(rules, cited(c, country.Title.In(lang), r.Name.In(lang)+" ("+r.Acronym+")", r.Citation))
	}
	return guideview.Rules(c.Page(""), rules)
}
