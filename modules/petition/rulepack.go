package petition

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
)

// PackLaw answers Law's questions by the rule packs.
type PackLaw struct{ Packs *law.Packs }

var _ Law = PackLaw{}

func (l PackLaw) pack(a Authority) *law.Pack { return l.Packs.For(a.Country, a.Level) }

// Threshold returns the figure for the authority's population, with the least
// number from each province where the pack asks for a spread. An association's
// petition rests on the association's conditions: it needs no signatures.
func (l PackLaw) Threshold(_ context.Context, a Authority, kind Kind, on time.Time) (Threshold, error) {
	pack := l.pack(a)
	if kind == Association {
		return Threshold{Source: Source{Text: pack.Title.EN, Names: pack.Title, Verified: true}}, nil
	}
	f := pack.Threshold(a.Population, a.Arrondissements, on)
	t := Threshold{Signatures: int64(f.Value), Source: source(f.Citation)}
	if least, _, spread := pack.SubunitMinimum(f.Value, on); spread && len(a.Subunits) > 0 {
		t.PerSubunit, t.Subunits = int64(least), slices.Clone(a.Subunits)
	}
	return t, nil
}

// source freezes a citation.
func source(c law.Citation) Source {
	name := c.Law
	if name.IsZero() {
		name = c.Source
	}
	return Source{Article: c.Article, Text: name.EN, Names: name, URL: c.URL, Verified: c.Verified, Platform: c.Platform, ValidFrom: c.ValidFrom}
}

// Periods returns the pack's periods.
func (l PackLaw) Periods(_ context.Context, a Authority, on time.Time) (Periods, error) {
	pack := l.pack(a)
	figure := func(name law.FigureName) law.Figure {
		f, _ := pack.Figure(name, on) // the schema asks every pack for these
		return f
	}
	reply := figure(law.RefusalPeriod)
	return Periods{
		CollectMonths: figure(law.CollectionPeriod).Value, MaxCollectMonths: figure(law.CollectionMaximum).Value,
		ReplyMonths: reply.Value, ReplySource: source(reply.Citation), KeepMonths: figure(law.SignatureRetention).Value,
	}, nil
}

// Book returns the pack's conditions, what its list holds, and the appeal.
func (l PackLaw) Book(_ context.Context, a Authority, on time.Time) (Book, error) {
	pack := l.pack(a)
	b := Book{Right: pack.PetitionRight, Numbers: law.NoNumber}
	if reply, ok := pack.Figure(law.RefusalPeriod, on); ok {
		b.ReplyIn, b.Reply = reply.Value, source(reply.Citation)
	}
	if pack.List != nil {
		b.Numbers, b.List = pack.List.Numbers, source(pack.List.Citation)
	}
	if pack.Appeal != nil {
		b.AppealTo, b.Appeal = pack.Appeal.To, source(pack.Appeal.Citation)
	}
	if days, ok := pack.Figure(law.AppealPeriod, on); ok {
		b.AppealDays = days.Value
	}
	if years, ok := pack.Figure(law.AssociationAge, on); ok {
		b.AssociationYears, b.Association = years.Value, source(years.Citation)
	}
	for _, c := range pack.Conditions {
		b.Conditions = append(b.Conditions, Condition{Code: c.Code, Of: c.Of, Text: c.Text, Source: source(c.Citation)})
	}
	return b, nil
}

// Counts judges a signature. In a region it counts in the province where the
// person lives, as the law spreads signatories by actual residence; somebody
// who only works in the region counts in the total alone.
func (l PackLaw) Counts(_ context.Context, a Authority, p Person, on time.Time) (Verdict, error) {
	v := l.pack(a).CountsTowards(law.Signer{Residence: p.Residence, Works: p.Works, BirthYear: p.BirthYear, Level: p.Level}, a.ID, on)
	out := Verdict{Valid: v.Counts}
	for _, reason := range v.Reasons {
		out.Reasons = append(out.Reasons, string(reason))
	}
	for _, place := range p.Residence {
		if slices.Contains(a.Subunits, place) {
			out.Subunit = place
		}
	}
	return out, nil
}

// Unmet checks of an association what the platform can know: its age, and a
// seat or branch in the territory. The rest is for the authority to check.
func (l PackLaw) Unmet(_ context.Context, a Authority, o Organisation, on time.Time) ([]string, error) {
	pack := l.pack(a)
	var unmet []string
	if age, asked := pack.Figure(law.AssociationAge, on); asked {
		zone := clock.Zone(a.Country)
		if o.FoundedAt.IsZero() || clock.AddMonths(o.FoundedAt.In(zone), 12*age.Value).After(on) {
			unmet = append(unmet, i18n.Msg("The association is not old enough for the law"))
		}
	}
	seated := slices.ContainsFunc(pack.ConditionsOf(law.OfAssociation), func(c law.Condition) bool { return c.Code == "seat_or_branch" })
	if seated && !slices.Contains(o.Seats, a.ID) {
		unmet = append(unmet, i18n.Msg("The association has no seat or branch in the territory of this authority"))
	}
	return unmet, nil
}
