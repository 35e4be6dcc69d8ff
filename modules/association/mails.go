package association

import (
	"context"
	"strconv"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/mail"
	"musharaka/views/mailview"
)

// locale is how the platform speaks to somebody about an association.
func (s *Service) locale(lang, place string) *i18n.Locale {
	country, _ := s.Places.Kind(place)
	return s.Words.Locale(lang, country)
}

// letter renders and queues one mail of this module.
func (s *Service) letter(ctx context.Context, key, to string, l *i18n.Locale, subject, why string, blocks ...mailview.Block) error {
	m, err := mail.House{PublicURL: s.PublicURL, Demo: s.Demo}.Write(ctx, l, mail.Letter{Key: key, To: to, Subject: subject, Why: why, Blocks: blocks})
	if err != nil {
		return err
	}
	return s.Post.Queue(ctx, m)
}

// tell writes to who asked for an entry about what an officer decided. That the
// person has no address, or a bad one, is no fault of the decision.
func (s *Service) tell(ctx context.Context, a Association, what string) error {
	return s.tellPerson(ctx, a.AskedBy, a, what)
}

func (s *Service) tellPerson(ctx context.Context, id string, a Association, what string) error {
	person, err := s.People.Person(ctx, id)
	if isNotFound(err) || err == nil && person.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	l := s.locale(person.Lang, a.Seat)
	url := s.PublicURL + "/" + l.Lang() + "/associations/" + a.ID
	subject, text, label := l.Plain().T("Your association is in the register"), l.T("An officer has examined the request. The entry is public, and its delegates can act on the platform."), l.T("See the entry")
	switch what {
	case "returned":
		subject, text, label, url = l.Plain().T("Your request for the register must be completed"), l.T("An officer has read it and asks for this:"), l.T("Complete the request"), url+"/request"
	case "refused":
		subject, text, label, url = l.Plain().T("Your association was not entered in the register"), l.T("An officer has examined the request. These are the reasons:"), l.T("See the request"), url+"/request"
	case "corrected":
		subject, text = l.Plain().T("The entry of your association is corrected"), l.T("An officer has read what you asked to be corrected, and changed the entry.")
	case "correction_refused":
		subject, text = l.Plain().T("The entry of your association stays as it is"), l.T("An officer has read what you asked to be corrected. These are the reasons for leaving the entry:")
	}
	blocks := []mailview.Block{mailview.Quote{Text: a.Name(l.Lang())}, mailview.Paragraph(text)}
	if what != "accepted" && what != "corrected" {
		blocks = append(blocks, mailview.Quote{Text: a.LastReason()})
	}
	key := "association." + what + ":" + a.ID + ":" + strconv.Itoa(len(a.History))
	err = s.letter(ctx, key, person.Email, l, subject, l.T("You get this mail because you asked for this entry in the register of associations."),
		append(blocks, mailview.Button{Label: label, URL: url})...)
	if fault.Is(err, fault.Invalid) {
		return nil
	}
	return err
}

// sendInvitation sends the link of an invitation.
func (s *Service) sendInvitation(ctx context.Context, a Association, m Mandate, address, lang, token string) error {
	l := s.locale(lang, a.Seat)
	scopes := mailview.List{}
	for _, x := range m.Scopes {
		scopes = append(scopes, l.T(ScopeNames[x]))
	}
	err := s.letter(ctx, "association.invitation:"+m.ID, address, l, l.Plain().T("An association names you its delegate"),
		l.T("You get this mail because somebody gave this address to invite you. If you do not know the association, leave it: nothing happens."),
		mailview.Quote{Text: a.Name(l.Lang())}, mailview.Paragraph(l.T("Until {date} you may do this for it on the platform:", "date", m.Until)), scopes,
		mailview.Paragraph(l.T("Sign in with your own account to accept. The link is good until {date} and for one person.", "date", m.ExpiresAt)),
		mailview.Button{Label: l.T("See the invitation"), URL: s.PublicURL + "/" + l.Lang() + "/association-invitations/" + token})
	if fault.Is(err, fault.Invalid) {
		return &InputError{Field: "mail", Message: i18n.Msg("This is no mail address")}
	}
	return err
}
