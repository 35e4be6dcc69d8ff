package guide

// observers is the guide for those who watch how petitions are dealt with.
var observers = guide{
	path: "/guides/observers", icon: "chart",
	title: m("Guide for observers and journalists"),
	short: m("What is public, how to check it, and which data there are."),
	lead:  m("What decides about a petition is public here. This page says where it stands, how you can check it, and what the figures do not show."),
	sections: []section{
		{"public", m("What everybody can read"), []part{
			{points: []string{
				m("The text of every petition that was published, and its documents."),
				m("How many people support it and how many signatures are valid for the threshold."),
				m("The threshold and where it comes from. Both are frozen at publication, so that a later change of the rules does not move the line."),
				m("Each step with its day: published, threshold reached, answered, no reply in time, withdrawn, refused and why."),
				m("The authority’s answer; if it was corrected, the page says so."),
				m("The rules for each kind of authority, each number with its source."),
				m("Who decides at an authority, and the register of associations."),
			}},
			{links: []link{{m("All petitions"), "/petitions"}, {m("The rules, with their sources"), "/rules"}, {m("Find my municipality"), "/places"}, {m("Register of associations"), "/associations"}}},
		}},
		{"private", m("What is not public, and why"), []part{
			{points: []string{
				m("Who signed, unless the person wanted their name to be shown."),
				m("Where somebody lives, the year of birth, the identity number."),
				m("The names of the deputy and of the committee: the agent wrote them and cannot consent for others."),
				m("Drafts, and texts that harm somebody: of these, only the reason is shown."),
			}},
		}},
		{"check", m("How to check"), []part{
			{steps: []step{
				{m("Compare the number with the rule"), m("Beside the threshold stands its source. The mark ✎ means that nobody has compared the number with the text of the law yet. If you find another one in the official journal, tell us."), to(m("Contact"), "/contact")},
				{m("Work out the day of the reply"), m("It is the day on which the threshold was reached plus the period in the rules, in whole months of the calendar. The page shows both days."), to(m("The rules, with their sources"), "/rules")},
				{m("Follow a budget vote"), m("Keep the signed heads of its public log: a later one must continue each earlier one. Gather receipts from people who want to give you theirs; a receipt does not say what somebody voted for. Whoever runs the platform has the whole list looked up in the log at once, with the command verify, and counts the ballots again."), to(m("Participatory budgets"), "/budgets")},
				{m("Read the record of an authority"), m("The administrator of the platform can give you the role of an observer. You then read who did what at an authority, when and why, and can download it."), to(m("Audit"), "/desk/audit")},
			}},
		}},
		{"data", m("Data you can take with you today"), []part{
			{points: []string{
				m("The figures of one petition as JSON: its address, without the language, followed by /count.json."),
				m("The public petition as a PDF to print: the link stands on its page."),
				m("The record of an authority as a CSV table, for its observers."),
			}},
			{text: m("There is no download of all petitions at once yet. Ask us if you need one for research or for a report.")},
			{links: to(m("Contact"), "/contact")},
		}},
		{"limits", m("What the figures do not show"), []part{
			{points: []string{
				m("They are no opinion poll: those sign who heard of the petition and wanted to."),
				m("Valid means that the platform’s checks are met. Whether somebody stands on the electoral roll, or whether what they declared is true, is checked by the authority."),
				m("While many people are signing, a page may be a moment behind."),
			}},
		}},
	},
}
