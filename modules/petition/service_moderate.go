package petition

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

var tooLong = i18n.Msg("Shorten the text to {limit} letters or fewer")

// RequestChanges returns a petition to its author with a note.
func (s *Service) RequestChanges(ctx context.Context, who auth.Actor, id, note string) (Petition, error) {
	note = tidy(note, MaxNote, true)
	if err := required("note", note, i18n.Msg("Say what the author should change"), MaxNote); err != nil {
		return Petition{}, err
	}
	again := func(p Petition) bool { return p.State == Draft && p.Changes == note }
	tasks := []Task{{taskTell, noticeChanges + ":" + stampOf(s.Clock.Now())}}
	p, err := s.act(ctx, who, id, done{act: ActRequestChanges, reason: note, private: true, tasks: tasks}, again, func(p *Petition) error {
		p.Changes = note
		return nil
	})
	if err == nil && !p.IsAuthor(who.PersonID) {
		return p, nil // the officer no longer sees drafts, but may see what was returned
	}
	return p, err
}

// Publish opens a petition for signatures and freezes the threshold, the
// closing time and their sources by the rule pack of this day.
func (s *Service) Publish(ctx context.Context, who auth.Actor, id string) (Petition, error) {
	p, err := s.petitions.Get(ctx, id)
	if isNotFound(err) {
		return p, errNone
	}
	if err != nil {
		return p, fault.Wrap("petition.Publish", err)
	}
	if !s.mayKnow(who, p) {
		return Petition{}, errNone
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return p, err
	}
	now := s.Clock.Now()
	threshold, err := s.Law.Threshold(ctx, a, p.Kind, now)
	if err != nil {
		return p, fault.Wrap("petition.Publish", err)
	}
	periods, err := s.Law.Periods(ctx, a, now)
	if err != nil {
		return p, fault.Wrap("petition.Publish", err)
	}
	if err := s.ensureTally(ctx, id); err != nil {
		return p, fault.Wrap("petition.Publish", err)
	}
	d := done{act: ActPublish, tasks: []Task{{taskAnnounce, string(Published)}}}
	if threshold.Signatures == 0 {
		d.tasks = append(d.tasks, Task{Kind: taskReach})
	}
	published := func(p Petition) bool { return !p.PublishedAt.IsZero() && p.IsPublic() }
	p, err = s.act(ctx, who, id, d, published, func(p *Petition) error {
		p.PublishedAt, p.Threshold = now, threshold
		p.ClosesAt = monthsOn(now, periods.CollectMonths, p.Country)
		return nil
	})
	if err == nil && threshold.Signatures == 0 {
		return s.petitions.Get(ctx, id) // it has moved on at once
	}
	return p, err
}

// Reject refuses a petition for a code of Rejections, with reasons in words
// that everybody can read. A code that hides leads to Hidden, and is the only
// sort that works after publication.
func (s *Service) Reject(ctx context.Context, who auth.Actor, id string, code RejectionCode, reasons string) (Petition, error) {
	reason, known := reasonOf(Rejections, string(code))
	if !known {
		return Petition{}, &InputError{Field: "code", Message: i18n.Msg("Choose a reason from the list")}
	}
	reasons = tidy(reasons, MaxNote, true)
	if err := required("reasons", reasons, i18n.Msg("Explain the decision to the author"), MaxNote); err != nil {
		return Petition{}, err
	}
	act, state := ActReject, Rejected
	if reason.Hidden {
		act, state = ActHide, Hidden
	}
	now := s.Clock.Now()
	again := func(p Petition) bool { return p.State == state && p.Rejection != nil && p.Rejection.Code == code }
	d := done{act: act, reason: reasons, details: map[string]string{"code": string(code)}, tasks: []Task{{taskTell, noticeRejected + ":" + string(code)}}}
	return s.act(ctx, who, id, d, again, func(p *Petition) error {
		p.Rejection = &Rejection{Code: code, Reasons: reasons, Hidden: reason.Hidden, At: now, By: who.PersonID, TakeDown: !p.PublishedAt.IsZero()}
		p.EndedAt = now
		return nil
	})
}

// ChangeClosing moves the end of the collection to the end of a day, with a
// reason that is shown: not before tomorrow, and not past what the rule pack
// allows from publication on.
func (s *Service) ChangeClosing(ctx context.Context, who auth.Actor, id string, closes time.Time, reason string) (Petition, error) {
	reason = tidy(reason, MaxNote, true)
	if err := required("reason", reason, i18n.Msg("Say why the closing day changes"), MaxNote); err != nil {
		return Petition{}, err
	}
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return p, err
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return p, err
	}
	periods, err := s.Law.Periods(ctx, a, p.PublishedAt)
	if err != nil {
		return p, fault.Wrap("petition.ChangeClosing", err)
	}
	zone := clock.Zone(p.Country)
	closes = clock.EndOfDay(closes, zone)
	if !closes.After(clock.EndOfDay(s.Clock.Now(), zone)) {
		return p, &InputError{Field: "closes", Message: i18n.Msg("Choose a day after today")}
	}
	last := monthsOn(p.PublishedAt, max(periods.CollectMonths, periods.MaxCollectMonths), p.Country)
	if closes.After(last) {
		return p, &InputError{Field: "closes", Message: i18n.Msg("The collection can last at most {n} months from publication"), Args: []any{"n", max(periods.CollectMonths, periods.MaxCollectMonths)}}
	}
	again := func(p Petition) bool { return p.ClosesAt.Equal(closes) }
	d := done{act: ActClosing, reason: reason, details: map[string]string{"closes": closes.In(zone).Format(time.DateOnly)}}
	return s.act(ctx, who, id, d, again, func(p *Petition) error {
		p.ClosesAt = closes
		return nil
	})
}

// Withdraw takes the petition back, by its agent. The signatures stay as they are.
func (s *Service) Withdraw(ctx context.Context, who auth.Actor, id, reason string) (Petition, error) {
	reason = tidy(reason, MaxNote, true)
	if len([]rune(reason)) > MaxNote {
		return Petition{}, &InputError{Field: "reason", Message: tooLong, Args: []any{"limit", MaxNote}}
	}
	return s.act(ctx, who, id, done{act: ActWithdraw, reason: reason}, in(Withdrawn), func(p *Petition) error {
		p.EndedAt = s.Clock.Now()
		return nil
	})
}

// ModerateComment approves or hides a comment, by an officer of the petition's
// authority. A comment that was approved can be hidden later, and the reverse.
func (s *Service) ModerateComment(ctx context.Context, who auth.Actor, commentID string, approve bool) error {
	sig, err := s.signatures.Get(ctx, commentID)
	if isNotFound(err) || err == nil && !moderates(who, sig.Moderator) {
		return fault.New(fault.NotFound, "There is no such comment.")
	}
	if err != nil {
		return fault.Wrap("petition.ModerateComment", err)
	}
	want := CommentHidden
	if approve {
		want = CommentApproved
	}
	err = s.changeSignature(ctx, sig.Petition, commentID, func(sig *Signature) error {
		if sig.Comment == "" || sig.CommentState == want {
			return store.ErrUnchanged
		}
		sig.CommentState = want
		return nil
	})
	if err != nil {
		return fault.Wrap("petition.ModerateComment", err)
	}
	if err := s.tellOfComments(ctx, commentsJob{Org: sig.Moderator}); err != nil { // at once: the officer looks at the queue next
		s.Log.Error("the comments that wait could not be told of", "org", sig.Moderator, "err", err)
	}
	return nil
}

// PendingComments pages through the comments an authority's officers have to
// read, oldest first.
func (s *Service) PendingComments(ctx context.Context, who auth.Actor, authority, after string, limit int) (Page[Comment], error) {
	if !moderates(who, authority) {
		return Page[Comment]{}, errNotYours
	}
	page, err := s.signatures.Find(ctx, store.Query{Index: "lists", Equal: []any{listPending + "|" + authority}, After: after, Limit: limit})
	return comments(page), fault.Wrap("petition.PendingComments", err)
}

// moderates reports whether an actor is an officer of an authority, or for the
// petitions to authorities that take no part an administrator of the platform.
func moderates(who auth.Actor, moderator string) bool {
	if moderator == auth.PlatformID {
		return who.Holds(auth.PlatformID, auth.Administrator)
	}
	return who.Holds(moderator, auth.Officer)
}

// ModerationQueue pages through what waits for moderation at an authority, or
// at the platform (auth.PlatformID) for authorities that take no part, oldest first.
func (s *Service) ModerationQueue(ctx context.Context, who auth.Actor, moderator, after string, limit int) (Page[Petition], error) {
	if !moderates(who, moderator) {
		return Page[Petition]{}, errNotYours
	}
	return s.queue(ctx, listModeration, moderator, after, limit)
}

// AnswerQueue pages through what waits for an authority's reply, by deadline.
func (s *Service) AnswerQueue(ctx context.Context, who auth.Actor, authority, after string, limit int) (Page[Petition], error) {
	if !who.Holds(authority, auth.Officer, auth.Councillor, auth.President) {
		return Page[Petition]{}, errNotYours
	}
	return s.queue(ctx, listAnswer, authority, after, limit)
}

func (s *Service) queue(ctx context.Context, list, of, after string, limit int) (Page[Petition], error) {
	page, err := s.petitions.Find(ctx, store.Query{Index: "lists", Equal: []any{list + "|" + of}, After: after, Limit: limit})
	return page, fault.Wrap("petition.queue", err)
}
