package petition

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
)

// The shapes of the open data. They are those of the petitions of the UK
// Parliament (domain: github.com/alphagov/e-petitions), so that tools written
// for it read ours; what it has no place for stands beside under names of our
// own. The mapping:
//
//   - action is the object, background what is asked, additional_details the
//     reasons and the aims, all in the language the petition was written in;
//     texts has every language.
//   - state is "open" while signatures are taken, "rejected" when moderation
//     refused it, else "closed"; status is the precise state.
//   - signature_count counts every supporter; valid_signature_count those that
//     count towards the threshold.
//   - government_response is the council's answer, debate the session.
//   - departments is the authority; signatures_by_region are valid signatures
//     by province, for petitions to regions. There are no constituencies, and
//     residence by country is not kept, so those lists are empty.
//
// Nobody's name stands here that its owner did not make public.

// DataLinks are the addresses of pages of a list. Lists are paged by cursor:
// there is no last page to link to, and none is made up.
type DataLinks struct {
	Self  string  `json:"self"`
	First *string `json:"first"`
	Last  *string `json:"last"`
	Next  *string `json:"next"`
	Prev  *string `json:"prev"`
}

// DataList is a page of petitions.
type DataList struct {
	Links DataLinks      `json:"links"`
	Data  []DataPetition `json:"data"`
}

// DataOne is one petition.
type DataOne struct {
	Links struct {
		Self string `json:"self"`
	} `json:"links"`
	Data DataPetition `json:"data"`
}

// DataSelf is the address of one petition of a list.
type DataSelf struct {
	Self string `json:"self"`
}

// DataPetition is a petition as open data.
type DataPetition struct {
	Type       string         `json:"type"` // "petition"
	ID         string         `json:"id"`
	Links      *DataSelf      `json:"links,omitempty"`
	Attributes DataAttributes `json:"attributes"`
}

// DataAttributes is what is known of a petition.
type DataAttributes struct {
	Action                       string           `json:"action"`
	Background                   string           `json:"background"`
	AdditionalDetails            string           `json:"additional_details"`
	CommitteeNote                *string          `json:"committee_note"`
	State                        string           `json:"state"`
	SignatureCount               int64            `json:"signature_count"`
	ClosingDate                  *string          `json:"closing_date,omitempty"` // open ones only
	CreatedAt                    *time.Time       `json:"created_at"`
	UpdatedAt                    *time.Time       `json:"updated_at"`
	RejectedAt                   *time.Time       `json:"rejected_at"`
	OpenedAt                     *time.Time       `json:"opened_at"`
	ClosedAt                     *time.Time       `json:"closed_at"`
	ModerationThresholdReachedAt *time.Time       `json:"moderation_threshold_reached_at"`
	ResponseThresholdReachedAt   *time.Time       `json:"response_threshold_reached_at"`
	GovernmentResponseAt         *time.Time       `json:"government_response_at"`
	DebateThresholdReachedAt     *time.Time       `json:"debate_threshold_reached_at"`
	DebateScheduledOn            *string          `json:"debate_scheduled_on"`
	ScheduledDebateDate          *string          `json:"scheduled_debate_date"`
	DebateOutcomeAt              *time.Time       `json:"debate_outcome_at"`
	CreatorName                  *string          `json:"creator_name,omitempty"` // open ones only, and if public
	Rejection                    *DataRejection   `json:"rejection"`
	GovernmentResponse           *DataResponse    `json:"government_response"`
	Debate                       *DataDebate      `json:"debate"`
	Departments                  []DataDepartment `json:"departments"`
	Topics                       []string         `json:"topics"`
	SignaturesByCountry          []DataPlaceCount `json:"signatures_by_country"`
	SignaturesByConstituency     []DataPlaceCount `json:"signatures_by_constituency"`
	SignaturesByRegion           []DataPlaceCount `json:"signatures_by_region"`
	OtherParliamentaryBusiness   []DataBusiness   `json:"other_parliamentary_business"`
	Reference                    string           `json:"reference"`
	Status                       State            `json:"status"`
	Authority                    string           `json:"authority"` // place id
	Country                      string           `json:"country"`
	Kind                         Kind             `json:"kind"`
	Association                  *string          `json:"association"`
	Language                     string           `json:"language"` // of the original
	Texts                        map[string]Text  `json:"texts"`
	ValidSignatureCount          int64            `json:"valid_signature_count"`
	PaperSignatureCount          int64            `json:"paper_signature_count"`
	InvalidatedSignatureCount    int64            `json:"invalidated_signature_count"`
	Threshold                    *DataThreshold   `json:"threshold"`
	ResponseDueAt                *time.Time       `json:"response_due_at"`
}

// DataThreshold is what the law asks for, with where it says so.
type DataThreshold struct {
	Signatures int64  `json:"signatures"`
	PerRegion  int64  `json:"per_region"` // in each of the provinces; 0 when not asked for
	Article    string `json:"article"`
	Source     string `json:"source"`
	Verified   bool   `json:"verified"`
}

// DataRejection says why moderation refused a petition.
type DataRejection struct {
	Code    RejectionCode `json:"code"`
	Details string        `json:"details"`
}

// DataResponse is the council's answer.
type DataResponse struct {
	RespondedOn string    `json:"responded_on"`
	Summary     string    `json:"summary"`
	Details     string    `json:"details"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Decision    string    `json:"decision"`
}

// DataDebate is the session that dealt with it.
type DataDebate struct {
	DebatedOn           string  `json:"debated_on"`
	TranscriptURL       *string `json:"transcript_url"`
	VideoURL            *string `json:"video_url"`
	DebatePackURL       *string `json:"debate_pack_url"`
	PublicEngagementURL *string `json:"public_engagement_url"`
	DebateSummaryURL    *string `json:"debate_summary_url"`
	Overview            string  `json:"overview"`
}

// DataDepartment is the authority it is addressed to.
type DataDepartment struct {
	Acronym *string `json:"acronym"`
	Name    string  `json:"name"`
	URL     string  `json:"url"`
}

// DataPlaceCount is how many valid signatures come from a place.
type DataPlaceCount struct {
	Name           string `json:"name"`
	Code           string `json:"code"`
	SignatureCount int64  `json:"signature_count"`
}

// DataBusiness is an act of its public timeline.
type DataBusiness struct {
	Subject    string `json:"subject"` // the act
	Body       string `json:"body"`    // its reason
	OccurredOn string `json:"occurred_on"`
}

// data returns a petition as open data. names says what places are called, and
// now whether signatures are taken.
func (p Petition) data(t Tally, names func(place string) string, address func(path string) string, now time.Time) DataPetition {
	p = p.Public()
	lang := p.Lang("")
	if len(p.Langs) > 0 {
		lang = p.Langs[0]
	}
	text, zone := p.Texts[lang], clock.Zone(p.Country)
	a := DataAttributes{
		Action: text.Object, Background: text.Ask, AdditionalDetails: strings.TrimSpace(text.Reasons + "\n\n" + text.Aims),
		State: p.dataState(now), SignatureCount: t.Supporters, CreatedAt: moment(p.CreatedAt), UpdatedAt: moment(p.ChangedAt),
		OpenedAt: moment(p.PublishedAt), ResponseThresholdReachedAt: moment(p.ThresholdAt), GovernmentResponseAt: moment(p.AnsweredAt),
		DebateScheduledOn: date(p.Legal.SessionAt, zone), ScheduledDebateDate: date(p.Legal.SessionAt, zone),
		Departments: []DataDepartment{{Name: names(p.Authority), URL: address("/places/" + p.Authority)}},
		Topics:      append([]string{p.Theme}, p.Tags...), SignaturesByCountry: []DataPlaceCount{}, SignaturesByConstituency: []DataPlaceCount{},
		SignaturesByRegion: []DataPlaceCount{}, OtherParliamentaryBusiness: []DataBusiness{},
		Reference: p.Reference, Status: p.State, Authority: p.Authority, Country: p.Country, Kind: p.Kind, Association: optional(p.OrgName),
		Language: lang, Texts: p.Texts, ValidSignatureCount: t.Valid, PaperSignatureCount: t.Paper, InvalidatedSignatureCount: t.Void,
		ResponseDueAt: moment(p.AnswerDueAt),
	}
	if a.Texts == nil {
		a.Texts = map[string]Text{}
	}
	switch a.State {
	case dataOpen:
		a.ClosingDate, a.CreatorName = date(p.ClosesAt, zone), optional(p.AgentName())
	case dataClosed:
		a.ClosedAt = moment(earliest(p.ClosesAt, p.EndedAt))
	}
	if x := p.Threshold; x.Signatures > 0 {
		a.Threshold = &DataThreshold{Signatures: x.Signatures, PerRegion: x.PerSubunit, Article: x.Source.Article, Source: x.Source.Text, Verified: x.Source.Verified}
	}
	if r := p.Rejection; r != nil {
		a.RejectedAt, a.Rejection = moment(r.At), &DataRejection{Code: r.Code, Details: r.Reasons}
	}
	a.GovernmentResponse = p.response(lang, zone)
	for _, id := range p.Threshold.Subunits {
		a.SignaturesByRegion = append(a.SignaturesByRegion, DataPlaceCount{Name: names(id), Code: id, SignatureCount: t.Subunits[id]})
	}
	for _, e := range p.History {
		a.OtherParliamentaryBusiness = append(a.OtherParliamentaryBusiness, DataBusiness{Subject: strings.TrimPrefix(e.Act, "petition."), Body: e.Reason, OccurredOn: *date(e.At, zone)})
		if e.To == string(Deliberated) && e.From != e.To {
			a.DebateOutcomeAt = moment(e.At)
			a.Debate = &DataDebate{DebatedOn: *date(cmp.Or(p.Legal.SessionAt, e.At), zone), Overview: p.Legal.Decision}
		}
	}
	return DataPetition{Type: "petition", ID: p.ID, Attributes: a}
}

func (p Petition) response(lang string, zone *time.Location) *DataResponse {
	v, ok := p.Answer.Shown()
	if !ok {
		return nil
	}
	text := v.Text(lang)
	return &DataResponse{RespondedOn: *date(v.PublishedAt, zone), Summary: text.Summary, Details: text.Body,
		CreatedAt: v.DraftedAt.UTC(), UpdatedAt: v.PublishedAt.UTC(), Decision: v.Decision}
}

// The states of the UK's petitions that readers see.
const (
	dataOpen     = "open"
	dataClosed   = "closed"
	dataRejected = "rejected"
)

func (p Petition) dataState(now time.Time) string {
	switch {
	case p.State == Rejected || p.State == Hidden:
		return dataRejected
	case p.Signable(now):
		return dataOpen
	}
	return dataClosed
}

// moment returns a time for JSON, null for none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// date returns a day where the authority is, null for none.
func date(t time.Time, zone *time.Location) *string {
	if t.IsZero() {
		return nil
	}
	day := t.In(zone).Format(time.DateOnly)
	return &day
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// earliest returns the first of the times that are set.
func earliest(times ...time.Time) time.Time {
	set := slices.DeleteFunc(times, time.Time.IsZero)
	if len(set) == 0 {
		return time.Time{}
	}
	return slices.MinFunc(set, time.Time.Compare)
}
