package guide

// facilitators is the guide for those who run the forums of a participatory budget.
var facilitators = guide{
	path: "/guides/facilitators", icon: "people",
	title: m("Guide for facilitators of forums"),
	short: m("From the printed sheets to the published minutes."),
	lead:  m("You run the meeting, and you write down what happened so that nobody has to take it on trust. This page goes through one forum from the day before to the minutes."),
	sections: []section{
		{"before", m("Before the forum"), []part{{steps: []step{
			{m("Plan it"), m("At the desk, in the budget, under Forums: which kind of meeting, which area, the day, the place and the hour. It is public at once."), to(m("Desk"), "/desk/budgets")},
			{m("Print the sheets"), m("One sheet for the attendance, one for ideas and hands, one for the election of the delegate. Take two people who count."), nil},
		}}}},
		{"during", m("During the forum"), []part{
			{points: []string{
				m("Count who comes by sex and age band, with a stroke for each. Write nobody’s name down."),
				m("Explain the money and the rules first: what can be proposed, what comes after, who decides."),
				m("Let everybody speak before the same people speak twice. Ask women and young people in particular."),
				m("Have hands counted twice, by two people. If the counts differ, count again."),
				m("Where two candidates have the same number of hands for the last place, the forum votes again: the platform elects nobody in a tie."),
			}},
		}},
		{"after", m("After the forum"), []part{
			{steps: []step{
				{m("Enter the record"), m("Type the numbers into the facilitator’s screen. It can be saved and corrected until the minutes are closed."), nil},
				{m("Ask about names"), m("The name of a candidate is published only if the person agreed: end the line with a plus sign."), nil},
				{m("Make proposals of the ideas"), m("What the forum chose becomes a proposal that is published at once, because the forum was public."), nil},
				{m("Close the minutes"), m("Then they are final: the page and the PDF say the same, and nothing in them can be changed."), nil},
			}},
		}},
		{"delegates", m("The delegates’ forum"), []part{
			{text: m("The delegates give each feasible project a score on every published criterion. The platform multiplies by the weights and shows the ranking at once; what fits the envelope of its area, going down the ranking, is to be funded.")},
		}},
	},
}

// services is the guide for the agents who examine proposals, and the officers
// who run an edition.
var services = guide{
	path: "/guides/participatory-budget", icon: "council",
	title: m("Guide for agents and officers of a participatory budget"),
	short: m("Set up an edition, read proposals, examine what is feasible."),
	lead:  m("An edition runs by its calendar. This page says what you do in each phase, what becomes public, and what can no longer be changed."),
	sections: []section{
		{"set-up", m("Setting up an edition"), []part{{steps: []step{
			{m("Choose a template"), m("Zone forums and delegates, four workshops, or a single ballot. It fills in a calendar and rules that you change step by step."), to(m("Desk"), "/desk/budgets")},
			{m("Let the checks go through"), m("The amounts of the areas must add up to the envelope, the phases must follow each other. Each step says what is still missing."), nil},
			{m("Announce it"), m("From then on the clock moves the edition at midnight of your country. You can begin a phase earlier or change dates to come, with a reason that everybody reads."), nil},
		}}}},
		{"read", m("Reading proposals"), []part{
			{points: []string{
				m("You decide whether a text may be shown, not whether the idea is good."),
				m("A refusal has a reason from the list and a sentence to the author. Where the text does harm it is hidden."),
				m("Two proposals that want the same are merged only after the author of the first said yes."),
				m("At the counter you write proposals down for people without an account."),
			}},
		}},
		{"study", m("Examining what is feasible"), []part{
			{points: []string{
				m("Go through the checklist, visit the place, write the estimate line by line, and give the running costs a year."),
				m("What you write is not public until the verdict; then all of it is."),
				m("Not feasible needs an explanation that a resident understands: what stands in the way, and what would change it."),
				m("A feasible project costs no more than the envelope of its area."),
				m("The author may ask once for a second opinion of another service. The first stays public beside it."),
			}},
		}},
		{"vote", m("When voting opens"), []part{
			{text: m("Rules, projects, costs and the drawn lots are frozen, hashed and published. No one can change them afterwards, nor the end of the vote. A budget can then only be cancelled, in public and with its reason.")},
		}},
	},
}
