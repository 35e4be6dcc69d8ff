package citizenspace

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/views/mailview"
)

// newsKind is what readers stop with the link in a mail.
const newsKind = "space.news"

// The kinds of job.
const (
	jobTell   = "space.tell"   // who asked, and those who said "me too"
	jobLetter = "space.letter" // one mail to somebody who said "me too"
)

// tells are the acts of which who asked is told, in the way they chose.
var tells = map[Act]bool{ActFile: true, ActAsk: true, ActMessage: true, ActResolve: true, ActEnd: true, ActReject: true, ActSendOn: true, ActMerge: true, ActInquire: true}

// tellKey names one telling: the act and its turn.
func tellKey(act Act, turn int64) string { return string(act) + ":" + strconv.FormatInt(turn, 10) }

// tellJob is an act that somebody is told of; Turn is the request's count of acts.
type tellJob struct {
	Request string `bson:"request"`
	Act     Act    `bson:"act"`
	Turn    int64  `bson:"turn"`
	Support string `bson:"support,omitempty"` // of a letter
}

// tell queues what a task asks for.
func (s *Service) tell(ctx context.Context, r Request, key string) error {
	act, turn, _ := strings.Cut(key, ":")
	n, err := strconv.ParseInt(turn, 10, 64)
	if err != nil {
		return err
	}
	return job.Enqueue(ctx, s.Queue, jobTell, r.ID+":"+turn, tellJob{Request: r.ID, Act: Act(act), Turn: n}, s.Clock.Now())
}

// doTell tells who asked, by mail or SMS as they chose, and queues a letter for
// each of those who said "me too" when the request ends.
func (s *Service) doTell(ctx context.Context, j tellJob) error {
	r, err := s.requests.Get(ctx, j.Request)
	if err != nil {
		return ignoreNotFound(err)
	}
	if err := s.tellCitizen(ctx, r, j); err != nil {
		return err
	}
	if r.State.IsOpen() || !slices.Contains([]Act{ActResolve, ActEnd, ActReject, ActSendOn}, j.Act) {
		return nil
	}
	var items []job.Item[tellJob]
	flush := func() error {
		_, err := job.EnqueueMany(ctx, s.Queue, jobLetter, items)
		items = nil
		return err
	}
	err = s.supports.Each(ctx, store.Query{Index: "request", Equal: []any{r.ID}, Limit: 500}, func(x Support) error {
		items = append(items, job.Item[tellJob]{Key: fmt.Sprintf("%s:%d:%s", r.ID, j.Turn, x.ID), Payload: tellJob{r.ID, j.Act, j.Turn, x.ID}, At: s.Clock.Now()})
		if len(items) >= 500 {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

func (s *Service) tellCitizen(ctx context.Context, r Request, j tellJob) error {
	key := fmt.Sprintf("space:%s:%d", r.ID, j.Turn)
	if r.Citizen.By == "sms" && r.Citizen.Phone != "" && s.SMS != nil {
		l := s.speakerFor(r.Citizen.Lang, r.Country)
		return s.SMS.Send(ctx, key, r.Citizen.Phone, subjectOf(l.Plain(), r, j.Act)+" "+s.PublicURL+"/"+l.Lang()+"/follow/"+r.Reference)
	}
	to, lang, err := s.mailOf(ctx, r)
	if err != nil || to == "" {
		return err
	}
	return s.post(ctx, s.speakerFor(lang, r.Country), r, j.Act, key, to, true)
}

// mailOf is where who asked wants to read mail, and in which language; "" for nowhere.
func (s *Service) mailOf(ctx context.Context, r Request) (to, lang string, err error) {
	if r.Citizen.By != "mail" {
		return "", "", nil
	}
	if r.Citizen.Email != "" || r.Citizen.PersonID == "" {
		return r.Citizen.Email, r.Citizen.Lang, nil
	}
	p, err := s.People.Person(ctx, r.Citizen.PersonID)
	if err != nil {
		return "", "", ignoreNotFound(err)
	}
	return p.Email, p.Lang, nil
}

// letter tells one of those who said "me too" that it has ended.
func (s *Service) letter(ctx context.Context, j tellJob) error {
	r, err := s.requests.Get(ctx, j.Request)
	if err != nil {
		return ignoreNotFound(err)
	}
	x, err := s.supports.Get(ctx, j.Support)
	if err != nil {
		return ignoreNotFound(err)
	}
	to, lang := x.Email, x.Lang
	if x.PersonID != "" {
		p, err := s.People.Person(ctx, x.PersonID)
		if err != nil {
			return ignoreNotFound(err)
		}
		to, lang = p.Email, p.Lang
	}
	if to == "" {
		return nil
	}
	return s.post(ctx, s.speakerFor(lang, r.Country), r, j.Act, fmt.Sprintf("space:%s:%d:%s", r.ID, j.Turn, x.ID), to, false)
}

func (s *Service) speakerFor(lang, country string) *i18n.Locale {
	if !slices.Contains(i18n.Languages, lang) {
		lang = "ar"
	}
	return s.Words.Locale(lang, country)
}

// post renders and queues one mail. What stands in it is no secret: an address
// that was typed in may be somebody else's, so the thread, the answers and the
// reasons of a private request are read on the page alone.
func (s *Service) post(ctx context.Context, l *i18n.Locale, r Request, act Act, key, to string, own bool) error {
	settings, err := s.Settings(ctx, r.Authority)
	if err != nil {
		return ignoreNotFound(err)
	}
	v, err := s.Version(ctx, r.Authority, r.Offer, r.OfferNo)
	if err != nil {
		return ignoreNotFound(err)
	}
	lang, name := l.Lang(), settings.Name.In(l.Lang())
	home := s.PublicURL + "/" + lang
	see := mailview.Button{Label: l.T("See the request"), URL: home + "/requests/" + r.Reference}
	why := l.T("You get this mail because you said that you see it too.")
	if own {
		see.URL, why = home+"/follow/"+r.Reference, l.T("You get this mail because you made this request.")
	}
	facts := mailview.Facts{{Name: l.T("Number of the request"), Value: r.Reference}, {Name: l.T("Service asked for"), Value: v.Name.In(lang)}}
	if r.State.IsOpen() && !r.Clock.DueAt.IsZero() && r.Clock.PausedAt.IsZero() {
		facts = append(facts, mailview.Fact{Name: l.T("Expected"), Value: day(l, r.Clock.DueAt, r.Country)})
	}
	blocks := []mailview.Block{mailview.Paragraph(sentenceOf(l, r, act))}
	if r.Public && r.StatusNotes != "" && !r.State.IsOpen() {
		blocks = append(blocks, mailview.Quote{Text: r.StatusNotes, By: name})
	}
	subject := subjectOf(l.Plain(), r, act)
	reply := ""
	if own && (act == ActAsk || act == ActMessage) {
		if reply = s.ReplyAddress(r, s.ReplyDomain); reply != "" {
			blocks = append(blocks, mailview.Paragraph(l.T("You can answer this mail: your answer reaches those who work on your request.")))
		}
	}
	m := mail.Message{ReplyTo: reply, Key: key, To: to, Lang: lang, Subject: subject, Kind: newsKind, UnsubscribeURL: s.Post.UnsubscribeURL(to, newsKind)}
	letter := mailview.Letter{
		Frame:  mailview.Frame{Lang: lang, Title: subject, Preview: v.Name.In(lang), Sender: name, HomeURL: home + "/spaces/" + r.Authority, Why: why, StopLabel: l.T("Stop these mails"), StopURL: m.UnsubscribeURL},
		Blocks: append(blocks, facts, see),
	}
	if s.Demo {
		letter.Demo = l.T("This is a demonstration. Nothing here is real.")
	}
	if m.HTML, m.Text, err = letter.Render(ctx); err != nil {
		return err
	}
	return s.Post.Queue(ctx, m)
}

// subjectOf is what a mail is about, in one line.
func subjectOf(l *i18n.Locale, r Request, act Act) string {
	switch act {
	case ActFile:
		return l.T("Request {reference} is received", "reference", r.Reference)
	case ActAsk:
		return l.T("Request {reference}: we need an answer from you", "reference", r.Reference)
	case ActMessage:
		return l.T("Request {reference}: you have a message", "reference", r.Reference)
	case ActInquire:
		return l.T("Request {reference}: was it solved?", "reference", r.Reference)
	}
	return l.T("Request {reference}: {state}", "reference", r.Reference, "state", l.T(StateLabel(r.State)))
}

func sentenceOf(l *i18n.Locale, r Request, act Act) string {
	switch act {
	case ActFile:
		return l.T("Keep the number and the secret code from your receipt: with both you follow the request and answer.")
	case ActAsk:
		return l.T("Something is missing to go on. The period stands still until you answer.")
	case ActMessage:
		return l.T("The Citizen Space wrote to you. Read the message on the page of the request.")
	case ActInquire:
		return l.T("The municipality says that it is done. Tell us whether it is: your answer counts, and one click reopens the request.")
	}
	return l.T("It has come to an end. On its page you read why, say whether it was solved, and reopen it if it was not.")
}
