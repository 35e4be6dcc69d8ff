package guide

import "musharaka/views/ui"

// counters is the guide for those who receive people in the hall.
var counters = guide{
	path: "/guides/counters", icon: "people",
	title: m("Guide for the walk-in counters"),
	short: m("Tickets, calling, sending on, the screens of the hall, waiting times."),
	lead:  m("Whoever comes to the hall takes a number and is called to a counter. This page says what you do from the morning to the evening, and what an officer sets up once."),
	sections: []section{
		{"day", m("Your day at the counter"), []part{
			{steps: []step{
				{m("Open the hall"), m("One of you does it in the morning. Numbers begin anew each day."), to(m("Counters"), "/desk/counters")},
				{m("Open your counter"), m("Choose the counter at which you sit. Nobody else can take it until you close it."), nil},
				{m("Call the next person"), m("The number appears on the screen of the hall. Who goes first, then who came first, among the services of your counter. Two colleagues who call at the same moment never call the same person."), nil},
				{m("Say that the person is here"), m("From then on the service time runs. If nobody comes, call again; then say that nobody came and go on."), nil},
				{m("Finish, and call the next"), m("One button does both. Or send the person on to another service: they keep their place in the order of coming, and take no new ticket."), nil},
				{m("Close your counter"), m("Only when nobody is before it. When the hall closes, no more tickets are given, and whoever has one is still called."), nil},
			}},
			{note: &note{ui.Info, m("A ticket has no name"), m("It is a number. Ask nobody who they are to give them one, and write no reason when somebody goes before the others.")}},
		}},
		{"missed", m("Somebody missed their call"), []part{
			{text: m("Their number stands under “Called in vain” on the page of the hall until the evening. When they come back, one click lets them wait again in their old place.")},
		}},
		{"tickets", m("How people take a ticket"), []part{
			{points: []string{
				m("At the ticket screen: a tablet at the entrance on which they touch a service. They scan a code and follow their turn on their telephone."),
				m("From you: give a ticket on the page of the hall, and print it on a ticket printer or on a sheet."),
				m("Somebody who cannot wait standing, is pregnant or comes with an infant can go before the others."),
			}},
			{text: m("On the telephone people see how many are before them and about how long it takes. They can give their place up.")},
		}},
		{"set-up", m("What an officer sets up"), []part{
			{steps: []step{
				{m("Services"), m("Each has a letter, with which its numbers begin, a name in Arabic and in French, and the minutes that one person usually takes."), to(m("Counters"), "/desk/counters")},
				{m("Counters of the hall"), m("Each has the number that stands above it, and receives all services or some."), nil},
				{m("The screens"), m("Open the screen of the hall on a television with a browser: it refreshes itself. Open the ticket screen on a tablet, by its secret address; make a new one when the old became known."), nil},
			}},
		}},
		{"figures", m("Waiting and service times"), []part{
			{text: m("Officers and the head see how many came, how many were served, how long people waited and how long it took: by day, service and counter, as medians, and as a table to download. What was still open in the evening is ended at midnight and counts in no time. Tickets are deleted after five weeks; the figures stay.")},
		}},
	},
}
