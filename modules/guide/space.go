package guide

import "musharaka/views/ui"

// spaces is the guide for people who ask something of a Citizen Space.
var spaces = guide{
	path: "/guides/spaces", icon: "file",
	title: m("Guide to the Citizen Space"),
	short: m("Ask your municipality for a service or report something, and follow what becomes of it."),
	lead:  m("The Citizen Space is the one counter of the municipality, online and in the town hall. You need no account for it."),
	sections: []section{
		{"before", m("Before you ask"), []part{
			{text: m("Each service has a page of its own: who may ask, which documents are needed, what it costs, how long it takes, and what you will be asked. What nobody has checked yet is marked there.")},
			{links: to(m("Citizen Spaces"), "/spaces")},
		}},
		{"ask", m("How to ask"), []part{
			{steps: []step{
				{m("Find the service you need"), m("For a lamp, a road or rubbish, look first at what others have reported nearby: if it is there already, say “me too” instead."), nil},
				{m("Say what it is and where"), m("On the map, from the list of streets and places, or in words. Pictures are made anew before they are kept; the position inside a picture is read only if you tick it."), nil},
				{m("Say how we reach you, if you wish"), m("By mail, or not at all. What you give serves to answer you and nothing else, and is deleted some months after the end."), nil},
				{m("Keep the receipt"), m("It has the number of the request, which everybody may know, and a secret code, which is yours alone. With both you follow the request, write, and answer. The code is shown once: who lost it shows an identity card at the counter and gets a new one."), nil},
			}},
			{links: []link{{m("Follow a request"), "/follow"}, {m("My requests"), "/me/requests"}}},
		}},
		{"public", m("What others see"), []part{
			{points: []string{
				m("Requests about the street are public: what, where, pictures, state and dates. Nobody sees who asked."),
				m("Write no name, number or address into the description. What looks like a telephone number or a mail address is taken out; a name is not recognised."),
				m("Requests about papers and permits are private: only you and those who work on them see them."),
			}},
			{note: &note{ui.Info, m("Mails say little"), m("An address can be mistyped. So a mail names the number and the state of the request, and what was written to you is read on its page.")}},
		}},
		{"promise", m("The promised time"), []part{
			{text: m("It is counted as the page of the service says, mostly in working days: without weekends and public holidays. It stands still while the municipality waits for your answer, and goes on when it has come. What is late stands on top of the list of those who work on it.")},
		}},
		{"after", m("When it is done"), []part{
			{text: m("You are asked whether it was solved, and once more two weeks later. Those who work on it read your answer. If it was not solved, one click reopens the request.")},
			{links: to(m("Requests in figures"), "/figures")},
		}},
		{"hall", m("In the town hall"), []part{
			{text: m("Where a hall gives numbers, take a ticket: the page of your number says how many are before you and about how long it takes. Nobody’s name stands on a ticket or on the screen.")},
		}},
	},
}
