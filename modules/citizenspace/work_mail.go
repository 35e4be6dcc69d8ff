package citizenspace

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// A citizen can answer a mail. The address to which the answer goes names the
// request and carries a token that only we can make, so that an answer needs no
// account; whoever gave the address away gave away the right to write into that
// thread, and nothing else: it shows nothing.

// replyMark begins a reply address.
const replyMark = "r-"

// ReplyAddress is where the answer to a mail about a request goes; "" without a
// domain that takes mail in.
func (s *Service) ReplyAddress(r Request, domain string) string {
	if domain == "" {
		return ""
	}
	return replyMark + r.ID + "-" + s.replyToken(r.ID) + "@" + domain
}

func (s *Service) replyToken(id string) string { return hex.EncodeToString(s.mac("reply", id))[:16] }

// replied is the id of the request that a reply address belongs to; "" for any
// other address. The time it takes tells nothing of the token.
func (s *Service) replied(to string) string {
	local, _, _ := strings.Cut(strings.ToLower(strings.Trim(strings.TrimSpace(to), "<>")), "@")
	rest, ok := strings.CutPrefix(local, replyMark)
	id, token, cut := strings.Cut(rest, "-")
	if !ok || !cut || !hmac.Equal([]byte(token), []byte(s.replyToken(id))) {
		return ""
	}
	return id
}

// ReplyByMail takes in what a citizen answered to a mail. key is the mail's own
// id: a mail that is delivered twice writes once. NotFound for an address that is
// not one of ours, Invalid for a mail without a word of its own.
func (s *Service) ReplyByMail(ctx context.Context, to, key, text string) (Request, error) {
	id := s.replied(to)
	if id == "" {
		return Request{}, errNoRequest
	}
	r, err := s.find(ctx, id)
	if err != nil {
		return r, err
	}
	body := tidy(ownWords(text), true)
	if err := broken("request.reply_by_mail", required("text", body, i18n.Msg("Write your message"), MaxMessage)); err != nil {
		return Request{}, err
	}
	sum := sha256.Sum256([]byte("mail\x00" + id + "\x00" + key))
	message := hex.EncodeToString(sum[:8])
	act := ActWrite
	if r.State == Waiting {
		act = ActReply
	}
	has := func(r Request) bool {
		return slices.ContainsFunc(r.Messages, func(m Message) bool { return m.ID == message })
	}
	r, err = s.act(ctx, Caller{mail: id}, id, act, done{}, has, func(r *Request) error {
		if err := s.addMessage(r, Message{Body: body, Way: "mail"}); err != nil {
			return err
		}
		r.Messages[len(r.Messages)-1].ID = message
		return nil
	})
	if fault.Is(err, fault.Conflict) {
		return r, fault.New(fault.Conflict, "This request is closed. Reopen it on its page, or write to the Citizen Space.")
	}
	return r, err
}

// ReplyLine stands above what we write in a mail that can be answered: what is
// below it is not the citizen's.
const ReplyLine = "-- #citizenspace# --"

// quoted finds where programs begin to quote the mail that is answered.
var quoted = regexp.MustCompile(`(?i)^(>|-{2,} ?original message|on .{5,120} wrote:|le .{5,120} a écrit|.{0,120}كتب(ت)?.{0,40}:\s*$|from: |de : )`)

// ownWords is what somebody wrote in a mail, without what they answered to.
func ownWords(text string) string {
	var own []string
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line = strings.TrimRight(line, " \t\u00a0")
		if strings.Contains(line, ReplyLine) || quoted.MatchString(strings.TrimSpace(line)) {
			break
		}
		own = append(own, line)
	}
	return strings.TrimSpace(strings.Join(own, "\n"))
}
