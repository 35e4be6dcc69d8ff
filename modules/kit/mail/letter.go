package mail

import (
	"context"

	"musharaka/modules/kit/i18n"
	"musharaka/views/mailview"
)

// Letter is a mail before it is written out, in the words of one reader.
type Letter struct {
	Key     string // as in Message
	To      string
	Subject string // plain; the heading too
	Preview string // the line that mail programs show beside the subject; "" is none
	Why     string // why the reader gets it
	Kind    string // as in Message: what can be unsubscribed from, with Stop
	Stop    string // the words of the link that unsubscribes
	Blocks  []mailview.Block
}

// House is what all letters of the platform have in common.
type House struct {
	PublicURL string
	Demo      bool
	// Unsubscribe is Outbox.UnsubscribeURL; it may be nil where no letter has a Kind.
	Unsubscribe func(to, kind string) string
}

// Home is the front page in a language.
func (h House) Home(l *i18n.Locale) string { return h.PublicURL + "/" + l.Lang() }

// Write makes the mail: as HTML and as text, with why it is sent, how to stop
// such mails where that is possible, and, in the demo, that nothing is real.
func (h House) Write(ctx context.Context, l *i18n.Locale, x Letter) (Message, error) {
	m := Message{Key: x.Key, To: x.To, Lang: l.Lang(), Subject: x.Subject, Kind: x.Kind}
	letter := mailview.Letter{
		Frame:  mailview.Frame{Lang: m.Lang, Title: x.Subject, Preview: x.Preview, Sender: l.T("Musharaka"), HomeURL: h.Home(l), Why: x.Why},
		Blocks: x.Blocks,
	}
	if x.Kind != "" {
		m.UnsubscribeURL = h.Unsubscribe(x.To, x.Kind)
		letter.StopLabel, letter.StopURL = x.Stop, m.UnsubscribeURL
	}
	if h.Demo {
		letter.Demo = l.T("This is a demonstration. Nothing here is real.")
	}
	var err error
	m.HTML, m.Text, err = letter.Render(ctx)
	return m, err
}
