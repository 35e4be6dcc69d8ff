package citizenspace

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
)

// inboundMails is how often one gateway may hand over a mail.
var inboundMails = web.Limit{Burst: 200, Every: 100 * time.Millisecond}

// inboundFor is how old a signature may be.
const inboundFor = 5 * time.Minute

// inboundMail is a mail as the gateway hands it over.
type inboundMail struct {
	To        string `json:"to"`         // the reply address it came to
	MessageID string `json:"message_id"` // the mail's own
	Text      string `json:"text"`       // its plain text
}

var errUnsigned = fault.New(fault.Forbidden, "This mail is not signed by the gateway, or too long ago.")

// signedBy reports whether a body was signed with a key not long ago: v1= and the
// hexadecimal HMAC-SHA256 of the timestamp, a full stop and the body, as the
// platform's own webhooks are.
func signedBy(key []byte, stamp, signature string, body []byte, now time.Time) bool {
	at, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || len(key) == 0 {
		return false
	}
	if age := now.Sub(time.Unix(at, 0)); age > inboundFor || age < -inboundFor {
		return false
	}
	given, err := hex.DecodeString(strings.TrimPrefix(signature, "v1="))
	if err != nil {
		return false
	}
	m := hmac.New(sha256.New, key)
	m.Write([]byte(stamp + "."))
	m.Write(body)
	return hmac.Equal(given, m.Sum(nil))
}

// inbound takes in the answer of a citizen to a mail, from the gateway of the
// reply addresses. What the mail says of its sender is not looked at: anybody can
// write that. The signature proves the gateway, the token in the address the
// right to write.
func (h *Work) inbound(c *web.Ctx) error {
	if len(h.InboundKey) == 0 {
		return errNoRequest
	}
	if !signedBy(h.InboundKey, c.Get("Musharaka-Timestamp"), c.Get("Musharaka-Signature"), c.Body(), c.Now()) {
		return errUnsigned
	}
	var m inboundMail
	if err := json.Unmarshal(c.Body(), &m); err != nil || m.MessageID == "" {
		return fault.New(fault.Invalid, "This is not a mail as the gateway hands it over.")
	}
	r, err := h.service.ReplyByMail(c.Std(), m.To, m.MessageID, m.Text)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "private, no-store")
	return c.JSON(map[string]string{"reference": r.Reference})
}
