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
				{m("Ask to be entered"), m("Write the request here with your own account and attach the statutes, or turn to the municipality or commune where the association has its seat or a branch."), to(m("Write a request"), "/associations/new")},
				{m("An officer examines it"), m("Each condition of the law is decided for itself, with what the officer saw; conditions and findings stand in the register. If something is missing the request comes back to you with a note."), to(m("Follow my request"), "/me/associations")},
				{m("Check the entry"), m("The register is public, except for the e-mail address. If something is wrong or has changed, ask the same office to correct it."), to(m("Register of associations"), "/associations")},
			}},
		}},
		{"delegates", m("Name delegates"), []part{
			{steps: []step{
				{m("Each delegate signs in"), m("With an account of their own: one that several people share is nobody’s."), to(m("Sign in"), "/sign-in")},
				{m("The first delegate is named by the officer"), m("Whoever wrote the request and proved the power to act becomes the first delegate, until the day the officer sets."), nil},
				{m("Delegates name further delegates"), m("On the page of the association, under “Delegates and mandates”: enter the code that the person shows, or invite them by mail. Choose what the mandate is for, its first and its last day. It can be taken back at any time."), []link{{m("My code"), "/me/code"}, {m("My associations"), "/me/associations"}}},
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
			{points: []string{
				m("Endorse it in the association’s name: an endorsement is shown on the petition and is not a signature."),
				m("Run a campaign: a short link, a QR code, posters, texts to share and a page with its goals. Signatures that come by the link are attributed to it and counted once."),
				m("Write to its followers: an officer reads each message before it leaves; all campaigns of a petition together send at most two a month."),
			}},
			{links: []link{{m("All petitions"), "/petitions"}, {m("What “valid for the threshold” means"), "/guides/citizens#valid"}}},
		}},
		{"together", m("Agreements and joint projects"), []part{
			{text: m("Partnership agreements with an authority stand in a public register with their document and its hash. Joint projects have a lead, partners and a coaching log, in which delegates with that mandate write beside the authority.")},
			{links: []link{{m("Partnership agreements"), "/agreements"}, {m("Joint projects"), "/joint-projects"}}},
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
