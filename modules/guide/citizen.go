package guide

// citizens is the guide for people who write and sign petitions.
var citizens = guide{
	path: "/guides/citizens", icon: "person",
	title: m("Guide for citizens"),
	short: m("Write a petition, sign one, and follow what becomes of it."),
	lead:  m("With a petition, people ask a council to deal with a matter that is in its hands. Reading needs no account; writing and signing do. Nothing here costs money."),
	sections: []section{
		{"account", m("Before you begin: your account"), []part{
			{steps: []step{
				{m("Sign in"), m("Choose one of the services on the sign-in page. This site has no passwords of its own, so there is none to forget."), to(m("Sign in"), "/sign-in")},
				{m("Complete your profile"), m("Say where you live or work and in which year you were born and, where it is asked for, give the number of your identity card. This decides whether your signature counts towards the number that the rules ask for."), to(m("Complete my profile"), "/me/profile")},
				{m("Have your identity checked, if the rules ask for it"), m("Let your space show you a code, and take it to the counter with your identity card. The code is good for a short time and for one use."), to(m("My code"), "/me/code")},
			}},
		}},
		{"write", m("Write a petition"), []part{
			{steps: []step{
				{m("See whether somebody has asked already"), m("Search the petitions that are open. Signing one that asks for the same often helps more than starting another."), to(m("All petitions"), "/petitions")},
				{m("Choose whom you address"), m("A petition goes to the authority that can act: the municipality or commune, the province or the region. If yours does not take part here yet, you can still collect signatures, and deposit the petition at its office yourself."), to(m("Find my municipality"), "/places")},
				{m("Answer one question after the other"), m("What you want, in one line; what exactly you ask; why; what will be better then; the theme; documents if you have any. Every answer is saved: you can stop and come back."), to(m("Start a petition"), "/petitions/new")},
				{m("Say who petitions"), m("You are the agent of the petition: the authority writes to you. You may name a deputy and a committee. Only the authority sees their names; ask each of them first."), nil},
				{m("Read it once more, and submit it"), m("Read it as a stranger would. Afterwards you can change the text only if an officer asks you to."), nil},
			}},
			{text: m("An officer reads the text before it is published. There is a public list of the reasons for which it may be refused. Disagreeing with you is not one of them. You get the decision and its reason by e-mail.")},
			{links: to(m("What may be refused, and what not"), "/guides/councils#refuse")},
		}},
		{"sign", m("Sign a petition"), []part{
			{steps: []step{
				{m("Open the petition and press the button to sign"), m("If you are not signed in, you are asked to sign in first and come back to the same place."), nil},
				{m("Decide what others may see"), m("Your name is shown only if you tick the box. A comment is up to you; an officer reads it before it appears."), nil},
				{m("Read what happens to your data, agree, confirm"), m("The page says who is answerable, what your data are needed for and how long they are kept. Without your agreement the signature cannot be given to the authority."), nil},
			}},
			{text: m("One person signs a petition once. You can also follow a petition without signing it: you get news of it, and nobody sees that you do.")},
		}},
		{"council", m("Ask those who decide"), []part{
			{text: m("The page of your municipality, province or region leads to who decides there: members and their mandates, sessions with agenda, votes and minutes, and the register of decisions.")},
			{steps: []step{
				{m("Ask a question or give an opinion"), m("Whoever lives or works in the territory may write into the register. An officer reads it first. It gets a number and a date, and the answer stands beside it. Your name is shown only if you tick the box."), to(m("Find my municipality"), "/places")},
				{m("Follow a question of somebody else"), m("You get an e-mail when it is answered."), nil},
				{m("Ask for a public meeting, where the rules know it"), m("In Tunisia a share of the registered voters may ask for one, or propose a local referendum. One person supports once; the authority checks the supporters against the electoral roll. The shares are marked where nobody has checked them in the law yet."), to(m("The rules, with their sources"), "/rules")},
				{m("Put the sessions into your calendar"), m("Each authority has a calendar to subscribe to. A session that is cancelled is struck out there by itself."), nil},
			}},
		}},
		{"valid", m("What “valid for the threshold” means"), []part{
			{text: m("Every signature is counted as support. Valid for the threshold are those of people who meet the conditions: they live in the territory or are active there, have reached the age, and are identified as the rules ask. The page of a petition shows both numbers.")},
			{text: m("When you sign, you are told whether your signature is valid and, if not, what is missing. If you complete your profile while the petition is open, your signature is judged again.")},
			{text: m("How many signatures are needed depends on the authority. Each number stands in the rules with its source.")},
			{links: to(m("The rules, with their sources"), "/rules")},
			{body: countryLinks},
		}},
		{"paper", m("Signatures on paper"), []part{
			{text: m("People without a phone, or who do not want an account, can sign on numbered sheets that the agent prints. Each person counts once, online or on paper.")},
			{steps: []step{
				{m("Print the sheets"), m("As the agent, open “My petitions” and choose the petition under “Signatures on paper”. Each sheet has ten lines, its own number, a checksum and a code. Print further sheets instead of copying one."), to(m("My petitions"), "/me/petitions")},
				{m("Let people sign"), m("Each person fills in one line: name, identity number, residence, year of birth, date and signature. Whoever scans the code sees that the sheet is genuine. Keep the sheets safe and show them to nobody else."), nil},
				{m("Bring them to the front desk"), m("Hand them in before the last day for signing. One person enters the lines, another confirms them; then they count. Your page shows what became of each sheet."), nil},
				{m("Make lost sheets void"), m("A sheet that was lost, spoilt or not used is made void on the same page."), nil},
			}},
			{text: m("If you signed on paper and open an account later, have your identity number checked at a counter: your signature on paper then stands in your space too.")},
		}},
		{"after", m("What happens after publication"), []part{
			{steps: []step{
				{m("Signatures are collected"), m("The last day stands on the petition’s page. Pass the link on: signatures of people who live in the territory or are active there count towards the threshold."), nil},
				{m("The threshold is reached"), m("The authority is told at once, and the page shows by which day its reply is expected. If the authority does not take part here, the agent deposits the petition at its office and asks for a receipt: the time for the reply runs from the receipt."), nil},
				{m("The authority answers"), m("The answer appears on the petition’s page. The agent, everybody who follows the petition, and everybody who asked for news when signing get it by e-mail."), nil},
				{m("No answer comes in time"), m("Then the page says so, for everybody to read. The authority can still answer afterwards."), nil},
				{m("There are too few signatures"), m("Then the petition ends on its last day. It stays readable, with what it reached."), nil},
			}},
		}},
		{"deposit", m("Deposit it, and follow what comes of it"), []part{
			{steps: []step{
				{m("Make the file"), m("The agent makes it on the page “File for the deposit”: the text, the petitioners, the legal basis and the list of valid signatures, as one PDF or several volumes. Print it, sign it, hand it in, and ask for the receipt."), nil},
				{m("Record the receipt"), m("Its number and its day. Everybody then sees by when the authority must reply."), nil},
				{m("Follow the procedure"), m("The page shows what was found of each condition, the decision with its reasons, the committee, the session, and what you can do against a refusal."), nil},
				{m("Say whether you are satisfied"), m("Once there is an answer, those who signed are asked: yes, partly or no. The figures are shown from five answers on."), nil},
			}},
			{text: m("Whoever holds a printed file can check it: the address on its first page leads to a page with its digest.")},
		}},
		{"withdraw", m("If you change your mind"), []part{
			{points: []string{
				m("Your signature: take it back in “My petitions” while the petition is open. It is then no longer counted."),
				m("A draft: delete it at any time before you submit it."),
				m("Your petition: as its agent you can take it back before it is answered. If it was already published, its page stays and says so."),
			}},
			{links: to(m("My petitions"), "/me/petitions")},
		}},
		{"data", m("Your data"), []part{
			{text: m("You can see everything that is kept about you, download it, correct it, or delete your account. If you delete it, your signatures stay counted, without your name.")},
			{links: []link{{m("My data"), "/me/data"}, {m("Personal data"), "/privacy"}}},
		}},
		{"help", m("If you need help"), []part{
			{text: m("Ask at the office of your municipality or commune: its page here says how to reach it. If this site itself does not work, write to us.")},
			{links: []link{{m("Find my municipality"), "/places"}, {m("Contact"), "/contact"}}},
		}},
	},
}
