package guide

import "musharaka/views/ui"

// results is the guide to the count of a vote, and to the works after it.
var results = guide{
	path: "/guides/results", icon: "chart",
	title: m("Guide to the count, the works and the money"),
	short: m("How a budget vote is counted, how anybody recounts it, and how an authority gives account of the works."),
	lead:  m("After a vote on a participatory budget three things follow: the count, the works, and the day on which the authority gives account. Each has a public page."),
	sections: []section{
		{"count", m("How the votes are counted"), []part{
			{text: m("The rule of the count, who goes first among equals and the costs of the projects are published before the first ballot, and nobody can change them afterwards. The platform counts by itself when the vote is over.")},
			{points: []string{
				m("Most votes first: the projects are taken in the order of their votes, each that still fits. It is easy to explain. A large group that agrees can take all of the money."),
				m("Equal shares: every voter has an equal part of the money, and a project is built when its supporters can pay for it together. Small groups and far quarters get their part."),
			}},
			{text: m("The page of the result says for every project why it won or lost, with figures, shows the rounds one by one, and sets the other rule beside the one that was chosen.")},
			{note: &note{ui.Info, m("Groups of fewer than five people are not shown"), m("Neither are those from which they could be found by subtraction.")}},
		}},
		{"recount", m("Recount it yourself"), []part{
			{steps: []step{
				{m("Download the ballots"), m("They stand at the end of the page of the result, as files in the Pabulib format, without anything by which a voter could be found."), nil},
				{m("Count them"), m("With this program, whose command stands beside the files, or with any other that knows the rule. You get the same winners."), nil},
				{m("Or send the file here"), m("The platform counts it by the rule you choose and shows the same page for it. It works for the past election of any town."), to(m("Count a past election"), "/budgets/try")},
			}},
		}},
		{"report", m("For those who report on the works"), []part{
			{steps: []step{
				{m("Record the decision of the council"), m("The session, the number of the deliberation and its day. It appears on the public page at once."), nil},
				{m("Say who is responsible and when it ends"), m("The service and the planned end of each project. From then on only a delay with its reason moves the end."), nil},
				{m("Write down contracts and payments on the day"), m("What is paid can never be more than what the contracts say. A mistake is struck out with its reason and stays readable."), nil},
				{m("Write down milestones and delays"), m("Those who follow a project are told when it begins, is late, is finished or is given up."), nil},
			}},
			{text: m("The report for the accountability day, in Arabic and in French, and the table of all figures are made from what was written down. There is nothing to prepare.")},
		}},
	},
}
