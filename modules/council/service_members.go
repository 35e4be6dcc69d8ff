package council

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// SettingsOf returns what an authority says about its council life; made up
// when nobody has said anything.
func (s *Service) SettingsOf(ctx context.Context, authority string) (Settings, error) {
	x, err := s.settings.Get(ctx, authority)
	if fault.Is(err, fault.NotFound) {
		return Settings{Meta: store.Meta{ID: authority}, Base: Base{Authority: authority}, Lang: "ar"}, nil
	}
	return x, fault.Wrap("council.SettingsOf", err)
}

// SetSettings replaces them. The number of voters needs its source and day: the
// thresholds of calls are taken of it.
func (s *Service) SetSettings(ctx context.Context, who auth.Actor, authority string, in Settings) (Settings, error) {
	in.VotersSource = tidy(in.VotersSource, false)
	if in.Lang != "fr" {
		in.Lang = "ar"
	}
	if in.Voters < 0 || in.Voters > 20_000_000 {
		return in, wrong("voters", i18n.Msg("Enter the number of registered voters"))
	}
	if in.Voters > 0 {
		if err := required("source", in.VotersSource, i18n.Msg("Say where the number of voters comes from"), MaxTitle); err != nil {
			return in, err
		}
		if in.VotersOn.IsZero() || in.VotersOn.After(s.Clock.Now()) {
			return in, wrong("on", i18n.Msg("Give the day of the number of voters"))
		}
	}
	if _, err := s.authority(ctx, authority); err != nil {
		return in, err
	}
	d := done{act: ActSettings, subject: "settings"}
	fresh := Settings{Meta: store.Meta{ID: authority}, Base: Base{Authority: authority}, Voters: in.Voters, VotersOn: in.VotersOn, VotersSource: in.VotersSource, Lang: in.Lang}
	made, err := create(ctx, s, s.settings.Insert, s.settings.Update, authority, who, d, fresh)
	if err == nil || !fault.Is(err, fault.Conflict) {
		return made, err
	}
	return act(ctx, s, s.settings.Update, authority, who, d, func(x *Settings) error {
		x.Voters, x.VotersOn, x.VotersSource, x.Lang = in.Voters, in.VotersOn, in.VotersSource, in.Lang
		return nil
	})
}

// AddMember enters a mandate. once makes a form sent twice the same.
func (s *Service) AddMember(ctx context.Context, who auth.Actor, authority, once string, in Mandate) (Mandate, error) {
	in.Name, in.Category = tidy(in.Name, false), tidy(in.Category, false)
	in.Rank = slices.Index(Functions, in.Function)
	if err := s.checkMandate(ctx, authority, in); err != nil {
		return in, err
	}
	in.Meta, in.Base = store.Meta{ID: digest("mandate", authority, once)}, Base{Authority: authority}
	made, err := create(ctx, s, s.mandates.Insert, s.mandates.Update, in.ID, who, done{act: ActAddMember, subject: "mandate", public: true}, in)
	if fault.Is(err, fault.Conflict) {
		return s.mandates.Get(ctx, in.ID)
	}
	return made, err
}

func (s *Service) checkMandate(ctx context.Context, authority string, in Mandate) error {
	if err := required("name", in.Name, i18n.Msg("Give the name of the member"), MaxName); err != nil {
		return err
	}
	switch {
	case in.Rank < 0:
		return wrong("function", i18n.Msg("Choose the function of the member"))
	case in.Sex != "" && in.Sex != Woman && in.Sex != Man:
		return wrong("sex", i18n.Msg("Choose one of the answers offered."))
	case in.From.IsZero():
		return wrong("from", i18n.Msg("Give the day on which the mandate began"))
	case !in.Until.IsZero() && !in.Until.After(in.From):
		return wrong("until", i18n.Msg("The mandate cannot end before it begins"))
	}
	if in.Body == Deciding {
		_, err := s.authority(ctx, authority)
		return err
	}
	body, err := s.bodies.Get(ctx, advisoryID(authority, in.Body))
	if fault.Is(err, fault.NotFound) {
		return errNone
	}
	if err == nil && len(body.Categories) > 0 && !slices.Contains(body.Categories, in.Category) {
		err = wrong("category", i18n.Msg("Choose the category that the member stands for"))
	}
	return err
}

// EndMandate ends a mandate on a day, with a reason that everybody can read.
func (s *Service) EndMandate(ctx context.Context, who auth.Actor, id string, until time.Time, reason string) (Mandate, error) {
	return act(ctx, s, s.mandates.Update, id, who, done{act: ActEndMandate, subject: "mandate", reason: reason, public: true}, func(m *Mandate) error {
		if until.Before(m.From) {
			return wrong("until", i18n.Msg("The mandate cannot end before it begins"))
		}
		if until.After(s.Clock.Now()) {
			return wrong("until", i18n.Msg("This day is still to come."))
		}
		m.Until = until
		return nil
	})
}

// MembersAt returns who is a member of a body at a time, in the order of
// protocol. A body has at most MaxMembers.
func (s *Service) MembersAt(ctx context.Context, authority, body string, at time.Time) ([]Mandate, error) {
	var members []Mandate
	err := s.mandates.Each(ctx, store.Query{Index: "body", Equal: []any{authority, body}, Limit: 200}, func(m Mandate) error {
		if m.HoldsAt(at) && len(members) < MaxMembers {
			members = append(members, m)
		}
		return nil
	})
	return members, fault.Wrap("council.MembersAt", err)
}

// Mandates pages through all mandates in a body, past ones too.
func (s *Service) Mandates(ctx context.Context, authority, body, after string, limit int) (store.Page[Mandate], error) {
	return s.mandates.Find(ctx, store.Query{Index: "body", Equal: []any{authority, body}, After: after, Limit: limit})
}

// Body returns an advisory body; NotFound when the authority has none of the kind.
func (s *Service) Body(ctx context.Context, authority, kind string) (AdvisoryBody, error) {
	b, err := s.bodies.Get(ctx, advisoryID(authority, kind))
	if fault.Is(err, fault.NotFound) {
		return b, errNone.Because("council.Body", err)
	}
	return b, fault.Wrap("council.Body", err)
}

// Bodies returns an authority's advisory bodies, in the order of AdvisoryKinds.
func (s *Service) Bodies(ctx context.Context, authority string) ([]AdvisoryBody, error) {
	ids := make([]string, len(AdvisoryKinds))
	for i, kind := range AdvisoryKinds {
		ids[i] = advisoryID(authority, kind)
	}
	found, err := s.bodies.GetMany(ctx, ids)
	var all []AdvisoryBody
	for _, id := range ids {
		if b, ok := found[id]; ok {
			all = append(all, b)
		}
	}
	return all, fault.Wrap("council.Bodies", err)
}

// SetBody sets an advisory body up, or changes what its entry says.
func (s *Service) SetBody(ctx context.Context, who auth.Actor, authority, kind string, in AdvisoryBody) (AdvisoryBody, error) {
	in.Act = tidy(in.Act, false)
	var categories []string
	for _, c := range in.Categories {
		if c = tidy(c, false); c != "" && !slices.Contains(categories, c) {
			categories = append(categories, c)
		}
	}
	in.Categories = categories
	if err := checkBody(kind, in, s.Clock.Now()); err != nil {
		return in, err
	}
	if _, err := s.authority(ctx, authority); err != nil {
		return in, err
	}
	id := advisoryID(authority, kind)
	fresh := AdvisoryBody{Meta: store.Meta{ID: id}, Base: Base{Authority: authority}, Kind: kind, FoundedOn: in.FoundedOn, Act: in.Act, Categories: in.Categories, Seats: in.Seats}
	made, err := create(ctx, s, s.bodies.Insert, s.bodies.Update, id, who, done{act: ActSetUpBody, subject: "body", public: true}, fresh)
	if err == nil || !fault.Is(err, fault.Conflict) {
		return made, err
	}
	return act(ctx, s, s.bodies.Update, id, who, done{act: ActChangeBody, subject: "body"}, func(b *AdvisoryBody) error {
		b.FoundedOn, b.Act, b.Categories, b.Seats = in.FoundedOn, in.Act, in.Categories, in.Seats
		return nil
	})
}

func checkBody(kind string, in AdvisoryBody, now time.Time) error {
	switch {
	case !slices.Contains(AdvisoryKinds, kind):
		return errNone
	case in.FoundedOn.After(now):
		return wrong("founded", i18n.Msg("This day is still to come."))
	case len(in.Categories) > MaxCategories:
		return wrong("categories", i18n.Msg("Choose at most {limit} answers."), "limit", MaxCategories)
	case in.Seats < 0 || in.Seats > MaxMembers:
		return wrong("seats", i18n.Msg("Enter how many seats the body has"))
	case slices.ContainsFunc(in.Categories, func(c string) bool { return len([]rune(c)) > MaxName }):
		return wrong("categories", i18n.Msg("Enter at most {limit} characters."), "limit", MaxName)
	}
	return short("act", in.Act, MaxTitle)
}

// Dissolve ends an advisory body, with a reason.
func (s *Service) Dissolve(ctx context.Context, who auth.Actor, authority, kind, reason string) (AdvisoryBody, error) {
	return act(ctx, s, s.bodies.Update, advisoryID(authority, kind), who, done{act: ActDissolve, subject: "body", reason: reason, public: true}, func(*AdvisoryBody) error { return nil })
}

// Restore brings an advisory body back, with a reason.
func (s *Service) Restore(ctx context.Context, who auth.Actor, authority, kind, reason string) (AdvisoryBody, error) {
	return act(ctx, s, s.bodies.Update, advisoryID(authority, kind), who, done{act: ActRestore, subject: "body", reason: reason, public: true}, func(*AdvisoryBody) error { return nil })
}

// PublishOpinion publishes what an advisory body said about a subject (words:
// what the officer typed to name it; "" for none).
func (s *Service) PublishOpinion(ctx context.Context, who auth.Actor, authority, kind, once, words string, in Opinion) (Opinion, error) {
	in.Title, in.Text = tidy(in.Title, false), tidy(in.Text, true)
	if _, _, err := permit(notYet, ActPublishOpinion, RolesOf(who, authority, "")); err != nil {
		return in, err
	}
	if _, err := s.Body(ctx, authority, kind); err != nil {
		return in, err
	}
	subject, err := s.subject(ctx, authority, words)
	if err != nil {
		return in, err
	}
	if in.Title == "" {
		in.Title = subject.Title
	}
	err = first(required("title", in.Title, i18n.Msg("Say what the opinion is about"), MaxTitle), required("text", in.Text, i18n.Msg("Write what the body said"), MaxText))
	switch {
	case err != nil:
		return in, err
	case !slices.Contains(Stances, in.Stance):
		return in, wrong("stance", i18n.Msg("Choose what the opinion says"))
	case in.GivenOn.IsZero() || in.GivenOn.After(s.Clock.Now()):
		return in, wrong("given", i18n.Msg("Give the day on which the body adopted it"))
	}
	in.Meta, in.Base, in.Body, in.Subject = store.Meta{ID: digest("opinion", authority, once)}, Base{Authority: authority}, kind, subject
	made, err := create(ctx, s, s.opinions.Insert, s.opinions.Update, in.ID, who, done{act: ActPublishOpinion, subject: "opinion", public: true}, in)
	if fault.Is(err, fault.Conflict) {
		return s.opinions.Get(ctx, in.ID)
	}
	return made, err
}

// subject finds what somebody typed to name a subject; none for nothing typed.
func (s *Service) subject(ctx context.Context, authority, words string) (Subject, error) {
	if words = strings.TrimSpace(words); words == "" {
		return Subject{}, nil
	}
	found, err := s.Subjects.Find(ctx, authority, words)
	if fault.Is(err, fault.NotFound) {
		return found, wrong("subject", i18n.Msg("No public petition or budget of this authority has this reference or address"))
	}
	return found, fault.Wrap("council.subject", err)
}

// FollowOpinion records what the deciding body did with an opinion.
func (s *Service) FollowOpinion(ctx context.Context, who auth.Actor, id, text string) (Opinion, error) {
	text = tidy(text, true)
	if err := required("follow_up", text, i18n.Msg("Say what was done with the opinion"), MaxText); err != nil {
		return Opinion{}, err
	}
	return act(ctx, s, s.opinions.Update, id, who, done{act: ActFollowOpinion, subject: "opinion", public: true}, func(o *Opinion) error {
		o.FollowUp, o.FollowedAt = text, s.Clock.Now()
		return nil
	})
}

// RecallOpinion takes an opinion back that was published by mistake.
func (s *Service) RecallOpinion(ctx context.Context, who auth.Actor, id, reason string) (Opinion, error) {
	return act(ctx, s, s.opinions.Update, id, who, done{act: ActRecallOpinion, subject: "opinion", reason: reason, public: true}, func(*Opinion) error { return nil })
}

// Opinion returns an opinion; NotFound when there is none.
func (s *Service) Opinion(ctx context.Context, id string) (Opinion, error) {
	o, err := s.opinions.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return o, errNone.Because("council.Opinion", err)
	}
	return o, fault.Wrap("council.Opinion", err)
}

// OpinionsOn returns the opinions about a subject, the newest first, at most limit.
func (s *Service) OpinionsOn(ctx context.Context, subject Subject, limit int) ([]Opinion, error) {
	page, err := s.opinions.Find(ctx, store.Query{Index: "about", Equal: []any{subject.Key()}, Desc: true, Limit: limit})
	return page.Items, fault.Wrap("council.OpinionsOn", err)
}

// OpinionsOf pages through the opinions of an advisory body, the newest first.
func (s *Service) OpinionsOf(ctx context.Context, authority, kind, after string, limit int) (store.Page[Opinion], error) {
	return s.opinions.Find(ctx, store.Query{Index: "body", Equal: []any{authority, kind}, Desc: true, After: after, Limit: limit})
}
