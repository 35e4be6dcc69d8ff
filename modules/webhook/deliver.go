package webhook

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/outbound"
	"musharaka/modules/kit/store"
	"musharaka/views/mailview"
)

// The kinds of job of this module.
const (
	jobDeliver = "webhook.deliver"
	jobMail    = "webhook.mail"
)

type (
	deliveryJob struct {
		Delivery string `bson:"delivery"`
	}
	hookJob struct {
		Hook string `bson:"hook"`
	}
)

const (
	maxAttempts = 10                  // of one delivery, in about half a day
	pauseAfter  = 3 * 24 * time.Hour  // of nothing but failures
	keepFor     = 30 * 24 * time.Hour // deliveries
)

// mailKind is what owners stop with the link in a mail.
const mailKind = "webhook.paused"

func (s *Service) registerJobs() {
	job.Register(s.Queue, jobDeliver, s.deliver, job.Options{MaxAttempts: 3 * maxAttempts, Backoff: time.Minute, MaxBackoff: 4 * time.Hour, Timeout: 30 * time.Second})
	job.Register(s.Queue, jobMail, s.tellOwner, job.Options{})
	s.Queue.Every("webhook.sweep", 6*time.Hour, s.sweep)
	s.Queue.Every("webhook.tasks", time.Minute, s.sweepTasks)
}

func replayID(d Delivery) string { return d.ID + "~" + strconv.Itoa(d.Replays) }

// deliver tries one delivery. An error makes the queue try again later.
func (s *Service) deliver(ctx context.Context, j deliveryJob) error {
	d, err := s.deliveries.Get(ctx, j.Delivery)
	if isNotFound(err) || err == nil && d.State != Waiting {
		return nil
	}
	if err != nil {
		return err
	}
	h, err := s.hooks.Get(ctx, d.Hook)
	if err != nil && !isNotFound(err) {
		return err
	}
	now := s.Clock.Now()
	if isNotFound(err) || h.State != Active {
		return s.note(ctx, d.ID, Attempt{At: now, Error: i18n.Msg("The webhook is paused or has ended")}, Failed)
	}
	a, ok := s.try(ctx, h, d, now)
	if ok {
		if err := s.note(ctx, d.ID, a, Delivered); err != nil {
			return err
		}
		return s.healthy(ctx, h)
	}
	state := Waiting
	if len(d.Attempts)+1 >= maxAttempts {
		state = Failed
	}
	if err := s.note(ctx, d.ID, a, state); err != nil {
		return err
	}
	if err := s.ailing(ctx, h, now); err != nil {
		return err
	}
	if state == Failed {
		return nil
	}
	return fmt.Errorf("webhook: not taken: status %d", a.Status)
}

// try posts a delivery and says what came of it.
func (s *Service) try(ctx context.Context, h Hook, d Delivery, now time.Time) (Attempt, bool) {
	header := Sign(secret(s.Key, h.ID, h.Generation), now, d.Body)
	header.Set("Content-Type", "application/json")
	header.Set("User-Agent", "Musharaka-Webhook/1")
	header.Set("Musharaka-Event", d.Event)
	header.Set("Musharaka-Delivery", d.ID)
	answer, err := s.Sender.Post(ctx, h.URL, header, []byte(d.Body))
	a := Attempt{At: now, Status: answer.Status}
	switch {
	case errors.Is(err, outbound.ErrInternal):
		a.Error = i18n.Msg("The address does not lead to the public internet")
	case errors.Is(err, context.DeadlineExceeded):
		a.Error = i18n.Msg("It took too long")
	case err != nil:
		a.Error = i18n.Msg("Nobody answered")
	case answer.Status >= 300 && answer.Status < 400:
		a.Error = i18n.Msg("It answered with a redirect, which is not followed")
	}
	return a, err == nil && answer.Status >= 200 && answer.Status < 300
}

// note keeps what came of an attempt.
func (s *Service) note(ctx context.Context, id string, a Attempt, state DeliveryState) error {
	_, err := s.deliveries.Update(ctx, id, func(d *Delivery) error {
		if d.State != Waiting {
			return store.ErrUnchanged
		}
		d.Attempts, d.State = append(d.Attempts, a), state
		return nil
	})
	if isNotFound(err) {
		return nil
	}
	return err
}

// healthy forgets that a hook was failing.
func (s *Service) healthy(ctx context.Context, h Hook) error {
	if h.FailingSince.IsZero() {
		return nil
	}
	_, err := s.hooks.Update(ctx, h.ID, func(h *Hook) error { h.FailingSince = time.Time{}; return nil })
	return err
}

// ailing remembers since when a hook has been failing, and pauses it when that
// is long.
func (s *Service) ailing(ctx context.Context, h Hook, now time.Time) error {
	if h.FailingSince.IsZero() {
		_, err := s.hooks.Update(ctx, h.ID, func(h *Hook) error {
			if !h.FailingSince.IsZero() {
				return store.ErrUnchanged
			}
			h.FailingSince = now
			return nil
		})
		return err
	}
	if now.Sub(h.FailingSince) < pauseAfter {
		return nil
	}
	_, err := s.act(ctx, auth.System, h.ID, ActPause, func(h *Hook) error { h.addTask(taskMail); return nil })
	if fault.Is(err, fault.Conflict) { // somebody did meanwhile
		return nil
	}
	return err
}

// tellOwner writes to the owner of a hook that it was paused.
func (s *Service) tellOwner(ctx context.Context, j hookJob) error {
	h, err := s.hooks.Get(ctx, j.Hook)
	if isNotFound(err) || err == nil && (h.State != Paused || h.Owner == "") {
		return nil
	}
	if err != nil {
		return err
	}
	owner, err := s.People.Person(ctx, h.Owner)
	if isNotFound(err) || err == nil && owner.Email == "" {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := s.letter(ctx, h, owner)
	if err != nil {
		return err
	}
	if err = s.Post.Queue(ctx, m); fault.Is(err, fault.Invalid) {
		return job.Permanent(err)
	}
	return err
}

func (s *Service) letter(ctx context.Context, h Hook, owner Person) (mail.Message, error) {
	tr, house := s.Words.Locale(owner.Lang, ""), mail.House{PublicURL: s.PublicURL, Demo: s.Demo, Unsubscribe: s.Post.UnsubscribeURL}
	return house.Write(ctx, tr, mail.Letter{
		Key: "webhook.paused:" + h.History[len(h.History)-1].ID, To: owner.Email, Subject: tr.Plain().T("A webhook was paused"), Preview: h.Name,
		Why: tr.T("You get this mail because you made this webhook."), Kind: mailKind, Stop: tr.T("Stop mails about webhooks"),
		Blocks: []mailview.Block{
			mailview.Paragraph(tr.T("Its address has taken nothing for three days, so nothing is sent there any more. Resume it when the address works again; what it missed can be replayed for thirty days.")),
			mailview.Facts{{Name: tr.T("Webhook"), Value: h.Name}, {Name: tr.T("Address"), Value: h.URL}},
			mailview.Button{Label: tr.T("Open the webhook"), URL: house.Home(tr) + "/desk/webhooks/" + h.ID},
		},
	})
}

// sweep forgets old deliveries.
func (s *Service) sweep(ctx context.Context) error {
	return s.deliveries.Each(ctx, store.Query{Index: "at", To: s.Clock.Now().Add(-keepFor), Limit: 500}, func(d Delivery) error {
		if err := s.deliveries.Delete(ctx, d.ID); err != nil && !isNotFound(err) {
			return err
		}
		return ctx.Err()
	})
}

// Check finds deliveries whose hook does not exist, such as wait without a job,
// and histories that the audit lacks.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	known := map[string]bool{}
	err := s.hooks.Each(ctx, store.Query{}, func(h Hook) error {
		known[h.ID] = true
		compare := s.Audit.Compare
		if repair {
			compare = s.Audit.Repair
		}
		d, err := compare(ctx, h.History...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the webhook")
		}
		return err
	})
	if err != nil {
		return found, fault.Wrap("webhook.Check", err)
	}
	err = s.deliveries.Each(ctx, store.Query{Limit: 500}, func(d Delivery) error {
		if !known[d.Hook] {
			found = append(found, "delivery "+d.ID+" belongs to no webhook")
			if repair {
				return s.deliveries.Delete(ctx, d.ID)
			}
			return nil
		}
		if d.State != Waiting {
			return nil
		}
		j, err := s.Queue.Find(ctx, jobDeliver, d.ID)
		if err != nil && !isNotFound(err) {
			return err
		}
		if err == nil && j.State == job.Open {
			return nil
		}
		found = append(found, "delivery "+d.ID+" waits and nobody sends it")
		if repair && err != nil {
			return job.Enqueue(ctx, s.Queue, jobDeliver, d.ID, deliveryJob{d.ID}, s.Clock.Now())
		} else if repair {
			return s.note(ctx, d.ID, Attempt{At: s.Clock.Now(), Error: i18n.Msg("Nobody answered")}, Failed)
		}
		return nil
	})
	return found, fault.Wrap("webhook.Check", err)
}

// Export returns the hooks a person made; nil when there are none.
func (s *Service) Export(ctx context.Context, personID string) (any, error) {
	type made struct {
		Name string    `json:"name"`
		URL  string    `json:"url"`
		At   time.Time `json:"createdAt"`
	}
	var out []made
	err := s.hooks.Each(ctx, store.Query{Index: "owner", Equal: []any{personID}}, func(h Hook) error {
		out = append(out, made{h.Name, h.URL, h.CreatedAt})
		return nil
	})
	if err != nil || out == nil {
		return nil, fault.Wrap("webhook.Export", err)
	}
	return out, nil
}

// Erase takes a person's name off the hooks they made, which are the
// authority's and go on.
func (s *Service) Erase(ctx context.Context, personID string) error {
	return s.replaceOwner(ctx, personID, "")
}

// OnJoined hands the hooks of one account to the account it was joined to.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	return s.replaceOwner(ctx, gone, kept)
}

func (s *Service) replaceOwner(ctx context.Context, gone, kept string) error {
	return fault.Wrap("webhook.replaceOwner", s.hooks.Each(ctx, store.Query{Index: "owner", Equal: []any{gone}}, func(h Hook) error {
		_, err := s.hooks.Update(ctx, h.ID, func(h *Hook) error { h.Owner = kept; return nil })
		return err
	}))
}
