package association

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// CampaignState is where a campaign stands.
type CampaignState string

// The states of a campaign.
const (
	Running CampaignState = "running"
	Ended   CampaignState = "ended"  // by its association, or with the petition's collection
	Unseen  CampaignState = "hidden" // by an officer, with a reason
)

// CampaignStates are the states in words.
var CampaignStates = map[CampaignState]string{
	Running: i18n.Msg("Campaign under way"), Ended: i18n.Msg("Campaign ended"), Unseen: i18n.Msg("Campaign not shown"),
}

// Goal is how many signatures a campaign wants by a day.
type Goal struct {
	Signatures int64     `bson:"signatures" json:"signatures"`
	By         time.Time `bson:"by,omitempty" json:"by,omitzero"`
	ReachedAt  time.Time `bson:"reached,omitempty" json:"reached_at,omitzero"` // when it was noticed, to within minutes
}

// Campaign is one association's work to make a petition known.
type Campaign struct {
	store.Meta  `bson:",inline"` // the code of its short link
	Association string           `bson:"association" json:"association"`
	Petition    string           `bson:"petition" json:"petition"`
	Authority   string           `bson:"authority" json:"authority"` // of the petition
	Title       Text             `bson:"title" json:"title"`         // in at least one language
	Appeal      Text             `bson:"appeal" json:"appeal"`       // why to sign, in the association's words
	Goals       []Goal           `bson:"goals" json:"goals"`         // rising
	State       CampaignState    `bson:"state" json:"state"`
	BegunAt     time.Time        `bson:"begun" json:"begun_at"`
	EndsAt      time.Time        `bson:"ends" json:"ends_at"` // of the petition's collection, as far as known
	EndedAt     time.Time        `bson:"ended,omitempty" json:"ended_at,omitzero"`
	History     []audit.Entry    `bson:"history" json:"-"`
}

// Limits of a campaign.
const (
	MaxTitle     = 120
	MaxAppeal    = 600
	MaxGoals     = 5
	maxCampaigns = 200 // of one petition, ever: each is a number in its tally
	maxRunning   = 3   // of one association for one petition
	codeLetters  = 7
)

const (
	actLaunch act = "association.campaign_launch"
	actRework act = "association.campaign_change"
	actEnd    act = "association.campaign_end"
	actHide   act = "association.campaign_hide"
	actShow   act = "association.campaign_show"
)

var campaignActNames = map[act]string{
	actLaunch: i18n.Msg("Campaign of an association launched"), actRework: i18n.Msg("Campaign of an association changed"),
	actEnd: i18n.Msg("Campaign of an association ended"), actHide: i18n.Msg("Campaign of an association taken out of sight"),
	actShow: i18n.Msg("Campaign of an association shown again"),
}

// campaigner and warden are what somebody is to a campaign, beside the platform
// itself, which ends what is over.
const (
	campaigner role = "campaigner" // a delegate with the scope
	warden     role = "warden"     // an officer of the petition's authority
	platform   role = "platform"
)

// campaignMoves is who may do what to a campaign in which state.
var campaignMoves = []struct {
	from   CampaignState
	act    act
	by     []role
	to     CampaignState
	reason bool
}{
	{"", actLaunch, []role{campaigner}, Running, false},
	{Running, actRework, []role{campaigner}, Running, false},
	{Running, actEnd, []role{campaigner, platform}, Ended, false},
	{Running, actHide, []role{warden}, Unseen, true},
	{Ended, actHide, []role{warden}, Unseen, true},
	{Unseen, actShow, []role{warden}, Running, false},
}

// CampaignInput is what an association writes of a campaign.
type CampaignInput struct {
	Title, Appeal Text
	Goals         []Goal
}

// check tidies the input; goals rise, and each is wanted by a day that is not past.
func (in *CampaignInput) check(now time.Time) error {
	in.Title, in.Appeal = in.Title.tidy(), in.Appeal.tidy()
	in.Goals = slices.DeleteFunc(slices.Clone(in.Goals), func(g Goal) bool { return g.Signatures == 0 })
	slices.SortFunc(in.Goals, func(a, b Goal) int { return cmp.Compare(a.Signatures, b.Signatures) })
	switch {
	case in.Title.IsZero():
		return &InputError{Field: "title_ar", Message: i18n.Msg("Give the campaign a name in Arabic or in French")}
	case tooLong(MaxTitle, in.Title.AR):
		return &InputError{Field: "title_ar", Message: i18n.Msg("Shorten this text")}
	case tooLong(MaxTitle, in.Title.FR):
		return &InputError{Field: "title_fr", Message: i18n.Msg("Shorten this text")}
	case tooLong(MaxAppeal, in.Appeal.AR):
		return &InputError{Field: "appeal_ar", Message: i18n.Msg("Shorten this text")}
	case tooLong(MaxAppeal, in.Appeal.FR):
		return &InputError{Field: "appeal_fr", Message: i18n.Msg("Shorten this text")}
	case len(in.Goals) == 0:
		return &InputError{Field: "goal1", Message: i18n.Msg("Set at least one goal: a number of signatures")}
	}
	for i, g := range in.Goals {
		if g.Signatures < 1 || g.Signatures > 10_000_000 || i > 0 && g.Signatures == in.Goals[i-1].Signatures {
			return &InputError{Field: "goal1", Message: i18n.Msg("Each goal is another number, from 1 on")}
		}
		if !g.By.IsZero() && g.By.Before(now) {
			return &InputError{Field: "goal1-by", Message: i18n.Msg("Give a day that is not past")}
		}
	}
	return nil
}

var errMayNotCampaign = fault.New(fault.Forbidden, "You have no mandate to run campaigns for this association.")

// Launch begins a campaign for a petition that collects signatures. Its code is
// new and short.
func (s *Service) Launch(ctx context.Context, who auth.Actor, petitionID, associationID string, in CampaignInput) (Campaign, error) {
	if !who.SignedIn() {
		return Campaign{}, errSignIn
	}
	if !s.MayAct(ctx, who, associationID, ScopeCampaign) {
		return Campaign{}, errMayNotCampaign
	}
	if err := in.check(s.Clock.Now()); err != nil {
		return Campaign{}, err
	}
	p, err := s.petition(ctx, petitionID)
	if err != nil {
		return Campaign{}, err
	}
	if !p.Signable {
		return Campaign{}, errNotCollecting
	}
	if err := s.room(ctx, petitionID, associationID); err != nil {
		return Campaign{}, err
	}
	c := Campaign{Association: associationID, Petition: p.ID, Authority: p.Authority, Title: in.Title, Appeal: in.Appeal, Goals: in.Goals,
		State: Running, BegunAt: s.Clock.Now(), EndsAt: p.ClosesAt}
	for range 5 { // of a billion codes: a second try is a rarity
		c.ID, c.History = s.Ident.Code(codeLetters), nil
		s.noteCampaign(&c, who, actLaunch, "", "")
		if err = s.campaigns.Insert(ctx, c); !fault.Is(err, fault.Conflict) {
			break
		}
	}
	if err != nil {
		return c, fault.Wrap(string(actLaunch), err)
	}
	return c, s.campaigned(ctx, c)
}

// room refuses a campaign too many.
func (s *Service) room(ctx context.Context, petitionID, associationID string) error {
	all, running := 0, 0
	err := s.campaigns.Each(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Limit: maxCampaigns}, func(c Campaign) error {
		all++
		if c.Association == associationID && c.State == Running {
			running++
		}
		return nil
	})
	if err == nil && (all >= maxCampaigns || running >= maxRunning) {
		err = fault.New(fault.Conflict, "There are many campaigns for this petition already. End one of them first.")
	}
	return err
}

func (s *Service) noteCampaign(c *Campaign, who auth.Actor, what act, from CampaignState, reason string) {
	actor, as := who.PersonID, string(auth.Delegate)
	switch {
	case who.IsSystem():
		actor, as = "", "system"
	case what == actHide || what == actShow:
		as = who.RoleIn(c.Authority)
	}
	c.History = audit.Append(c.History, audit.Entry{
		Subject: "campaign:" + c.ID, Authority: c.Authority, Act: string(what), From: string(from), To: string(c.State), ActorID: actor, ActorRole: as,
		At: s.Clock.Now(), Reason: reason, Public: what != actRework, Details: map[string]string{"association": c.Association},
	})
}

func (s *Service) campaigned(ctx context.Context, c Campaign) error {
	if err := s.Audit.Record(ctx, c.History...); err != nil {
		return err
	}
	return s.refresh(ctx, c.Petition)
}

// campaignRoles are what an actor is to a campaign.
func (s *Service) campaignRoles(ctx context.Context, who auth.Actor, c Campaign) []role {
	if who.IsSystem() {
		return []role{platform}
	}
	var as []role
	if s.MayAct(ctx, who, c.Association, ScopeCampaign) {
		as = append(as, campaigner)
	}
	if who.Holds(c.Authority, auth.Officer) || who.Holds(auth.PlatformID, auth.Administrator) {
		as = append(as, warden)
	}
	return as
}

func (s *Service) actOnCampaign(ctx context.Context, who auth.Actor, id string, what act, reason string, change func(*Campaign)) (Campaign, error) {
	before, err := s.campaigns.Get(ctx, id)
	if isNotFound(err) {
		return before, errNoCampaign
	}
	if err != nil {
		return before, fault.Wrap(string(what), err)
	}
	as, reason := s.campaignRoles(ctx, who, before), strings.TrimSpace(reason)
	c, err := s.campaigns.Update(ctx, id, func(c *Campaign) error {
		ever := false
		for _, m := range campaignMoves {
			if m.act != what || !slices.ContainsFunc(m.by, func(r role) bool { return slices.Contains(as, r) }) {
				continue
			}
			ever = true
			if m.from != c.State {
				continue
			}
			if m.reason && reason == "" {
				return fault.New(fault.Invalid, "Give a reason.")
			}
			from := c.State
			c.State = m.to
			if change != nil {
				change(c)
			}
			s.noteCampaign(c, who, what, from, reason)
			return nil
		}
		if !ever {
			return errMayNotCampaign
		}
		return fault.New(fault.Conflict, "This campaign has changed meanwhile. Open the page again.")
	})
	if err != nil {
		return c, fault.Wrap(string(what), err)
	}
	return c, s.campaigned(ctx, c)
}

var errNoCampaign = fault.New(fault.NotFound, "There is no such campaign, or it is not shown.")

// Rework changes what a running campaign says and wants. A goal that was
// reached stays so.
func (s *Service) Rework(ctx context.Context, who auth.Actor, id string, in CampaignInput) (Campaign, error) {
	if err := in.check(time.Time{}); err != nil { // a day set before may be past by now
		return Campaign{}, err
	}
	return s.actOnCampaign(ctx, who, id, actRework, "", func(c *Campaign) {
		for i := range in.Goals {
			if j := slices.IndexFunc(c.Goals, func(g Goal) bool { return g.Signatures == in.Goals[i].Signatures }); j >= 0 {
				in.Goals[i].ReachedAt = c.Goals[j].ReachedAt
			}
		}
		c.Title, c.Appeal, c.Goals = in.Title, in.Appeal, in.Goals
	})
}

// End ends a campaign: its link leads to the petition from then on, and no
// signature is attributed to it any more.
func (s *Service) End(ctx context.Context, who auth.Actor, id string) (Campaign, error) {
	return s.actOnCampaign(ctx, who, id, actEnd, "", func(c *Campaign) { c.EndedAt = s.Clock.Now() })
}

// HideCampaign takes a campaign out of sight, with a reason; its link leads to
// the petition.
func (s *Service) HideCampaign(ctx context.Context, who auth.Actor, id, reason string) (Campaign, error) {
	return s.actOnCampaign(ctx, who, id, actHide, reason, nil)
}

// ShowCampaign brings a hidden one back.
func (s *Service) ShowCampaign(ctx context.Context, who auth.Actor, id string) (Campaign, error) {
	return s.actOnCampaign(ctx, who, id, actShow, "", nil)
}

// Campaign returns a campaign as everybody may see it; NotFound for a hidden
// one, unless the actor may bring it back.
func (s *Service) Campaign(ctx context.Context, who auth.Actor, id string) (Campaign, error) {
	c, err := s.campaigns.Get(ctx, strings.ToLower(id))
	if isNotFound(err) || err == nil && c.State == Unseen && len(s.campaignRoles(ctx, who, c)) == 0 {
		return Campaign{}, errNoCampaign
	}
	return c, fault.Wrap("association.Campaign", err)
}

// Attributes returns the id of the campaign to which a signature of a petition
// may be attributed now by this code: it runs, and is for that petition. "" for
// none.
func (s *Service) Attributes(ctx context.Context, petitionID, code string) (string, error) {
	c, err := s.campaigns.Get(ctx, strings.ToLower(code))
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) || err == nil && (c.Petition != petitionID || c.State != Running) {
		return "", nil
	}
	return c.ID, err
}

// CampaignsOf returns all campaigns of a petition, in the order in which they
// began; there are at most maxCampaigns.
func (s *Service) CampaignsOf(ctx context.Context, petitionID string) ([]Campaign, error) {
	page, err := s.campaigns.Find(ctx, store.Query{Index: "petition", Equal: []any{petitionID}, Limit: maxCampaigns})
	return page.Items, err
}

// CampaignsBy pages through the campaigns of an association, newest first.
func (s *Service) CampaignsBy(ctx context.Context, associationID, after string, limit int) (store.Page[Campaign], error) {
	return s.campaigns.Find(ctx, store.Query{Index: "association", Equal: []any{associationID}, Desc: true, After: after, Limit: limit})
}

// tick notes the goals that running campaigns have reached, and ends those
// whose petition no longer collects.
func (s *Service) tick(ctx context.Context) error {
	return s.campaigns.Each(ctx, store.Query{Index: "state", Equal: []any{string(Running)}, Limit: 100}, func(c Campaign) error {
		n, err := s.Petitions.Attributed(ctx, c.Petition, c.ID)
		if err != nil {
			return err
		}
		if c.reached(n, s.Clock.Now()) {
			after, err := s.campaigns.Update(ctx, c.ID, func(c *Campaign) error {
				if !c.reached(n, s.Clock.Now()) {
					return store.ErrUnchanged
				}
				return nil
			})
			if err != nil {
				return err
			}
			if err := s.refresh(ctx, after.Petition); err != nil {
				return err
			}
		}
		p, err := s.Petitions.Petition(ctx, c.Petition)
		if err != nil && !isNotFound(err) {
			return err
		}
		if err == nil && p.Signable {
			return nil
		}
		if _, err = s.End(ctx, auth.System, c.ID); fault.Is(err, fault.Conflict) { // its association was faster
			err = nil
		}
		return err
	})
}

// reached marks the goals that n signatures reach, and reports whether one is new.
func (c *Campaign) reached(n int64, now time.Time) bool {
	fresh := false
	c.Goals = slices.Clone(c.Goals)
	for i, g := range c.Goals {
		if g.ReachedAt.IsZero() && n >= g.Signatures {
			c.Goals[i].ReachedAt, fresh = now, true
		}
	}
	return fresh
}

// NextGoal is the first goal that n signatures do not reach; false when all are.
func (c Campaign) NextGoal(n int64) (Goal, bool) {
	for _, g := range c.Goals {
		if n < g.Signatures {
			return g, true
		}
	}
	return Goal{}, false
}
