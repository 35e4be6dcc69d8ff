package main

import (
	"fmt"
	"io"
	"strings"

	"musharaka/config"
	"musharaka/modules/account"
)

// demoPeople are the people whom anybody may sign in as: those of config/demo
// that stand under a heading.
var demoPeople = mustDemoPeople()

func mustDemoPeople() []account.DemoPerson {
	data, _, err := loadDemo("people.yaml")
	if err != nil {
		panic(err) // the files are embedded, and a test reads them
	}
	var people []account.DemoPerson
	for _, p := range data.People {
		if p.Group != "" {
			people = append(people, account.DemoPerson{
				Subject: p.subject(), Name: p.Name, About: p.About.words(), Group: data.Groups[p.Group].words(), Email: p.email(), Lang: p.Lang, Card: p.Number,
			})
		}
	}
	return people
}

// greet tells whoever started the demo where it is, what can be tried, and as whom.
func (a *app) greet(out io.Writer) {
	fmt.Fprintf(out, `
  Musharaka is at  %s

  This is a demo: the municipalities exist, everything said here in their name
  or by anybody is invented. What you change stays in %s until you
  delete it with: go run ./server seed --again

  Try: read a petition that is close to its threshold, sign it as one of the
  people below (Sign in, Demo identity), read the mails that would have gone out
  at %s/en/demo/mails; then sign in as an officer
  and moderate, answer, or hand out a role. Identity numbers in the lists of the
  region of Tangier are sealed: as Said, take the private file from
  %s/en/desk/sealing and open a list with it; its passphrase
  is %s.
`, a.settings.PublicURL, a.settings.Data, a.settings.PublicURL, a.settings.PublicURL, config.DemoPassphrase)
	group := ""
	for _, p := range demoPeople {
		if g := p.Group.EN; g != group {
			group = g
			fmt.Fprintf(out, "\n  %s\n", group)
		}
		fmt.Fprintf(out, "    %-18s %s\n", latinName(p.Subject), p.About.EN)
	}
	fmt.Fprintln(out)
}

// latinName shows somebody in a terminal, few of which can write Arabic.
func latinName(subject string) string { return strings.ToUpper(subject[:1]) + subject[1:] }
