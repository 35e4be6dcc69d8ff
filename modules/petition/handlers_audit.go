package petition

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// auditForm is the period whose entries are shown.
type auditForm struct {
	From form.Date `form:"from" validate:"omitempty,date"`
	To   form.Date `form:"to" validate:"omitempty,date"`
}

// auditDays is the period that is shown when none is asked for.
const auditDays = 30

// period are the bounds of what is shown: from a moment to before another.
type period struct{ from, to time.Time }

// periodOf reads the bounds as days of a zone. Without a beginning it begins
// auditDays ago.
func periodOf(typed auditForm, now time.Time, zone *time.Location) period {
	var p period
	if day, ok := typed.From.In(zone); ok {
		p.from = day
	} else {
		p.from = clock.StartOfDay(now, zone).AddDate(0, 0, -auditDays)
	}
	if day, ok := typed.To.In(zone); ok {
		p.to = day.AddDate(0, 0, 1) // the whole of the last day
	}
	return p
}

// auditOrgs are the authorities whose audit the actor may read: those of their
// memberships, and all that take part for an observer of the platform.
func (d *Desk) auditOrgs(c *web.Ctx) ([]string, error) {
	orgs := slices.DeleteFunc(c.Actor.OrgsWith(auditRoles...), func(org string) bool { return org == auth.PlatformID })
	if !c.Actor.Holds(auth.PlatformID, auth.Observer) {
		return orgs, nil
	}
	places, err := d.choices.ActivePlaces(c.Std(), c.Locale.Lang())
	for _, p := range places {
		if !slices.Contains(orgs, p.Value) {
			orgs = append(orgs, p.Value)
		}
	}
	return orgs, err
}

// showAudit shows what was done at an authority in a period.
func (d *Desk) showAudit(c *web.Ctx) error {
	orgs, err := d.auditOrgs(c)
	if err != nil {
		return err
	}
	org, nav, err := d.at(c, tabAudit, orgs)
	if err != nil {
		return err
	}
	var typed auditForm
	mistakes, err := form.Query(c.Ctx, &typed)
	if err != nil {
		return err
	}
	c.Wrong(mistakes.Shown(c.Locale))
	v := petitionview.AuditPage{Page: c.Page(c.T("Audit")), Nav: nav, PlaceID: org, Action: c.URL(tabAudit.Path)}
	v.Wide, v.Sheets, v.Nav.Authorities = true, []string{"dossier.css"}, nil // chosen in the form
	if len(orgs) > 1 {
		v.Place = &ui.SelectField{Name: "authority", Label: c.T("Authority"), Value: org}
		for _, tab := range nav.Authorities {
			v.Place.Options = append(v.Place.Options, ui.Option{Value: authorityOf(tab.Href), Label: tab.Label})
		}
	}
	for _, x := range []form.Date{typed.From, typed.To} {
		if !x.Empty() {
			v.Active++
		}
	}
	v.From = ui.DateField{Name: "from", Label: c.T("From"), Day: typed.From.Day, Month: typed.From.Month, Year: typed.From.Year}
	v.To = ui.DateField{Name: "to", Label: c.T("To and with"), Day: typed.To.Day, Month: typed.To.Month, Year: typed.To.Year}
	if err := d.auditRows(c, org, periodOf(typed, c.Now(), clock.Zone(c.Locale.Country())), &v); err != nil {
		return err
	}
	if len(mistakes) > 0 {
		return c.Invalid(petitionview.Audit(v))
	}
	return c.Show(petitionview.Audit(v))
}

// authorityOf reads the authority back from the address of a tab.
func authorityOf(href string) string {
	_, query, _ := strings.Cut(href, "?")
	values, _ := url.ParseQuery(query)
	return values.Get("authority")
}

func (d *Desk) auditRows(c *web.Ctx, org string, p period, v *petitionview.AuditPage) error {
	page, err := d.service.Audit.ByAuthority(c.Std(), org, p.from, p.to, audit.Paging{After: c.Query("after"), Limit: 50})
	if err != nil {
		return err
	}
	var subjects []string
	for _, e := range page.Items {
		subjects = append(subjects, about(e))
	}
	known, err := d.service.Known(c.Std(), c.Actor, subjects)
	if err != nil {
		return err
	}
	v.Table = ui.TableSpec{Caption: c.T("What was done"), HideCaption: true, Head: []ui.Th{
		{Label: c.T("When")}, {Label: c.T("What")}, {Label: c.T("Of what")}, {Label: c.T("State")}, {Label: c.T("In which role")}, {Label: c.T("Reason")},
	}}
	for _, e := range page.Items {
		discreet(c, org)(&e)
		v.Table.Rows = append(v.Table.Rows, d.auditRow(c, e, known))
	}
	v.Period = c.T("From {date} until today, the newest first.", "date", c.Locale.Date(p.from))
	if !p.to.IsZero() {
		v.Period = c.T("From {date} to {last}, the newest first.", "date", c.Locale.Date(p.from), "last", c.Locale.Date(p.to.AddDate(0, 0, -1)))
	}
	query := "?" + auditQuery(c, org).Encode()
	v.CSV = c.URL("/desk/audit.csv") + query
	v.Pages = deskPages(c.URL(tabAudit.Path)+query, c.Query("after"), page.Next)
	return nil
}

// about is the petition that an entry is about: of what is done at the desk,
// the subject of the item ("desk:petition:ID.slot").
func about(e audit.Entry) string {
	if item, ok := strings.CutPrefix(e.Subject, "desk:petition:"); ok {
		id, _, _ := strings.Cut(item, ".")
		return "petition:" + id
	}
	return e.Subject
}

func (d *Desk) auditRow(c *web.Ctx, e audit.Entry, known map[string]Named) []ui.Cell {
	of := ui.Cell{Text: e.Subject[strings.IndexByte(e.Subject, ':')+1:], Ltr: true}
	if n, ok := known[about(e)]; ok {
		of = ui.Cell{Text: n.title(c)}
		if n.Serves {
			of.Href = c.URL("/desk/petitions/" + n.ID)
		} else if n.Public {
			of.Href = c.URL("/petitions/" + n.ID)
		}
	}
	state := ""
	if label := StateLabel(State(e.To)); label != "" && strings.HasPrefix(e.Subject, "petition:") {
		state = c.T(label)
	}
	role := e.ActorRole
	if label := roleLabels[role]; label != "" {
		role = c.T(label)
	}
	what := d.actLabel(c, e.Act)
	if !e.Public {
		what = c.T("{what} · not public", "what", what)
	}
	return []ui.Cell{{Text: c.Locale.DateTime(e.At)}, {Text: what}, of, {Text: orDash(state)}, {Text: role}, {Text: orDash(e.Reason)}}
}

// discreet takes away what an observer may not read: that something was done,
// and when, but not the notes by which an office and an author work on a text.
func discreet(c *web.Ctx, org string) func(*audit.Entry) {
	within := c.Actor.Holds(org, auth.Officer, auth.President)
	return func(e *audit.Entry) {
		if !e.Public && !within {
			e.Reason = ""
		}
	}
}

// title names the petition as far as the reader may know it.
func (n Named) title(c *web.Ctx) string {
	if title := n.Title[shownLang(n.Langs, c.Locale.Lang())]; title != "" {
		return title
	}
	if n.Reference != "" {
		return n.Reference
	}
	return c.T("A draft")
}

// orDash fills the cell of what is not there.
func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// auditQuery is the period as it stands in the address.
func auditQuery(c *web.Ctx, org string) url.Values {
	q := url.Values{"authority": {org}}
	for _, name := range []string{"from-day", "from-month", "from-year", "to-day", "to-month", "to-year"} {
		if value := c.Query(name); value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// auditCSV is the same as a table for a spreadsheet, whole.
func (d *Desk) auditCSV(c *web.Ctx) error {
	orgs, err := d.auditOrgs(c)
	if err != nil {
		return err
	}
	org, _, err := d.at(c, tabAudit, orgs)
	if err != nil {
		return err
	}
	var typed auditForm
	if _, err := form.Query(c.Ctx, &typed); err != nil {
		return err
	}
	zone := clock.Zone(c.Locale.Country())
	p := periodOf(typed, c.Now(), zone)
	var out bytes.Buffer
	if err := d.service.Audit.ExportCSV(c.Std(), &out, org, p.from, p.to, discreet(c, org)); err != nil {
		return err
	}
	last := c.Now()
	if !p.to.IsZero() {
		last = p.to.AddDate(0, 0, -1)
	}
	c.Attachment("audit-" + org + "-" + p.from.Format(time.DateOnly) + "-" + last.In(zone).Format(time.DateOnly) + ".csv")
	c.Set("Content-Type", "text/csv; charset=utf-8")
	return c.Send(out.Bytes())
}
