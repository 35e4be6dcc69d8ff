package open311

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/outbound"
)

// seal closes a back office's API key with a key derived from the platform's and
// bound to the authority, so that a copy of the store gives nothing away.
func (s *Service) seal(org, key string) ([]byte, error) {
	box, err := s.box()
	if err != nil {
		return nil, err
	}
	nonce := s.Ident.Bytes(box.NonceSize())
	return box.Seal(nonce, nonce, []byte(key), []byte(org)), nil
}

// unseal opens it again.
func (s *Service) unseal(org string, sealed []byte) (string, error) {
	box, err := s.box()
	if err != nil || len(sealed) < box.NonceSize() {
		return "", fault.Wrap("open311.unseal", errors.Join(err, errors.New("nothing sealed")))
	}
	key, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(org))
	return string(key), fault.Wrap("open311.unseal", err)
}

func (s *Service) box() (cipher.AEAD, error) {
	h := hmac.New(sha256.New, s.SealKey)
	h.Write([]byte("open311 keys of back offices")) // a hash's Write does not fail
	block, err := aes.NewCipher(h.Sum(nil))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// refusal is why a back office did not do what was asked; final is what no
// repetition mends.
type refusal struct {
	why   string // message id
	final bool
}

// Error is for the log.
func (r *refusal) Error() string { return "open311: " + r.why }

// judgeAnswer turns what came back, or did not, into nothing or a refusal.
func judgeAnswer(a outbound.Answer, err error) error {
	switch {
	case errors.Is(err, outbound.ErrInternal):
		return &refusal{whyInternal, false}
	case errors.Is(err, context.DeadlineExceeded):
		return &refusal{whySlow, false}
	case err != nil:
		return &refusal{whySilent, false}
	case a.Status >= 300 && a.Status < 400:
		return &refusal{whyRedirect, false}
	case a.Status == 401 || a.Status == 403:
		return &refusal{whyKey, false}
	case a.Status == 429 || a.Status >= 500:
		return &refusal{whyBroken, false}
	case a.Status >= 400:
		return &refusal{whyRefused, true}
	}
	return nil
}

// The most bytes of an answer that are read.
const (
	readList = 2 << 20
	newsMost = 50 // requests whose news is asked for at once
)

// ask gets a list from a back office.
func (s *Service) ask(ctx context.Context, p Peer, path string, query url.Values, into any) error {
	if p.Jurisdiction != "" {
		query.Set("jurisdiction_id", p.Jurisdiction)
	}
	header := http.Header{"Accept": {"application/json"}, "User-Agent": {userAgent}}
	a, err := s.Caller.Get(ctx, p.Endpoint+path+"?"+query.Encode(), header, readList)
	if err := judgeAnswer(a, err); err != nil {
		return err
	}
	if json.Unmarshal(a.Body, into) != nil {
		return &refusal{whyStrange, false}
	}
	return nil
}

const userAgent = "Musharaka-Open311/1"

// text is a value that servers write as a string or as a number.
type text string

// UnmarshalJSON takes what the examples of the standard write: "001" and 001.
func (t *text) UnmarshalJSON(raw []byte) error {
	var s *string
	if json.Unmarshal(raw, &s) == nil {
		if s != nil {
			*t = text(*s)
		}
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(raw, &n); err != nil {
		return err
	}
	*t = text(n)
	return nil
}

// theirs is a request as a back office describes it.
type theirs struct {
	ID       text `json:"service_request_id"`
	Token    text `json:"token"`
	Status   text `json:"status"`
	Notes    text `json:"status_notes"`
	Updated  text `json:"updated_datetime"`
	Expected text `json:"expected_datetime"`
}

// sent is what a back office answers to a request.
func (s *Service) post(ctx context.Context, p Peer, repeat string, in Input) (theirs, error) {
	key, err := s.unseal(p.ID, p.Sealed)
	if err != nil {
		return theirs{}, err
	}
	form := outgoing(in)
	form.Set("api_key", key)
	form.Set("service_code", p.Codes[in.Service])
	if p.Jurisdiction != "" {
		form.Set("jurisdiction_id", p.Jurisdiction)
	}
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}, "Accept": {"application/json"}, "User-Agent": {userAgent}, "Idempotency-Key": {repeat}}
	a, err := s.Caller.Post(ctx, p.Endpoint+"/requests.json", header, []byte(form.Encode()))
	if err := judgeAnswer(a, err); err != nil {
		return theirs{}, err
	}
	var all []theirs
	if json.Unmarshal(a.Body, &all) != nil || len(all) != 1 || all[0].ID == "" && all[0].Token == "" {
		return theirs{}, &refusal{whyStrange, false}
	}
	return all[0], nil
}

// outgoing is a request as the standard sends it.
func outgoing(in Input) url.Values {
	form := url.Values{}
	for name, value := range map[string]string{"address_string": in.Address, "email": in.Email, "phone": in.Phone, "first_name": in.FirstName, "last_name": in.LastName, "description": in.Description, "media_url": in.MediaURL} {
		if value != "" {
			form.Set(name, value)
		}
	}
	if in.Located {
		form.Set("lat", strconv.FormatFloat(in.Lat, 'f', -1, 64))
		form.Set("long", strconv.FormatFloat(in.Long, 'f', -1, 64))
	}
	for code, values := range in.Answers {
		name := "attribute[" + code + "]"
		if len(values) > 1 {
			name += "[]"
		}
		form[name] = values
	}
	return form
}

// news asks a back office what became of requests.
func (s *Service) news(ctx context.Context, p Peer, ids []string) (map[string]theirs, error) {
	var all []theirs
	if err := s.ask(ctx, p, "/requests.json", url.Values{"service_request_id": {strings.Join(ids, ",")}}, &all); err != nil {
		return nil, err
	}
	out := map[string]theirs{}
	for _, t := range all {
		out[string(t.ID)] = t
	}
	return out, nil
}

// resolve asks a back office for the id that belongs to a token; "" while there is none.
func (s *Service) resolve(ctx context.Context, p Peer, token string) (string, error) {
	var all []theirs
	if err := s.ask(ctx, p, "/tokens/"+url.PathEscape(token)+".json", url.Values{}, &all); err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", nil
	}
	return string(all[0].ID), nil
}
