package council

import (
	"context"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// This file speaks the Popolo project's words for councils (popoloproject.com):
// organizations, persons, memberships, events, motions and vote events, in one
// document for each authority. Its ids are kind and our id: "session/…".
//
// A person is a holder of a mandate; somebody with two mandates is two persons,
// as nothing is kept by which the two could be told to be one. Votes are counts:
// who voted how is not recorded, so votes[] is absent. Sessions are paged: next
// is the address of the following page, and organizations, persons and
// memberships stand on the first page alone.

// Popolo is the document.
type Popolo struct {
	Organizations []popoloOrganization `json:"organizations"`
	Persons       []popoloPerson       `json:"persons"`
	Memberships   []popoloMembership   `json:"memberships"`
	Events        []popoloEvent        `json:"events"`
	Motions       []popoloMotion       `json:"motions"`
	VoteEvents    []popoloVoteEvent    `json:"vote_events"`
	Next          string               `json:"next,omitempty"`
}

type popoloOrganization struct {
	ID             string       `json:"id"`
	Name           string       `json:"name"`
	OtherNames     []popoloName `json:"other_names,omitempty"`
	Classification string       `json:"classification"`
	ParentID       string       `json:"parent_id,omitempty"`
	AreaID         string       `json:"area_id"`
	FoundingDate   string       `json:"founding_date,omitempty"`
	Links          []popoloLink `json:"links,omitempty"`
}

type popoloName struct {
	Name string `json:"name"`
	Lang string `json:"lang"`
}

type popoloLink struct {
	URL  string `json:"url"`
	Note string `json:"note,omitempty"`
}

type popoloPerson struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type popoloMembership struct {
	ID             string `json:"id"`
	Label          string `json:"label"`
	Role           string `json:"role"`
	PersonID       string `json:"person_id"`
	OrganizationID string `json:"organization_id"`
	OnBehalfOf     string `json:"on_behalf_of,omitempty"` // the category a member of an advisory body stands for
	StartDate      string `json:"start_date"`
	EndDate        string `json:"end_date,omitempty"`
}

type popoloEvent struct {
	ID             string       `json:"id"`
	Name           string       `json:"name"`
	Classification string       `json:"classification"`
	OrganizationID string       `json:"organization_id"`
	StartDate      string       `json:"start_date"`
	EndDate        string       `json:"end_date,omitempty"`
	Location       string       `json:"location"`
	Status         string       `json:"status"`
	Attendees      []popoloRef  `json:"attendees,omitempty"`
	Links          []popoloLink `json:"links,omitempty"`
}

type popoloRef struct {
	PersonID string `json:"person_id"`
}

type popoloMotion struct {
	ID                   string   `json:"id"`
	OrganizationID       string   `json:"organization_id"`
	LegislativeSessionID string   `json:"legislative_session_id,omitempty"`
	Identifier           string   `json:"identifier"`
	Text                 string   `json:"text"`
	Classification       string   `json:"classification"`
	Date                 string   `json:"date"`
	Requirement          string   `json:"requirement,omitempty"`
	Result               string   `json:"result"`
	VoteEvents           []string `json:"vote_events,omitempty"`
}

type popoloVoteEvent struct {
	ID             string        `json:"id"`
	OrganizationID string        `json:"organization_id"`
	MotionID       string        `json:"motion_id"`
	Identifier     string        `json:"identifier"`
	StartDate      string        `json:"start_date"`
	Result         string        `json:"result"`
	Counts         []popoloCount `json:"counts"`
}

type popoloCount struct {
	Option string `json:"option"` // "yes", "no", "abstain"
	Value  int    `json:"value"`
}

// popoloSessions is how many sessions one page holds.
const popoloSessions = 50

// Popolo returns one page of an authority's document; after is the cursor of
// the page before, "" for the first.
func (s *Service) Popolo(ctx context.Context, a Authority, l *i18n.Locale, after string) (Popolo, string, error) {
	p := popoloWriter{l: l.Plain(), a: a, base: s.PublicURL + "/" + l.Lang(), out: Popolo{
		Organizations: []popoloOrganization{}, Persons: []popoloPerson{}, Memberships: []popoloMembership{},
		Events: []popoloEvent{}, Motions: []popoloMotion{}, VoteEvents: []popoloVoteEvent{},
	}}
	if after == "" {
		if err := s.popoloBodies(ctx, &p); err != nil {
			return p.out, "", err
		}
	}
	page, err := s.Sessions(ctx, a.ID, false, after, popoloSessions)
	if err != nil {
		return p.out, "", err
	}
	for _, x := range page.Items {
		p.session(x)
	}
	return p.out, page.Next, nil
}

func (s *Service) popoloBodies(ctx context.Context, p *popoloWriter) error {
	p.organization(Deciding, p.l.T(p.a.Body.Name(p.a.Country)), string(p.a.Body), p.a.BodySince)
	bodies, err := s.Bodies(ctx, p.a.ID)
	if err != nil {
		return err
	}
	kinds := []string{Deciding}
	for _, b := range bodies {
		p.organization(b.Kind, p.l.T(AdvisoryLabel(b.Kind)), "advisory_"+b.Kind, b.FoundedOn)
		kinds = append(kinds, b.Kind)
	}
	for _, kind := range kinds {
		n := 0
		err := s.mandates.Each(ctx, store.Query{Index: "body", Equal: []any{p.a.ID, kind}, Limit: 200}, func(m Mandate) error {
			if n++; n <= MaxMembers*4 {
				p.member(m)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

type popoloWriter struct {
	l    *i18n.Locale
	a    Authority
	base string
	out  Popolo
}

func (p *popoloWriter) id(body string) string { return "organization/" + p.a.ID + "/" + body }

// day is a date as ISO 8601 writes it, where the authority lies.
func (p *popoloWriter) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Zone(p.a.Country)).Format(time.DateOnly)
}

func (p *popoloWriter) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Zone(p.a.Country)).Format(time.RFC3339)
}

func (p *popoloWriter) organization(body, name, class string, since time.Time) {
	o := popoloOrganization{ID: p.id(body), Name: name, Classification: class, AreaID: p.a.ID, FoundingDate: p.day(since)}
	if body == Deciding {
		o.Links = []popoloLink{{URL: p.base + "/councils/" + p.a.ID}}
		o.OtherNames = []popoloName{}
		for _, lang := range i18n.Languages {
			if n := p.a.Names[lang]; n != "" {
				o.OtherNames = append(o.OtherNames, popoloName{n, lang})
			}
		}
	} else {
		o.ParentID = p.id(Deciding)
		o.Links = []popoloLink{{URL: p.base + bodyPath(p.a.ID, body)}}
	}
	p.out.Organizations = append(p.out.Organizations, o)
}

func (p *popoloWriter) member(m Mandate) {
	p.out.Persons = append(p.out.Persons, popoloPerson{ID: "person/" + m.ID, Name: m.Name})
	x := popoloMembership{ID: "membership/" + m.ID, Label: p.l.T(functionLabels[m.Function]), Role: m.Function, PersonID: "person/" + m.ID,
		OrganizationID: p.id(m.Body), OnBehalfOf: m.Category, StartDate: p.day(m.From)}
	if !m.Until.IsZero() {
		x.EndDate = p.day(m.Until)
	}
	p.out.Memberships = append(p.out.Memberships, x)
}

// popoloStatus are the words that iCalendar and schema.org share for events.
var popoloStatus = map[State]string{SessionCancelled: "cancelled", SessionConvened: "confirmed", SessionOpen: "confirmed", SessionClosed: "confirmed", SessionPublished: "confirmed"}

func (p *popoloWriter) session(x Session) {
	e := popoloEvent{ID: "session/" + x.ID, Name: sessionName(p.l, x), Classification: string(x.Kind), OrganizationID: p.id(Deciding),
		StartDate: p.moment(x.StartsAt), EndDate: p.moment(x.ClosedAt), Location: x.Place, Status: popoloStatus[x.State],
		Links: []popoloLink{{URL: p.base + sessionPath(x)}}}
	if x.Video != "" {
		e.Links = append(e.Links, popoloLink{URL: x.Video, Note: "video"})
	}
	if x.State == SessionClosed || x.State == SessionPublished {
		for _, id := range x.Present {
			e.Attendees = append(e.Attendees, popoloRef{"person/" + id})
		}
	}
	p.out.Events = append(p.out.Events, e)
	if x.State != SessionClosed && x.State != SessionPublished {
		return
	}
	for _, i := range x.Agenda {
		if i.Number > 0 {
			p.motion(x, i)
		}
	}
}

var popoloResult = map[Outcome]string{Adopted: "pass", Rejected: "fail"}

func (p *popoloWriter) motion(x Session, i Item) {
	id := "motion/" + decisionID(x.Authority, x.Year(), i.Number)
	vote := "vote/" + decisionID(x.Authority, x.Year(), i.Number)
	class := "decision"
	if !i.Subject.None() {
		class = i.Subject.Kind
	}
	p.out.Motions = append(p.out.Motions, popoloMotion{ID: id, OrganizationID: p.id(Deciding), LegislativeSessionID: "session/" + x.ID, Identifier: decisionLabel(x, i),
		Text: i.Title, Classification: class, Date: p.day(x.StartsAt), Result: popoloResult[i.Outcome], VoteEvents: []string{vote}})
	p.out.VoteEvents = append(p.out.VoteEvents, popoloVoteEvent{ID: vote, OrganizationID: p.id(Deciding), MotionID: id, Identifier: decisionLabel(x, i),
		StartDate: p.moment(x.StartsAt), Result: popoloResult[i.Outcome],
		Counts: []popoloCount{{"yes", i.For}, {"no", i.Against}, {"abstain", i.Abstain}}})
}
