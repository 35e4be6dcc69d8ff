package guide

import "musharaka/views/ui"

// networks is the guide for those who look after a network of authorities, and
// for its members.
var networks = guide{
	path: "/guides/networks", icon: "people",
	title: m("Guide for networks of Citizen Spaces"),
	short: m("Enter spaces, raise obstacles, share practices, meet: for coordinators and members."),
	lead:  m("A network of municipalities works here as its charter says: its members enter their Citizen Spaces, raise what stands in their way and follow it until it is removed, and write down what worked. The coordinator looks after all of it."),
	sections: []section{
		{"who", m("Who sees and does what"), []part{
			{points: []string{
				m("Everybody reads the Citizen Spaces, the bodies and who sits in them, announced meetings, published minutes and practice sheets, and accepted outputs."),
				m("Officers and presidents of the members also read outputs in the making, obstacles and resource requests, and enter those of their own authority."),
				m("A dispute is read by its parties and the coordinator, nobody else."),
				m("The coordinator reads everything of the network, and nothing about citizens: no names, no requests, no identity numbers."),
			}},
			{links: to(m("Networks of authorities"), "/networks")},
		}},
		{"members", m("For members"), []part{
			{steps: []step{
				{m("Enter your Citizen Space"), m("Open the network, then the list of Citizen Spaces. Say whether it is planned, under construction or open, which districts it serves, what it offers and when. Photos are drawn anew and lose the place where they were taken."), nil},
				{m("Raise an obstacle"), m("Choose whether it is technical, material, human or logistic, and describe it without naming citizens. The coordinator takes it in hand with a day by which it is to be removed. When it is said to be removed and you see nothing of it, open it again."), nil},
				{m("Ask for resources"), m("Staff, equipment, premises or know-how. You read the answer on the same page, and say when what was granted has come."), nil},
				{m("Deliver outputs on time"), m("What the network agreed with your authority waits at your desk with its day. Attach the document; the coordinator accepts it or says what is missing."), to(m("Desk"), "/desk")},
				{m("Write a practice sheet"), m("The problem, what was done, what it cost and what came of it, in Arabic, in French or in both, with an office that can be asked. When it is complete, hand it in. If another member’s practice suits you, adopt it and say how you use it."), nil},
			}},
		}},
		{"coordinators", m("For coordinators"), []part{
			{steps: []step{
				{m("Take members in"), m("Keep the network’s words and its members, each with the day on which it joined and left. An authority that left reads no more than the public."), nil},
				{m("Name who sits in the bodies"), m("The steering committee and the three technical committees. Enter the name, the capacity and the days of the mandate, nothing else. To end a mandate early, give the reason."), nil},
				{m("Convene meetings"), m("A meeting is seen by members once it is convened, and by everybody if you announce it. It then stands in the calendar, which people can subscribe to; a change of time or place reaches their calendars, and so does a cancellation."), nil},
				{m("Enter minutes and attendance"), m("How many women and men attended, never their names. The public reads the numbers by sex only where none of them is below five. Once the minutes are published they cannot be changed."), nil},
				{m("Follow what is due"), m("The page of what waits lists obstacles, outputs and requests by their day, the overdue ones first."), nil},
				{m("Publish practice sheets"), m("Send a sheet back with what is missing, or publish it. The guide of the network makes itself of the published sheets, in Arabic and in French, as a paper to print."), nil},
			}},
			{note: &note{ui.Info, m("The archive keeps everything"), m("What was entered is never deleted. The archive finds it by its words, and shows each reader what they may read.")}},
		}},
	},
}
