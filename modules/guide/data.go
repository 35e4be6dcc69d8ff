package guide

// data is for those who read what is public with a program, and for officers who
// connect programs.
var data = guide{
	path: "/guides/open311", icon: "chart",
	title: m("Open data and other programs"),
	short: m("What can be read without a key, how an app sends requests (Open311), and how to read the figures."),
	lead:  m("Everything public here can be used again. This page is for those who read it with a program or a spreadsheet, and for officers who connect an app or a back office."),
	sections: []section{
		{"find", m("Find the data"), []part{
			{steps: []step{
				{m("Open the catalogue"), m("Each data set says what it holds, since when, how fresh it is, in which forms it can be had and under which licence. Choose an authority to see its own."), to(m("The catalogue of data"), "/data")},
				{m("Take the form you need"), m("CSV opens in a spreadsheet. JSON and GeoJSON are for programs and maps, and are read page by page: follow the link to the next page until there is none. Atom tells a news reader what is new."), to(m("All addresses for programs"), "/api")},
			}},
			{text: m("Nobody is in the data who did not choose to be: requests stand there without who asked, and numbers too small to be told are left out.")},
		}},
		{"connect", m("Connect an app (Open311)"), []part{
			{steps: []step{
				{m("Ask the authority for a key"), m("To read needs no key. To send requests, an officer makes a key for your program at the desk, under Other programs. It is shown once: keep it where your program keeps its secrets."), nil},
				{m("Begin with discovery"), m("The address /open311/discovery.json (or .xml) names the endpoint. Name the authority in every call with jurisdiction_id, such as the identifier at the end of its address on this site."), nil},
				{m("Send once"), m("Give each request an Idempotency-Key header of your own: when no answer reaches you and you send it again, it stays one request. An answer with a token instead of a number means that the number comes later: ask the address of tokens for it."), nil},
				{m("Respect the limits"), m("A list covers a limited time and a limited number of requests, which the description of the addresses names. Who asks too often is told when to come back."), nil},
			}},
		}},
		{"officers", m("If you are an officer"), []part{
			{points: []string{
				m("Make one key for each program, note whom to call, and revoke a key as soon as something is wrong: it opens nothing from that moment, and what it sent stays."),
				m("Only services whose requests are public are offered to programs. A permit is asked for on this site or at the counter."),
				m("Your figures are public. Under Public figures you decide whether they stand beside those of the other members of your networks."),
			}},
		}},
		{"figures", m("Read the figures"), []part{
			{text: m("Received, solved, the days within which half were solved, and how many promised times were kept: by service, zone and month. They are counted every quarter of an hour. A dash stands where there are too few requests to say anything fair.")},
			{links: to(m("Requests in figures"), "/figures")},
		}},
	},
}
