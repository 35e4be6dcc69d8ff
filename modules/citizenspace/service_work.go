package citizenspace

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// Work is what an agent does to a request: every method below takes the count
// of acts the agent saw (Request.Acts; 0 does not look), and answers Conflict
// when somebody else has acted meanwhile, so that nobody overwrites unseen.

// Acknowledge notes that somebody has read the request.
func (s *Service) Acknowledge(ctx context.Context, who auth.Actor, id string, seen int64) (Request, error) {
	return s.act(ctx, By(who), id, ActAcknowledge, done{seen: seen}, nil, nil)
}

// Assign hands a request to a department, the one it is with when "", and to one
// of its people, nobody in particular when "".
func (s *Service) Assign(ctx context.Context, who auth.Actor, id, department, assignee string, seen int64) (Request, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	if err := s.knows(ctx, r.Authority, department); err != nil {
		return r, err
	}
	if assignee != "" {
		if err := s.works(ctx, r.Authority, assignee); err != nil {
			return r, err
		}
	}
	d := done{seen: seen, details: map[string]string{"department": department}}
	if department == "" {
		d.details["department"] = r.Department
	}
	return s.act(ctx, By(who), id, ActAssign, d, nil, func(r *Request) error {
		if department != "" {
			r.Department = department
		}
		r.Assignee = assignee
		return nil
	})
}

// Transfer hands a request to another department of the same authority, with a
// reason that who asked can read. It is not "outside our powers".
func (s *Service) Transfer(ctx context.Context, who auth.Actor, id, department, reason string, seen int64) (Request, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	reason = tidy(reason, true)
	problems := required("reason", reason, i18n.Msg("Say why"), MaxReasons)
	if department == "" || department == r.Department {
		problems = append(problems, Problem{Field: "department", Message: i18n.Msg("Choose another department")})
	} else if err := s.knows(ctx, r.Authority, department); err != nil {
		return r, err
	}
	if err := broken("request.transfer", problems); err != nil {
		return r, err
	}
	d := done{seen: seen, reason: reason, details: map[string]string{"department": department, "from_department": r.Department}}
	return s.act(ctx, By(who), id, ActTransfer, d, nil, func(r *Request) error {
		r.Department, r.Assignee, r.StatusNotes = department, "", reason
		return nil
	})
}

// Begin says that work on it has begun; note is public and may be "".
func (s *Service) Begin(ctx context.Context, who auth.Actor, id, note string, seen int64) (Request, error) {
	return s.withNote(ctx, who, id, ActBegin, note, seen, nil)
}

// Schedule plans the work for a day that is not over.
func (s *Service) Schedule(ctx context.Context, who auth.Actor, id string, day time.Time, note string, seen int64) (Request, error) {
	if day.Before(s.Clock.Now().AddDate(0, 0, -1)) {
		return Request{}, broken("request.schedule", []Problem{{Field: "day", Message: i18n.Msg("Choose a day that is not over")}})
	}
	return s.withNote(ctx, who, id, ActSchedule, note, seen, func(r *Request) { r.PlannedFor = day })
}

// Resume ends the wait for the citizen; note is public and may be "".
func (s *Service) Resume(ctx context.Context, who auth.Actor, id, note string, seen int64) (Request, error) {
	return s.withNote(ctx, who, id, ActResume, note, seen, nil)
}

// withNote does an act whose public note may be left out.
func (s *Service) withNote(ctx context.Context, who auth.Actor, id string, act Act, note string, seen int64, change func(*Request)) (Request, error) {
	note = tidy(note, true)
	if err := broken(actPrefix+string(act), atMost("note", note, MaxReasons)); err != nil {
		return Request{}, err
	}
	return s.act(ctx, By(who), id, act, done{seen: seen, reason: note}, nil, func(r *Request) error {
		r.StatusNotes = note
		if change != nil {
			change(r)
		}
		return nil
	})
}

// Ask asks the citizen for something: the clock pauses until the answer comes.
func (s *Service) Ask(ctx context.Context, who auth.Actor, id, question string, seen int64) (Request, error) {
	question = tidy(question, true)
	if err := broken("request.ask", required("body", question, i18n.Msg("Write what you ask for"), MaxMessage)); err != nil {
		return Request{}, err
	}
	return s.act(ctx, By(who), id, ActAsk, done{seen: seen}, nil, func(r *Request) error {
		return s.addMessage(r, Message{Staff: true, PersonID: actorID(who), Body: question})
	})
}

// Resolve says that what was asked for is done; who asked is asked whether it is.
func (s *Service) Resolve(ctx context.Context, who auth.Actor, id string, code CloseCode, reasons string, seen int64) (Request, error) {
	return s.end(ctx, who, id, ActResolve, code, EndCodes, reasons, seen)
}

// End closes a request at once, with a code and reasons.
func (s *Service) End(ctx context.Context, who auth.Actor, id string, code CloseCode, reasons string, seen int64) (Request, error) {
	return s.end(ctx, who, id, ActEnd, code, EndCodes, reasons, seen)
}

// Reject refuses a request, with a code and reasons that who asked reads.
func (s *Service) Reject(ctx context.Context, who auth.Actor, id string, code CloseCode, reasons string, seen int64) (Request, error) {
	return s.end(ctx, who, id, ActReject, code, RejectCodes, reasons, seen)
}

func (s *Service) end(ctx context.Context, who auth.Actor, id string, act Act, code CloseCode, codes []CloseCode, reasons string, seen int64) (Request, error) {
	reasons = tidy(reasons, true)
	problems := required("reasons", reasons, i18n.Msg("Say why, in words that the citizen understands"), MaxReasons)
	if !slices.Contains(codes, code) {
		problems = append(problems, Problem{Field: "code", Message: i18n.Msg("Choose a reason")})
	}
	if err := broken(actPrefix+string(act), problems); err != nil {
		return Request{}, err
	}
	d := done{seen: seen, reason: reasons, details: map[string]string{"code": string(code)}}
	return s.act(ctx, By(who), id, act, d, nil, func(r *Request) error {
		r.Ending = &Ending{Code: code, Reasons: reasons, At: s.Clock.Now()}
		r.StatusNotes = reasons
		return nil
	})
}

// SendOn says that another body decides this, which one, and to whom it was
// sent; sentTo is "" when the citizen has to turn there.
func (s *Service) SendOn(ctx context.Context, who auth.Actor, id, body, sentTo, reasons string, seen int64) (Request, error) {
	body, sentTo, reasons = tidy(body, false), tidy(sentTo, false), tidy(reasons, true)
	problems := required("body", body, i18n.Msg("Write who decides this"), MaxLine)
	problems = append(problems, atMost("sent_to", sentTo, MaxLine)...)
	problems = append(problems, required("reasons", reasons, i18n.Msg("Say why, in words that the citizen understands"), MaxReasons)...)
	if err := broken("request.send_on", problems); err != nil {
		return Request{}, err
	}
	d := done{seen: seen, reason: reasons, details: map[string]string{"body": body, "sent_to": sentTo}}
	return s.act(ctx, By(who), id, ActSendOn, d, nil, func(r *Request) error {
		r.Ending = &Ending{Code: NotAllowed, Reasons: reasons, At: s.Clock.Now(), Body: body, SentTo: sentTo}
		if sentTo != "" {
			r.Ending.Sent = r.Ending.At
		}
		r.Ending.Code = ""
		r.StatusNotes = reasons
		return nil
	})
}

// Merge ends a request as a duplicate of another one of the same authority,
// which is not a duplicate itself. Who asked hears how the other one goes on.
func (s *Service) Merge(ctx context.Context, who auth.Actor, id, into string, seen int64) (Request, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	target, err := s.find(ctx, into)
	if err != nil || target.ID == r.ID || target.Authority != r.Authority || target.State == Duplicate || slices.Contains(r.Absorbed, target.ID) {
		return r, broken("request.merge", []Problem{{Field: "into", Message: i18n.Msg("Choose another request of this municipality that is not merged itself")}})
	}
	d := done{seen: seen, details: map[string]string{"into": target.Reference}, tasks: []Task{{Kind: taskAbsorb, Key: target.ID}}}
	return s.act(ctx, By(who), r.ID, ActMerge, d, func(r Request) bool { return r.DuplicateOf == target.ID }, func(r *Request) error {
		r.DuplicateOf = target.ID
		r.Ending = &Ending{At: s.Clock.Now()}
		return nil
	})
}

// absorb is the other side of a merge: the request that stays notes the one that
// went into it, and counts who asked for it.
func (s *Service) absorb(ctx context.Context, r Request, into string) error {
	if r.DuplicateOf != into {
		return nil // reopened meanwhile
	}
	d := done{details: map[string]string{"reference": r.Reference}}
	has := func(t Request) bool { return slices.Contains(t.Absorbed, r.ID) }
	if err := s.addSupport(ctx, into, r.Citizen); err != nil {
		return err
	}
	_, err := s.act(ctx, By(auth.System), into, ActAbsorb, d, has, func(t *Request) error {
		t.Absorbed = append(t.Absorbed, r.ID)
		return nil
	})
	return err
}

// Split makes a second matter in a request one of its own: the description is
// its own, place and who asked are those of the first. It returns the new one.
func (s *Service) Split(ctx context.Context, who auth.Actor, id, offer, description, once string, seen int64) (Filed, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return Filed{}, err
	}
	if _, _, err := Next(r.State, r.Before, ActSplit, RolesIn(who, r.Authority)...); err != nil {
		return Filed{}, err
	}
	if seen != 0 && seen != r.Acts {
		return Filed{}, errChanged
	}
	o, err := s.Offer(ctx, r.Authority, offer)
	if err != nil {
		return Filed{}, err
	}
	settings, err := s.Settings(ctx, r.Authority)
	if err != nil {
		return Filed{}, err
	}
	description = tidy(description, true)
	if err := broken("request.split", required("description", description, i18n.Msg("Describe what it is about"), MaxDescription)); err != nil {
		return Filed{}, err
	}
	in := Input{Authority: r.Authority, Offer: offer, Channel: BySplit, Citizen: r.Citizen, Description: description, Spot: r.Spot, Once: once}
	return s.insert(ctx, who, in, *o.Current, settings, r.ID)
}

// tellOrigin notes in a request that another was cut off from it.
func (s *Service) tellOrigin(ctx context.Context, part Request, origin string) error {
	has := func(r Request) bool { return slices.Contains(r.Parts, part.ID) || !r.State.IsOpen() }
	_, err := s.act(ctx, By(auth.System), origin, ActSplit, done{details: map[string]string{"reference": part.Reference}}, has, func(r *Request) error {
		r.Parts = append(r.Parts, part.ID)
		return nil
	})
	return err
}

// Message writes to the citizen.
func (s *Service) Message(ctx context.Context, who auth.Actor, id, body string) (Request, error) {
	body = tidy(body, true)
	if err := broken("request.message", required("body", body, i18n.Msg("Write your message"), MaxMessage)); err != nil {
		return Request{}, err
	}
	return s.act(ctx, By(who), id, ActMessage, done{}, nil, func(r *Request) error {
		return s.addMessage(r, Message{Staff: true, PersonID: actorID(who), Body: body})
	})
}

func (s *Service) addMessage(r *Request, m Message) error {
	if len(r.Messages) >= MaxMessages {
		return fault.New(fault.TooMany, "This thread is full. Please call the Citizen Space.")
	}
	m.ID, m.At = s.Ident.ID(), s.Clock.Now()
	r.Messages = append(r.Messages, m)
	return nil
}

// Note writes an internal note.
func (s *Service) Note(ctx context.Context, who auth.Actor, id, body string) (Request, error) {
	body = tidy(body, true)
	if err := broken("request.note", required("body", body, i18n.Msg("Write the note"), MaxMessage)); err != nil {
		return Request{}, err
	}
	return s.act(ctx, By(who), id, ActNote, done{}, nil, func(r *Request) error {
		if len(r.Notes) >= MaxNotes {
			return fault.New(fault.TooMany, "There are too many notes on this request.")
		}
		r.Notes = append(r.Notes, Note{ID: s.Ident.ID(), At: s.Clock.Now(), PersonID: who.PersonID, Body: body})
		return nil
	})
}

// Correct sets what was noted wrongly: the place, and whether it is urgent.
func (s *Service) Correct(ctx context.Context, who auth.Actor, id string, spot Spot, urgent bool, seen int64) (Request, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	settings, err := s.Settings(ctx, r.Authority)
	if err != nil {
		return r, err
	}
	in := Input{Spot: spot}.tidied(settings)
	if err := broken("request.correct", in.spotProblems(Version{}, settings)); err != nil {
		return r, err
	}
	return s.act(ctx, By(who), id, ActCorrect, done{seen: seen}, nil, func(r *Request) error {
		r.Spot, r.Urgent = in.Spot, urgent
		return nil
	})
}

// Reclassify moves a request to another service of the catalogue, whose promise
// is counted from when the request came in. The answers stay as they were given.
func (s *Service) Reclassify(ctx context.Context, who auth.Actor, id, offer, reason string, seen int64) (Request, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	o, err := s.Offer(ctx, r.Authority, offer)
	if err != nil {
		return r, err
	}
	settings, err := s.Settings(ctx, r.Authority)
	if err != nil {
		return r, err
	}
	calendar := settings.Calendar(s.holidays[settings.Country])
	d := done{seen: seen, reason: tidy(reason, true), details: map[string]string{"service": offer, "from_service": r.Offer}}
	return s.act(ctx, By(who), id, ActReclassify, d, nil, func(r *Request) error {
		v := *o.Current
		r.Offer, r.OfferNo, r.Group, r.Public = v.Code, v.Number, v.Group, r.Public && v.Public // a private request never becomes public
		r.Department, r.Assignee = v.Department, ""
		pauses, paused := r.Clock.Pauses, r.Clock.PausedAt
		r.Clock = calendar.Start(r.Clock.StartedAt, v.Promise)
		for _, p := range pauses {
			r.Clock = r.Clock.Pause(p.From).Resume(calendar, p.To)
		}
		r.Clock.PausedAt = paused
		return nil
	})
}

// Hide takes a request off the public pages, with a reason for the audit.
func (s *Service) Hide(ctx context.Context, who auth.Actor, id, reason string) (Request, error) {
	return s.act(ctx, By(who), id, ActHide, done{reason: tidy(reason, true)}, func(r Request) bool { return r.Hidden }, func(r *Request) error {
		r.Hidden = true
		return nil
	})
}

// Show puts it back.
func (s *Service) Show(ctx context.Context, who auth.Actor, id string) (Request, error) {
	return s.act(ctx, By(who), id, ActShow, done{}, func(r Request) bool { return !r.Hidden }, func(r *Request) error {
		r.Hidden = false
		return nil
	})
}

// Forward notes what is known of a request's twin in another back office: which
// endpoint it was sent to, under what id, and what was read there last.
func (s *Service) Forward(ctx context.Context, id string, twin External) (Request, error) {
	same := func(r Request) bool { return r.External != nil && *r.External == twin }
	d := done{details: map[string]string{"endpoint": twin.Endpoint, "id": twin.ID, "status": twin.Status}}
	return s.act(ctx, By(auth.System), id, ActForward, d, same, func(r *Request) error {
		r.External = &twin
		return nil
	})
}

// NewCode gives a request a new secret code, for somebody who lost it and showed
// who they are. The old one no longer fits.
func (s *Service) NewCode(ctx context.Context, who auth.Actor, id string) (Filed, error) {
	r, err := s.find(ctx, id)
	if err != nil {
		return Filed{}, err
	}
	code := s.codeFrom(r.ID, s.Ident.Token())
	r, err = s.act(ctx, By(who), id, ActCode, done{}, nil, func(r *Request) error {
		r.CodeHash = s.hashCode(r.ID, code)
		return nil
	})
	return Filed{Request: r, Code: code}, err
}

// knows reports as Invalid a department that the authority does not have.
func (s *Service) knows(ctx context.Context, authority, department string) error {
	if department == "" {
		return nil
	}
	settings, err := s.Settings(ctx, authority)
	if err != nil {
		return err
	}
	if _, ok := settings.Department(department); !ok {
		return broken("request.department", []Problem{{Field: "department", Message: i18n.Msg("Choose a department from the list")}})
	}
	return nil
}

// works reports as Invalid a person who does not work on the authority's requests.
func (s *Service) works(ctx context.Context, authority, person string) error {
	ids, err := s.Staff.HoldersOf(ctx, authority, staff...)
	if err != nil {
		return fault.Wrap("request.assign", err)
	}
	if !slices.Contains(ids, person) {
		return broken("request.assign", []Problem{{Field: "assignee", Message: i18n.Msg("Choose somebody who works on requests")}})
	}
	return nil
}
