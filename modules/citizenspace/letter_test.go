package citizenspace

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestAMessageIsMailedOnceWithTheAddressForAnswers writes to somebody who wants
// mail, and to somebody who does not.
func TestAMessageIsMailedOnceWithTheAddressForAnswers(t *testing.T) {
	w := newWorld(t)
	w.ReplyDomain = "reply.example"
	in := pole("letter", 36.08, 9.37)
	in.Citizen = Citizen{Email: "amal@people.example", Lang: "ar", By: "mail"}
	r := w.file(stranger, in).Request
	silent := pole("silent", 36.09, 9.38)
	silent.Citizen = Citizen{Email: "quiet@people.example", Lang: "ar"}
	quiet := w.file(stranger, silent).Request
	for _, id := range []string{r.ID, quiet.ID} {
		_, err := w.Ask(w.ctx, worker, id, "أين العمود؟ <script>", 0)
		w.must(err)
	}
	_, err := w.Note(w.ctx, worker, r.ID, "لا يقرؤها المواطن")
	w.must(err)
	_, err = w.Queue.RunDue(w.ctx)
	w.must(err)
	w.clock.Advance(60 * 24 * time.Hour) // the job is forgotten by then
	_, err = w.Queue.RunDue(w.ctx)
	w.must(err)
	_, err = w.Resume(w.ctx, worker, r.ID, "", 0)
	w.must(err)
	_, err = w.Queue.RunDue(w.ctx)
	w.must(err)
	mails := 0
	for _, m := range w.post.mails {
		if m.To == "quiet@people.example" {
			t.Errorf("somebody who wants no mail got %q", m.Subject)
		}
		if m.ReplyTo == "" {
			continue
		}
		mails++
		if m.To != "amal@people.example" || m.ReplyTo != w.ReplyAddress(r, "reply.example") || m.Check() != nil {
			t.Errorf("%+v", m)
		}
		if strings.Contains(m.Text, "أين العمود؟") {
			t.Error("the thread stands in a mail, though the address may be somebody else's")
		}
	}
	if mails != 1 {
		t.Errorf("%d mails", mails)
	}
}

func TestOnlyTheGatewayHandsMailsOver(t *testing.T) {
	key, body, now := []byte("0123456789abcdef0123456789abcdef"), []byte(`{"to":"x"}`), time.Unix(1_800_000_000, 0)
	sign := func(key []byte, stamp string) string {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(stamp + "." + string(body)))
		return "v1=" + hex.EncodeToString(m.Sum(nil))
	}
	stamp, old := strconv.FormatInt(now.Unix(), 10), strconv.FormatInt(now.Add(-time.Hour).Unix(), 10)
	for name, x := range map[string]struct {
		key       []byte
		stamp     string
		signature string
		want      bool
	}{
		"signed": {key, stamp, sign(key, stamp), true}, "old": {key, old, sign(key, old), false}, "another key": {key, stamp, sign([]byte("x"), stamp), false},
		"no key": {nil, stamp, sign(nil, stamp), false}, "no stamp": {key, "", sign(key, ""), false}, "no signature": {key, stamp, "", false}, "not hexadecimal": {key, stamp, "v1=zz", false},
		"another stamp": {key, stamp, sign(key, old), false},
	} {
		if signedBy(x.key, x.stamp, x.signature, body, now) != x.want {
			t.Errorf("%s: not %v", name, x.want)
		}
	}
}
