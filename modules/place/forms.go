package place

import (
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/placeview"
	"musharaka/views/ui"
)

type contactForm struct {
	FunctionAR string `form:"function_ar" validate:"max=120,plain"`
	FunctionFR string `form:"function_fr" validate:"max=120,plain"`
	AddressAR  string `form:"address_ar,text" validate:"max=300"`
	AddressFR  string `form:"address_fr,text" validate:"max=300"`
	Phone      string `form:"phone" validate:"omitempty,phone"`
	Mail       string `form:"mail" validate:"omitempty,email,max=200"`
	HoursAR    string `form:"hours_ar" validate:"max=200"`
	HoursFR    string `form:"hours_fr" validate:"max=200"`
}

func (f contactForm) contact() Contact {
	return Contact{Function: Text{f.FunctionAR, f.FunctionFR}, Address: Text{f.AddressAR, f.AddressFR}, Phone: form.Digits(f.Phone), Mail: f.Mail, Hours: Text{f.HoursAR, f.HoursFR}}
}

func (f contactForm) typed() placeview.ContactForm {
	typed := contactTyped(f.contact())
	typed.Phone = f.Phone
	return typed
}

// contactTyped shows a contact that is stored as if it had been typed.
func contactTyped(c Contact) placeview.ContactForm {
	return placeview.ContactForm{Function: placeview.Both(c.Function), Address: placeview.Both(c.Address), Phone: c.Phone, Mail: c.Mail, Hours: placeview.Both(c.Hours)}
}

type bodyForm struct {
	Kind   string    `form:"kind" validate:"required"`
	Since  form.Date `form:"since" validate:"omitempty,date"`
	NoteAR string    `form:"note_ar" validate:"max=200,plain"`
	NoteFR string    `form:"note_fr" validate:"max=200,plain"`
}

// body returns what the form says; since is the start of its day in the
// country's zone.
func (f bodyForm) body(country string) Body {
	b := Body{Kind: law.BodyKind(f.Kind), Note: Text{f.NoteAR, f.NoteFR}}
	if t, ok := f.Since.In(clock.Zone(country)); ok {
		b.Since = t.UTC()
	}
	return b
}

func (f bodyForm) typed(c *web.Ctx, pack *law.Pack) placeview.BodyForm {
	return placeview.BodyForm{Kind: f.Kind, Kinds: bodyOptions(c, pack), Day: f.Since.Day, Month: f.Since.Month, Year: f.Since.Year, Note: placeview.Both{AR: f.NoteAR, FR: f.NoteFR}}
}

// bodyTyped shows a body that is stored as if it had been typed.
func bodyTyped(c *web.Ctx, b Body, pack *law.Pack) placeview.BodyForm {
	out := placeview.BodyForm{Kind: string(b.Kind), Kinds: bodyOptions(c, pack), Note: placeview.Both(b.Note)}
	if !b.Since.IsZero() {
		t := b.Since.In(clock.Zone(pack.Country))
		out.Day, out.Month, out.Year = t.Format("2"), t.Format("1"), t.Format("2006")
	}
	return out
}

func bodyOptions(c *web.Ctx, pack *law.Pack) []ui.Option {
	options := make([]ui.Option, len(pack.Bodies.Allowed))
	for i, kind := range pack.Bodies.Allowed {
		options[i] = ui.Option{Value: string(kind), Label: c.T(kind.Name(pack.Country))}
	}
	return options
}

type privacyForm struct {
	Receipt     string `form:"receipt" validate:"max=60,plain"`
	RetentionAR string `form:"retention_ar,text" validate:"max=500"`
	RetentionFR string `form:"retention_fr,text" validate:"max=500"`
}

func (f privacyForm) privacy() Privacy {
	return Privacy{Receipt: f.Receipt, Retention: Text{f.RetentionAR, f.RetentionFR}}
}

type lookForm struct {
	Accent string `form:"accent" validate:"max=9"`
}

type reasonForm struct {
	Reason string `form:"reason" validate:"required,max=200,plain"`
}

// Messages words what the common sentences do not say well.
func (reasonForm) Messages() map[string]string {
	return map[string]string{"reason.required": "Give a reason."}
}

// Messages words what the common sentences do not say well.
func (bodyForm) Messages() map[string]string {
	return map[string]string{"kind.required": "Choose the body that decides."}
}

// events is an authority's history, newest first, as its desk shows it.
func events(c *web.Ctx, a Authority) []ui.Event {
	var out []ui.Event
	for i := len(a.History) - 1; i >= 0 && len(out) < 20; i-- {
		e := a.History[i]
		out = append(out, ui.Event{At: e.At.Truncate(time.Second), Title: c.T(actWords[act(e.Act)]), Text: e.Reason, State: ui.Past})
	}
	return out
}
