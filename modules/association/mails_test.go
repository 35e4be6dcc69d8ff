package association

import (
	"context"
	"testing"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/golden"
)

// reader is somebody who reads in a language.
type reader struct{ lang string }

func (r reader) Person(_ context.Context, id string) (Person, error) {
	return Person{ID: id, Lang: r.lang, Email: id + "@example.org"}, nil
}

func (reader) ByCode(_ context.Context, code string) (string, error) { return code, nil }

// TestTheMailsOfTheRegisterSayWhatTheySaid writes every mail of this module in
// every language.
func TestTheMailsOfTheRegisterSayWhatTheySaid(t *testing.T) {
	a := good
	a.ID, a.AskedBy = "as", salma.PersonID
	a.History = []audit.Entry{{Reason: "الوثيقة غير مقروءة.\nأعد تصويرها."}}
	for _, lang := range []string{"ar", "fr", "en"} {
		w := newWorld(t)
		w.People = reader{lang}
		for _, what := range []string{"accepted", "returned", "refused", "corrected", "correction_refused"} {
			w.post.sent = nil
			w.must(w.tell(w.ctx, a, what))
			golden.Mail(t, "mails/"+what+"."+lang+".txt", w.post.sent[0])
		}
		w.post.sent = nil
		m := Mandate{Scopes: []Scope{ScopeEndorse, ScopeCampaign}, Until: noon.AddDate(1, 0, 0), ExpiresAt: noon.AddDate(0, 0, 14)}
		w.must(w.sendInvitation(w.ctx, a, m, "delegate@example.org", lang, "token"))
		golden.Mail(t, "mails/invitation."+lang+".txt", w.post.sent[0])
	}
}
