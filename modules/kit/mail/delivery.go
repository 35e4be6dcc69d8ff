package mail

import (
	"context"
	"time"
)

// Delivery says how a queued mail fared, for those who must prove that they
// told somebody. It holds no address and no words.
type Delivery struct {
	State     State
	At        time.Time // when it came into this state
	MessageID string    // of the mail, without brackets; the same in every attempt
}

// Delivery returns how the mail of a key fared, as long as the key is
// remembered (KeepKeys); NotFound afterwards and for a key that never was.
func (o *Outbox) Delivery(ctx context.Context, key string) (Delivery, error) {
	m, err := o.mails.Get(ctx, key)
	if err != nil {
		return Delivery{}, err
	}
	d := Delivery{State: m.State, At: m.At}
	if s, ok := o.sender.(interface{ messageID(key string) string }); ok {
		d.MessageID = s.messageID(key)
	}
	return d, nil
}

func (s *SMTP) messageID(key string) string { return messageID(key, s.from.Address) }

// The demo's inbox sends nothing, but names its mails as a server would.
func (in *Inbox) messageID(key string) string { return messageID(key, "demo@localhost") }
