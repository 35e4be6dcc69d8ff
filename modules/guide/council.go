package guide

import (
	"musharaka/modules/kit/web"
	"musharaka/views/guideview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// councils is the guide for officers and for those who decide.
var councils = guide{
	path: "/guides/councils", icon: "council",
	title: m("Guide for officers and councils"),
	short: m("Read before publication, keep the time, answer, check identities at the counter."),
	lead:  m("An authority does four things here: it reads petitions before they are published, keeps the time, answers, and checks identities at the counter. Who did what, when and why stays on record."),
	sections: []section{
		{"begin", m("Before you begin"), []part{
			{steps: []step{
				{m("Receive your role"), m("Sign in with your own account and show the code from your space to the person who manages the roles of your authority. Accounts are never shared, and every role has a last day."), []link{{m("My code"), "/me/code"}, {m("Organisations and roles"), "/roles"}}},
				{m("Open the desk"), m("It shows what waits at your authority: texts to read, comments, petitions to answer."), to(m("Desk"), "/desk")},
				{m("Keep the entry of your authority up to date"), m("How people reach you; who decides, for a council may be dissolved; the receipt number of the data protection authority; your colour and sign."), to(m("Entries of authorities"), "/desk/places")},
			}},
		}},
		{"queue", m("The queue of what waits"), []part{
			{text: m("The desk lists everything that waits for you, whichever part of the platform it comes from, by deadline. What is overdue stands on top. The numbers above the list show how much there is of each sort, and lead to it.")},
			{steps: []step{
				{m("Take what you deal with"), m("One click makes it yours, so that nobody does it twice. An officer or the head can hand it to a colleague, one line or several at once. Handing over several can be undone for a day."), to(m("Everything that waits"), "/desk")},
				{m("Note what colleagues must know"), m("Internal notes are seen by those who work on it here, and never become public. Write nothing about people that the work does not need."), nil},
				{m("Put off what cannot go on yet"), m("It comes back by itself, the day before its deadline at the latest. A deadline is never hidden."), nil},
				{m("Bring it before the president"), m("With a reason, at any time. What has been overdue for a week goes there by itself, unless your authority has chosen another number of days."), to(m("Settings of the desk"), "/desk/settings")},
				{m("Prepare texts for answers"), m("In Arabic, in French or in both. Words in brackets, such as the title and the reference, are filled in when somebody drafts an answer with it."), to(m("Answer templates"), "/desk/templates")},
			}},
			{text: m("Mails remind of a deadline two weeks, a week and a day before it: whoever has taken it, or everybody who works on such things. Your authority can choose other days. The list can be printed and downloaded.")},
			{note: &note{ui.Info, m("How long you take is public"), m("The page of your authority shows how long petitions waited for an answer in the last twelve months, and how many answers came in time.")}},
			{text: m("If your website or your register is to hear of what happens, make a webhook: the platform posts each event there, signed. The page says how the receiving program checks the signature.")},
			{links: []link{{m("Webhooks"), "/desk/webhooks"}, {m("Working by keyboard"), "/desk/keys"}}},
		}},
		{"moderate", m("Read a petition before publication"), []part{
			{text: m("You judge whether the text may be shown, not whether it is right. A petition may criticise the council, its decisions and the administration. Whether it is admissible in law is another question. Those whom the law names decide it, after the petition was deposited.")},
			{steps: []step{
				{m("Open the queue"), m("What has waited longest stands first."), to(m("Moderation"), "/desk/petitions")},
				{m("Read all of it"), m("Both languages, the names, the documents. The page has a list of points to go through."), nil},
				{m("Decide"), m("Publish it. Or ask the author for changes, with an exact note. Or do not publish it, with a reason from the list and your explanation."), nil},
				{m("Look at the terms before you publish"), m("Publication freezes the text, the number of signatures needed and its source. If you know that the number is wrong, tell the operator first."), nil},
			}},
			{text: m("Comments of people who signed are read in the same way before they appear.")},
			{links: to(m("Comments"), "/desk/comments")},
		}},
		{"refuse", m("What may be refused, and what not"), []part{
			{text: m("These are all the reasons there are. The author gets the reason and your explanation by e-mail, and the page of the petition names the reason.")},
			{body: refusals},
			{text: m("These are not reasons:")},
			{points: []string{
				m("You, or the council, disagree with it."),
				m("It criticises the council or how the administration works."),
				m("It is badly written: ask for changes instead."),
				m("What it asks costs money, or the answer will be no."),
				m("Who its author is, or what the author has signed before."),
			}},
			{text: m("If something on the second list is found only after publication, the text can still be taken out of sight. The page stays and gives the reason.")},
		}},
		{"answer", m("Answering a petition"), []part{
			{steps: []step{
				{m("Draft the answer"), m("An officer, a member of the council or its head writes: the decision in a word, a short summary for the phone, then the letter. In the language of the petition and, if you can, in the other one as well."), to(m("Answers"), "/desk/answers")},
				{m("Approve the answer"), m("Whoever heads the deciding body approves the draft or returns it with a note. Nobody approves what they drafted themselves."), nil},
				{m("Publish the answer"), m("An officer or the head publishes it. Everybody who asked for news gets an e-mail. A correction becomes a new version, approved and published like the first."), nil},
			}},
			{text: m("A good answer says what will be done, by whom and by when. Or it says why not, and where else people can turn.")},
		}},
		{"procedure", m("From the deposit to what follows"), []part{
			{text: m("A petition that was deposited has a page of its own at the desk, under “Legal procedure”. Everything recorded there stands on its public page too.")},
			{steps: []step{
				{m("Record the deposit"), m("The number and the day of the receipt. The deadline is computed from that day, in months of the calendar; a slip can be corrected, with a public reason."), nil},
				{m("Check the conditions"), m("One by one, as the rules have them, with what the platform knows of each. Say by what you saw it, and name no person."), nil},
				{m("Decide in two"), m("One person drafts whether the petition is admissible, with reasons; the head of the deciding body approves it or returns it. The agent is told by mail, and the page keeps the proof. There is a letter to print, and a form for a registered letter."), nil},
				{m("Committee, session, decision"), m("Record each when it happens. A session of the register can be chosen from the list."), nil},
				{m("Say what follows"), m("Steps with a day, a responsible service, and the budget line or plainly that there is none. When one is done, those who signed and wanted news are told."), nil},
			}},
			{text: m("Where the law wants identity numbers in the list of signatures, make a key first: people who sign then give their number, sealed so that only the holder of the private file reads it. Keep that file and its passphrase apart, and never on this platform.")},
			{links: []link{{m("Keys for identity numbers"), "/desk/sealing"}, {m("Answers"), "/desk/answers"}}},
		}},
		{"deadlines", m("Deadlines"), []part{
			{points: []string{
				m("The time for the reply runs from the moment the threshold is reached. A deposit against a receipt starts it anew."),
				m("The list of answers shows the day of each reply, the overdue ones first."),
				m("If the day passes in silence, the page of the petition says “No reply in time”. You can still answer."),
				m("You may move the last day for signing, with a reason that everybody can read, and no further than the rules allow."),
			}},
			{links: []link{{m("Answers"), "/desk/answers"}, {m("The rules, with their sources"), "/rules"}}},
		}},
		{"sessions", m("Sessions, votes and decisions"), []part{
			{steps: []step{
				{m("Enter the members"), m("Name, function, first and last day. No party. Attendance and quorum are counted from this list."), to(m("Council’s desk"), "/desk/councils")},
				{m("Prepare the session and convene it"), m("Put petitions on the agenda by their reference. Nobody is told before you convene it. An ordinary session is refused when the notice is shorter than the rules say; an extraordinary one asks for a reason that everybody can read."), nil},
				{m("Open it with those present"), m("The page says whether the quorum is reached, and by which article. Without a quorum nothing is put to the vote."), nil},
				{m("Record each result"), m("The votes may not be more than the members present. The number of a decision is given once in a year; leave it empty to take the next one."), nil},
				{m("Close it and publish the minutes"), m("The decisions enter the public register. The minutes are drawn as a PDF and kept as they are. If an item was a petition, one button records the decision on its page."), nil},
			}},
			{text: m("Where the body that decides does not sit, as when one person is in charge, record its decisions without a session. They enter the same register.")},
			{text: m("A decision that was published is not changed. It can be annulled, with a reason; it stays in the register.")},
		}},
		{"register", m("Questions and requests of inhabitants"), []part{
			{points: []string{
				m("Read each entry before it is public. Criticism is no reason to refuse it; insults and other people’s data are."),
				m("A question has a day by which the answer is expected, if the rules set one. Overdue ones stand first at the desk."),
				m("Enter the number of registered voters with its source before you publish a request for a meeting or a referendum: the number of supporters is a share of it."),
				m("When enough people support a request, set a date or give your reasons. Both are public."),
				m("Opinions of the advisory bodies are published with the petition they are about, and with what was done with them."),
			}},
			{links: to(m("Council’s desk"), "/desk/councils")},
		}},
		{"counter", m("Identity at the counter"), []part{
			{steps: []step{
				{m("The person shows a code"), m("It is under “My code” in their space. Enter it, and you see the name in the account."), to(m("Check an identity"), "/desk/identity")},
				{m("Look at the original card"), m("Photograph and name must fit the person in front of you. Make no copy of the card."), nil},
				{m("Enter the number as it stands on the card"), m("It is kept in a coded form only. Neither you nor anybody else can look it up afterwards."), nil},
			}},
			{note: &note{ui.Info, m("If the number is already taken"), m("A number that was only declared goes to the person whose card you have seen. Two accounts that both proved the same number become one. Nobody checks their own identity: ask a colleague.")}},
		}},
		{"sheets", m("Paper sheets at the front desk"), []part{
			{steps: []step{
				{m("Take the sheet in"), m("Type the number at its top, or scan its code, and note that you have it in your hands. What is handed in after the last day for signing does not count."), to(m("Paper sheets"), "/desk/sheets")},
				{m("Enter the lines"), m("Type what stands on the paper, and leave empty what is empty there. You can save and go on later. The identity number is turned into a coded form at once."), nil},
				{m("Somebody else confirms"), m("A colleague holds each line against the paper and accepts it, corrects it, or strikes it with a reason. Whoever entered a sheet cannot confirm it."), nil},
				{m("Duplicates"), m("You are told when the number has signed online already or stands on another sheet. You may accept the line: the person counts once."), nil},
			}},
			{note: &note{ui.Warning, m("Keep the paper under lock"), m("Sheets hold names and identity numbers. After a sheet is counted, the platform keeps of its lines only what came of them; the paper goes into your archive, for as long as your rules ask.")}},
		}},
		{"bursts", m("Unusual bursts and invalidated signatures"), []part{
			{text: m("The platform points out hours in which unusually many signed, with the evidence: the usual rate, the share of new accounts, of one part of the network, of one kind of device. No address is kept. Many bursts are honest: look first, ask the agent, and note it if nothing is wrong.")},
			{steps: []step{
				{m("Propose a batch"), m("Choose the time, how the signatures came and what they have in common. It is counted how many they are; nothing changes yet. People whose identity was checked are always left alone."), nil},
				{m("Invalidate it, with a public reason"), m("The number and your reason are shown to everybody. Whoever is concerned reads it in their space and counts again once their identity is checked at your desk."), nil},
				{m("Put it back if you were mistaken"), m("All signatures of the batch then count again, and the reason for that is public too."), nil},
			}},
			{links: []link{{m("Unusual bursts"), "/desk/bursts"}}},
		}},
		{"record", m("The record"), []part{
			{text: m("Every act stands in the record with the person, the time and the reason. Officers, the head of the council and observers of the authority can read and download it.")},
			{links: to(m("Audit"), "/desk/audit")},
		}},
	},
}

// refusals lists the reasons for which a petition is not published, as the
// desk offers them.
func refusals(h Pages, c *web.Ctx) templ.Component {
	var shown, hidden []string
	for _, r := range h.Refusals {
		if r.Hides {
			hidden = append(hidden, c.T(r.Label))
		} else {
			shown = append(shown, c.T(r.Label))
		}
	}
	return guideview.Lists([]guideview.List{
		{Title: c.T("The text stays readable"), Items: shown},
		{Title: c.T("The text is not shown, because showing it would repeat the harm"), Items: hidden},
	})
}
