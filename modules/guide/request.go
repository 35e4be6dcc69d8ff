package guide

import "musharaka/views/ui"

// requests is the guide for those who work on requests of citizens.
var requests = guide{
	path: "/guides/requests", icon: "file",
	title: m("Guide for the work on requests"),
	short: m("Front desk, departments, supervisors: read, assign, ask, settle, and the day at a glance."),
	lead:  m("Each request has a promise, a department and a history. This page says who does what, what the citizen reads, and what stays inside."),
	sections: []section{
		{"lists", m("The lists"), []part{
			{text: m("What is overdue stands on top, then what is due next. The tabs show what is new, what was reopened, what is yours and what waits for the citizen; the choice below them narrows the list to a department or a service. The map shows what the list shows.")},
			{links: to(m("Requests of citizens"), "/desk/requests")},
		}},
		{"front", m("At the front desk"), []part{
			{steps: []step{
				{m("Read what is new"), m("Say that you have read it: the citizen sees it at once."), nil},
				{m("Settle what you can"), m("Most requests need no department. What is settled on the day it came in, by whoever received it, counts as settled at first contact."), nil},
				{m("Assign the rest"), m("To a department, and to somebody in particular if you know who it is for."), nil},
				{m("Give a new secret code"), m("To somebody who lost theirs and showed who they are. The old one no longer fits."), nil},
			}},
		}},
		{"department", m("In a department"), []part{
			{points: []string{
				m("Say when work begins, or plan it for a day. Print the work order and take it along: it holds nothing of who asked, and its code leads back to the request."),
				m("Something is missing: ask the citizen. The clock of the promise is paused until the answer comes, on the page or by mail."),
				m("It belongs to another department: transfer it, with a reason. It stays with the municipality, and its clock runs on."),
				m("It is not for the municipality at all: say so under “outside our powers”, name the body that decides it, and to whom you sent it."),
				m("It is done: say what was done, in words that the citizen understands. They are asked whether it is solved and can reopen it with one click."),
			}},
			{note: &note{ui.Info, m("Messages and notes"), m("The citizen reads messages. Notes are for colleagues alone, and never leave the authority. Write nothing in either that the work does not need.")}},
		}},
		{"same", m("Twice the same, or two things in one"), []part{
			{text: m("Merge a request into the one that stays: who asked hears how that one goes on. Cut a second matter off: it becomes a request of its own, with its own promise.")},
		}},
		{"several", m("Several at once"), []part{
			{text: m("Choose requests in the list, up to fifty, and do one thing to all of them: after a storm, say, assign all broken lamps. Each is done for itself. What could not be done is listed, with the reason.")},
		}},
		{"both", m("Two people on one request"), []part{
			{text: m("When a colleague was faster, nothing of yours is sent. The page shows what they did and keeps what you typed; look at it, then decide again.")},
		}},
		{"day", m("The supervisor’s day"), []part{
			{text: m("Officers see at a glance what is overdue, what nobody has looked at, what waits for the citizen, how much was settled at first contact, how long it takes and how much is kept in time: in all, by department and by service.")},
		}},
	},
}
