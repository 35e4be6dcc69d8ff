package guide

import "musharaka/views/ui"

// voters is the guide for people who vote in a participatory budget.
var voters = guide{
	path: "/guides/voters", icon: "check",
	title: m("Guide for voters"),
	short: m("Vote in a participatory budget, keep your receipt, check that your ballot is there."),
	lead:  m("In a participatory budget the inhabitants choose what is built with a part of the town’s money. You vote online, on paper or at a counter: once, in whatever way."),
	sections: []section{
		{"who", m("Who may vote"), []part{
			{text: m("Each budget says who may vote: from which age on, who lives or works there, and whether the identity must be checked. If something is missing in your profile, the page of the vote names it.")},
			{links: []link{{m("Participatory budgets"), "/budgets"}, {m("Complete my profile"), "/me/profile"}}},
		}},
		{"vote", m("How to vote online"), []part{
			{steps: []step{
				{m("Open the ballot"), m("On the page of the budget, while the vote runs. The projects stand in an order drawn for you alone; each has its cost and its number."), nil},
				{m("Choose"), m("What is still possible stands at the foot of the page. Without JavaScript the button “Add up again” counts anew. You can hand in a blank ballot where the rules allow it."), nil},
				{m("Go on, and confirm"), m("The next page shows your ballot as it will be counted. It is in the urn only when you press “Confirm”. Who forgets it is reminded by mail and in their space."), nil},
				{m("Keep the receipt"), m("Note the code or take a picture of it. The page of the log shows anybody with the code that the ballot is there, and nobody what it says."), nil},
			}},
			{note: &note{ui.Warning, m("Filled in is not voted"), m("A ballot that is not confirmed is not counted, and it is deleted when the vote ends.")}},
		}},
		{"change", m("Changing your mind"), []part{
			{text: m("Where the rules of the vote allow it you may vote anew until it ends; the last ballot that you confirm counts. Where they do not, a confirmed ballot is final.")},
		}},
		{"paper", m("On paper and at the counter"), []part{
			{text: m("Go to a polling place or to the Citizen Space with your identity card. An agent ticks you off, you fill in the ballot alone and put it in the box. From then on you cannot vote online in this budget.")},
		}},
		{"secret", m("What is secret, and what is not"), []part{
			{points: []string{
				m("That you vote is kept until the end, so that nobody votes twice. What you vote is kept apart, under a key that is not your name."),
				m("When the vote ends, the secret that could bring both together is destroyed. Afterwards nobody can tell whose a ballot is."),
				m("There is no result before the end: not for officers, not for elected people, not for anybody."),
				m("Nothing protects a ballot against somebody who watches you vote, a telephone with a malicious program, or those who run the server while the vote runs. If somebody presses you, vote on paper, or vote anew where that is possible."),
			}},
		}},
		{"result", m("After the vote"), []part{
			{text: m("The ballots are counted by the rule that was published before the vote, and anybody can count them again. The turnout is shown all along, the result when the vote is over.")},
		}},
	},
}

// polling is the guide for those who hold the paper vote.
var polling = guide{
	path: "/guides/polling", icon: "people",
	title: m("Guide for polling places"),
	short: m("For agents: tick off voters, copy paper ballots by four eyes, keep the count."),
	lead:  m("Paper and counter are ways to vote like any other. One person votes once, whatever the way, and no agent learns what anybody votes."),
	sections: []section{
		{"before", m("Before the vote"), []part{
			{points: []string{
				m("Print the ballots in Arabic and French from the desk of the budget, and one list of the projects for the wall."),
				m("Set up a place where people fill in the ballot alone, and a closed box. Show that it is empty."),
				m("Each agent signs in with an account of their own: a shared one cannot compare its own copies."),
			}},
		}},
		{"tick", m("When somebody comes"), []part{
			{steps: []step{
				{m("Look at the identity card"), m("Write its number, and the year of birth and sex if you wish: they serve the turnout alone. The number is compared and not kept."), nil},
				{m("Tick the person off"), m("If the person has voted online or was ticked off elsewhere, the page says so, and there is no ballot to hand out."), nil},
				{m("Hand out one ballot"), m("The person fills it in alone, folds it and puts it in the box. A spoilt ballot is exchanged for another and kept apart."), nil},
			}},
		}},
		{"copy", m("Copying the ballots"), []part{
			{steps: []step{
				{m("Open the box when the day is over"), m("In front of those who want to watch. Count the ballots and the people ticked off: there cannot be more ballots than people."), nil},
				{m("Copy them in batches"), m("A line for each ballot, with the numbers of the projects. The page says how a blank ballot is written and how many fit in a batch."), nil},
				{m("Let somebody else compare"), m("Another agent compares each line with the paper and confirms, or returns the batch with a note. Nobody confirms their own copy."), nil},
			}},
			{note: &note{ui.Warning, m("Confirmed is final"), m("What is confirmed is in the urn and in the public log, and cannot be taken out. Compare before you confirm.")}},
		}},
		{"after", m("Afterwards"), []part{
			{text: m("Copy all batches before the vote ends: the urn closes by itself a minute later. Keep the paper as the rules of the authority say, for a recount.")},
			{links: to(m("Guide for voters"), "/guides/voters")},
		}},
	},
}
