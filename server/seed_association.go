package main

import (
	"bytes"
	"context"
	"slices"
	"time"

	"musharaka/modules/association"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/message"
	"musharaka/modules/partnership"
)

// demoSupport is what associations of the demo do besides petitioning. People
// and petitions are named by their keys, associations by theirs.
type demoSupport struct {
	Requests     []demoRequest
	Endorsements []struct {
		Petition, Association, By, Statement string
		Day                                  int // before now
	}
	Campaigns []struct {
		Petition, Association, By string
		Title, Appeal             association.Text
		Day                       int
		Goals                     []int64
		Message                   *message.Draft
	}
	Agreements []demoAgreement
	Projects   []demoProject
}

type demoRequest struct {
	By, AR, FR, Founded, Seat, Function, Representative, Activity string
	Day                                                           int
}

type demoAgreement struct {
	Key, Authority, By, Object, Details, Signed string
	Associations, Others                        []string
	Day                                         int
}

type demoProject struct {
	Authority, By, Title, Text, Lead, Agreement string
	Partners, Others                            []string
	Day                                         int
	Log                                         []demoEntry
}

type demoEntry struct {
	By, Kind, Text string
	Day            int
}

// supportEvents plans it in the afternoons.
func (s *seeding) supportEvents() []event {
	var all []event
	add := func(day int, what string, do func(context.Context) error) {
		at := clock.StartOfDay(s.mark.Now.AddDate(0, 0, -day), time.UTC).Add(14*time.Hour + time.Duration(len(all))*time.Minute)
		if latest := s.mark.Now.Add(-5 * time.Minute); at.After(latest) {
			at = latest.Add(time.Duration(len(all)) * time.Second)
		}
		all = append(all, event{at: at, what: "associations: " + what, do: do, tell: true})
	}
	d := s.data.Support
	for _, x := range d.Requests {
		add(x.Day, "request "+x.FR, func(ctx context.Context) error { return s.ask(ctx, x) })
	}
	for _, x := range d.Endorsements {
		add(x.Day, x.Association+" endorses "+x.Petition, func(ctx context.Context) error {
			a, err := s.association(ctx, x.Association)
			if err != nil {
				return err
			}
			who, err := s.actor(ctx, x.By)
			if err == nil {
				_, err = s.associations.Endorse(ctx, who, s.petitions[x.Petition], a.ID, x.Statement)
			}
			return err
		})
	}
	for i := range d.Campaigns {
		add(d.Campaigns[i].Day, "campaign "+d.Campaigns[i].Title.AR, func(ctx context.Context) error { return s.campaign(ctx, i) })
	}
	for _, x := range d.Agreements {
		add(x.Day, "agreement "+x.Key, func(ctx context.Context) error { return s.agree(ctx, x) })
	}
	for _, x := range d.Projects {
		add(x.Day, "project "+x.Title, func(ctx context.Context) error { return s.project(ctx, x) })
		for _, e := range x.Log {
			add(e.Day, "log of "+x.Title, func(ctx context.Context) error { return s.note(ctx, x, e) })
		}
	}
	return all
}

// ask writes and submits a request with its statutes, once.
func (s *seeding) ask(ctx context.Context, x demoRequest) error {
	who, err := s.actor(ctx, x.By)
	if err != nil {
		return err
	}
	mine, err := s.associations.AskedBy(ctx, who.PersonID, 10)
	if err != nil || len(mine) > 0 {
		return err
	}
	founded, err := time.Parse(time.DateOnly, x.Founded)
	if err != nil {
		return err
	}
	a, err := s.associations.Begin(ctx, who, association.Association{NameAR: x.AR, NameFR: x.FR, FoundedAt: founded, Seat: x.Seat, Function: x.Function, Representative: x.Representative, Activity: x.Activity})
	if err != nil {
		return err
	}
	paper, err := s.sheet(x.AR, x.Activity)
	if err != nil {
		return err
	}
	if _, err = s.associations.Attach(ctx, who, a.ID, association.Statutes, false, "statutes.pdf", paper); err != nil {
		return err
	}
	_, err = s.associations.Submit(ctx, who, a.ID)
	return err
}

// sheet is a paper of one page.
func (s *seeding) sheet(title, text string) (*bytes.Reader, error) {
	doc := pdf.New(pdf.Options{Lang: "ar", Title: title, Created: s.mark.Now})
	doc.Letterhead(pdf.Letterhead{Title: title})
	doc.Paragraph(text)
	var out bytes.Buffer
	_, err := doc.WriteTo(&out)
	return bytes.NewReader(out.Bytes()), err
}

// campaign launches a campaign and writes to its followers; doing it again finds the campaign that is there.
func (s *seeding) campaign(ctx context.Context, i int) error {
	x := s.data.Support.Campaigns[i]
	a, err := s.association(ctx, x.Association)
	if err != nil {
		return err
	}
	who, err := s.actor(ctx, x.By)
	if err != nil {
		return err
	}
	id := s.petitions[x.Petition]
	code := ""
	all, err := s.associations.CampaignsOf(ctx, id)
	for _, c := range all {
		if c.Title.AR == x.Title.AR {
			code = c.ID
		}
	}
	if err != nil {
		return err
	}
	if code == "" {
		in := association.CampaignInput{Title: x.Title, Appeal: x.Appeal}
		for _, n := range x.Goals {
			in.Goals = append(in.Goals, association.Goal{Signatures: n})
		}
		c, err := s.associations.Launch(ctx, who, id, a.ID, in)
		if err != nil {
			return err
		}
		code = c.ID
	}
	if x.Message == nil {
		return nil
	}
	d := *x.Message
	d.Campaign = code
	if _, err = s.messages.Write(ctx, who, id, d); fault.Is(err, fault.TooMany) {
		err = nil
	}
	return err
}

// agree enters an agreement with its document, once.
func (s *seeding) agree(ctx context.Context, x demoAgreement) error {
	page, err := s.partnerships.Agreements(ctx, x.Authority, "", 50)
	if err != nil {
		return err
	}
	for _, a := range page.Items {
		if a.Object == x.Object {
			return nil
		}
	}
	who, err := s.actor(ctx, x.By)
	if err != nil {
		return err
	}
	in := partnership.Agreement{Authority: x.Authority, Object: x.Object, Details: x.Details}
	if in.SignedOn, err = time.Parse(time.DateOnly, x.Signed); err != nil {
		return err
	}
	if in.Parties, err = s.parties(ctx, x.Associations, x.Others); err != nil {
		return err
	}
	a, err := s.partnerships.DraftAgreement(ctx, who, in)
	if err != nil {
		return err
	}
	paper, err := s.sheet(x.Object, x.Details)
	if err != nil {
		return err
	}
	if _, err = s.partnerships.AttachDocument(ctx, who, a.ID, x.Key+".pdf", paper); err != nil {
		return err
	}
	_, err = s.partnerships.Enact(ctx, who, a.ID)
	return err
}

func (s *seeding) parties(ctx context.Context, associations, others []string) ([]partnership.Party, error) {
	var all []partnership.Party
	for _, key := range associations {
		a, err := s.association(ctx, key)
		if err != nil {
			return nil, err
		}
		all = append(all, partnership.Party{Association: a.ID})
	}
	for _, name := range others {
		all = append(all, partnership.Party{Name: name})
	}
	return all, nil
}

// project enters a joint project with its log, once.
func (s *seeding) project(ctx context.Context, x demoProject) error {
	page, err := s.partnerships.Projects(ctx, x.Authority, "", 50)
	if err != nil {
		return err
	}
	for _, p := range page.Items {
		if p.Title == x.Title {
			return nil
		}
	}
	who, err := s.actor(ctx, x.By)
	if err != nil {
		return err
	}
	lead, err := s.association(ctx, x.Lead)
	if err != nil {
		return err
	}
	in := partnership.Project{Authority: x.Authority, Title: x.Title, Text: x.Text, Lead: lead.ID, BeginsOn: clock.StartOfDay(s.mark.Now.AddDate(0, 0, -x.Day), time.UTC)}
	if in.Partners, err = s.parties(ctx, x.Partners, x.Others); err != nil {
		return err
	}
	p, err := s.partnerships.Plan(ctx, who, in)
	if err != nil {
		return err
	}
	_, err = s.partnerships.Move(ctx, who, p.ID, partnership.Running, "")
	return err
}

// note adds an entry to the log of a project, once.
func (s *seeding) note(ctx context.Context, x demoProject, e demoEntry) error {
	page, err := s.partnerships.Projects(ctx, x.Authority, "", 50)
	if err != nil {
		return err
	}
	by, err := s.actor(ctx, e.By)
	if err != nil {
		return err
	}
	for _, p := range page.Items {
		if p.Title != x.Title || slices.ContainsFunc(p.Log, func(c partnership.Coaching) bool { return c.Text == e.Text }) {
			continue
		}
		if _, err := s.partnerships.AddEntry(ctx, by, p.ID, clock.StartOfDay(s.mark.Now.AddDate(0, 0, -e.Day), time.UTC), e.Kind, e.Text); err != nil {
			return err
		}
	}
	return nil
}

// via is the campaign by whose link some of those who sign a petition now came.
func (s *seeding) via(ctx context.Context, petitionID string) (string, error) {
	all, err := s.associations.CampaignsOf(ctx, petitionID)
	for _, c := range all {
		if c.State == association.Running {
			return c.ID, err
		}
	}
	return "", err
}
