package guide

import (
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/guideview"

	"github.com/a-h/templ"
)

// associations is the guide for associations that petition.
var associations = guide{
	path: "/guides/associations", icon: "people",
	title: m("Guide for associations"),
	short: m("Enter the register, name delegates, and petition through the legal representative."),
	lead:  m("An association can petition in its own name. It acts through its legal representative; its delegates prepare the petition here, each with their own account."),
	sections: []section{
		{"register", m("Enter the register"), []part{
			{steps: []step{
				{m("Ask to be entered"), m("Turn to the municipality or commune where the association has its seat or a branch. An officer enters its name, the day of its foundation, its seat and branches, its legal representative and what it does."), to(m("Find my municipality"), "/places")},
				{m("Check the entry"), m("The register is public, except for the e-mail address. If something is wrong or has changed, ask the same office to correct it."), to(m("Register of associations"), "/associations")},
			}},
		}},
		{"delegates", m("Name delegates"), []part{
			{steps: []step{
				{m("Each delegate signs in"), m("With an account of their own: one that several people share is nobody’s."), to(m("Sign in"), "/sign-in")},
				{m("The first delegate is appointed by the administrator of the platform"), m("Write to the platform, with the document that proves who represents the association."), to(m("Contact"), "/contact")},
				{m("Delegates appoint further delegates"), m("The new delegate shows the code from their space; you enter it under “Roles” and choose a last day. You can take the role back at any time."), []link{{m("My code"), "/me/code"}, {m("Organisations and roles"), "/roles"}}},
			}},
		}},
		{"petition", m("Petition in the association’s name"), []part{
			{steps: []step{
				{m("Start a petition"), m("Write it like any other. The guide for citizens shows each question."), []link{{m("Start a petition"), "/petitions/new"}, {m("Guide for citizens"), "/guides/citizens#write"}}},
				{m("Choose the association"), m("At the question who petitions, choose the association you represent, and give the name of the legal representative as its agent: the authority writes to that person."), nil},
				{m("Submit it"), m("The platform compares the age, the seat and the branches of the association with the rules. If something is missing it tells you before anything is sent."), nil},
				{m("Keep the papers ready"), m("The authority may ask for the statutes and for the proof that the representative may act."), nil},
			}},
			{text: m("An association’s petition rests on the conditions that the association meets, not on a number of signatures: the authority is told as soon as it is published. People can sign it as supporters all the same.")},
		}},
		{"conditions", m("Conditions"), []part{
			{text: m("What is asked of an association depends on the authority. The complete conditions, with their sources, stand in the rules.")},
			{body: associationAges},
		}},
		{"mobilise", m("Support petitions of citizens"), []part{
			{text: m("You can make a petition of citizens known without being its author: share its link, print it, help people to complete their profile so that their signature is valid. Signing and agreeing is always done by each person alone, in their own account.")},
			{links: []link{{m("All petitions"), "/petitions"}, {m("What “valid for the threshold” means"), "/guides/citizens#valid"}}},
		}},
	},
}

// associationAges shows for each kind of authority how old an association must
// be, with the way to all its conditions.
func associationAges(h Pages, c *web.Ctx) templ.Component {
	var rules []guideview.Rule
	for _, pack := range h.Packs.All() {
		if len(pack.ConditionsOf(law.OfAssociation)) == 0 {
			continue
		}
		rule := guideview.Rule{Label: pack.Title.In(c.Locale.Lang()), More: ruleLink(c, pack)}
		if f, ok := pack.Figure(law.AssociationAge, c.Now()); ok {
			rule = figure(c, rule.Label, f)
			rule.Value, rule.More = c.T("Least age of an association")+": "+rule.Value, ruleLink(c, pack)
		}
		rules = append(rules, rule)
	}
	return guideview.Rules(c.Page(""), rules)
}
