package desk

import (
	"context"
	"slices"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// TemplateText is what a template says in one language.
type TemplateText struct {
	Summary string `bson:"summary"`
	Body    string `bson:"body"`
}

// Template is a prepared text for answers, in Arabic, in French or in both.
// Placeholders in it are filled when it is put into an answer.
type Template struct {
	store.Meta `bson:",inline"`
	Authority  string                  `bson:"authority"`
	Name       string                  `bson:"name"` // for the colleagues
	Texts      map[string]TemplateText `bson:"texts"`
	History    []audit.Entry           `bson:"history"`
}

// Limits of templates, in letters; MaxTemplates for each authority.
const (
	MaxTemplateName    = 100
	MaxTemplateSummary = 250
	MaxTemplateBody    = 8000
	MaxTemplates       = 100
)

// TemplateLangs are the languages of answers.
var TemplateLangs = []string{"ar", "fr"}

// Placeholders are the words that are filled in, in whichever language they
// are written, with what each stands for. They stand in brackets: nobody needs
// to know more than to leave them as they are.
var Placeholders = []struct {
	Key   string
	Words map[string]string // by language
	Label string
}{
	{"title", map[string]string{"ar": "[الموضوع]", "fr": "[objet]", "en": "[title]"}, i18n.Msg("the title of the petition")},
	{"reference", map[string]string{"ar": "[المرجع]", "fr": "[référence]", "en": "[reference]"}, i18n.Msg("its reference")},
	{"date", map[string]string{"ar": "[التاريخ]", "fr": "[date]", "en": "[day]"}, i18n.Msg("the day of today")},
	{"authority", map[string]string{"ar": "[الجهة]", "fr": "[collectivité]", "en": "[authority]"}, i18n.Msg("the name of the authority")},
}

// Fill puts values in the place of placeholders. What a value itself contains
// is not filled again.
func Fill(text string, values map[string]string) string {
	var pairs []string
	for _, p := range Placeholders {
		for _, word := range p.Words {
			pairs = append(pairs, word, values[p.Key])
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// check tidies a template and says what is wrong with it.
func (t *Template) check() error {
	t.Name = strings.Join(strings.Fields(tidy(t.Name)), " ")
	if err := written("name", t.Name, i18n.Msg("Give the template a name"), MaxTemplateName); err != nil {
		return err
	}
	texts := map[string]TemplateText{}
	for _, lang := range TemplateLangs {
		x := TemplateText{Summary: strings.Join(strings.Fields(tidy(t.Texts[lang].Summary)), " "), Body: tidy(t.Texts[lang].Body)}
		if x == (TemplateText{}) {
			continue
		}
		if err := written("body_"+lang, x.Body, i18n.Msg("Write the text, or leave this language out"), MaxTemplateBody); err != nil {
			return err
		}
		if len([]rune(x.Summary)) > MaxTemplateSummary {
			return &InputError{Field: "summary_" + lang, Message: i18n.Msg("Shorten the text to {limit} letters or fewer"), Args: []any{"limit", MaxTemplateSummary}}
		}
		texts[lang] = x
	}
	if len(texts) == 0 {
		return &InputError{Field: "body_" + TemplateLangs[0], Message: i18n.Msg("Write the text in one language at least")}
	}
	t.Texts = texts
	return nil
}

// errNoTemplate hides the templates of others.
var errNoTemplate = fault.New(fault.NotFound, "There is no such template.")

// Templates returns the templates of an authority by name, for those who
// arrange its desk or write its answers.
func (s *Service) Templates(ctx context.Context, who auth.Actor, authority string) ([]Template, error) {
	if !who.Holds(authority, auth.Officer, auth.Councillor, auth.President) {
		return nil, errNotYours
	}
	page, err := s.templates.Find(ctx, store.Query{Index: "authority", Equal: []any{authority}, Limit: MaxTemplates})
	return page.Items, fault.Wrap("desk.Templates", err)
}

// TemplatesOf returns the templates of an authority by name, for a module that has
// decided itself who may use them.
func (s *Service) TemplatesOf(ctx context.Context, authority string) ([]Template, error) {
	page, err := s.templates.Find(ctx, store.Query{Index: "authority", Equal: []any{authority}, Limit: MaxTemplates})
	return page.Items, fault.Wrap("desk.TemplatesOf", err)
}

// Template returns one template; NotFound for those of other authorities.
func (s *Service) Template(ctx context.Context, who auth.Actor, id string) (Template, error) {
	t, err := s.templates.Get(ctx, id)
	if isNotFound(err) || err == nil && !who.Holds(t.Authority, auth.Officer, auth.Councillor, auth.President) {
		return Template{}, errNoTemplate
	}
	return t, fault.Wrap("desk.Template", err)
}

// SaveTemplate writes a template of an authority: a new one, whose id is fresh,
// or the one that is there.
func (s *Service) SaveTemplate(ctx context.Context, who auth.Actor, id string, in Template) (Template, error) {
	if in.Authority == auth.PlatformID || !leads(who, in.Authority) {
		return in, errNotYours
	}
	if err := in.check(); err != nil {
		return in, err
	}
	write := func(t *Template) error {
		if t.Authority != "" && t.Authority != in.Authority {
			return errNoTemplate
		}
		if t.Name == in.Name && sameTexts(t.Texts, in.Texts) {
			return store.ErrUnchanged
		}
		t.Authority, t.Name, t.Texts = in.Authority, in.Name, in.Texts
		t.History = audit.Append(t.History, audit.Entry{
			Subject: "desk:template:" + id, Authority: in.Authority, Act: "desk.template", To: "kept", ActorID: who.PersonID, ActorRole: who.RoleIn(in.Authority), At: s.Clock.Now(),
		})
		return nil
	}
	t, err := s.templates.Update(ctx, id, write)
	if isNotFound(err) {
		if n, err := s.templates.Count(ctx, store.Query{Index: "authority", Equal: []any{in.Authority}}); err != nil || n >= MaxTemplates {
			if err == nil {
				err = &InputError{Field: "name", Message: i18n.Msg("There are {limit} templates already: delete one first"), Args: []any{"limit", MaxTemplates}}
			}
			return in, err
		}
		t = Template{Meta: store.Meta{ID: id}}
		_ = write(&t) // a fresh one differs from anything
		if err = s.templates.Insert(ctx, t); isConflict(err) {
			t, err = s.templates.Update(ctx, id, write)
		}
	}
	if err != nil {
		return in, fault.Wrap("desk.SaveTemplate", err)
	}
	return t, fault.Wrap("desk.SaveTemplate", s.Audit.Record(ctx, t.History...))
}

func sameTexts(a, b map[string]TemplateText) bool {
	return len(a) == len(b) && !slices.ContainsFunc(TemplateLangs, func(l string) bool { return a[l] != b[l] })
}

// DeleteTemplate deletes a template. That it was there, and who deleted it,
// stays in the audit; answers that were written with it keep their text.
func (s *Service) DeleteTemplate(ctx context.Context, who auth.Actor, id string) error {
	t, err := s.Template(ctx, who, id)
	if err != nil {
		return err
	}
	if !leads(who, t.Authority) {
		return errNotYours
	}
	history := audit.Append(t.History, audit.Entry{
		Subject: "desk:template:" + id, Authority: t.Authority, Act: "desk.template_delete", From: "kept", ActorID: who.PersonID, ActorRole: who.RoleIn(t.Authority), At: s.Clock.Now(),
	})
	if err := s.Audit.Record(ctx, history...); err != nil {
		return fault.Wrap("desk.DeleteTemplate", err)
	}
	err = s.templates.Delete(ctx, id)
	if isNotFound(err) {
		return nil
	}
	return fault.Wrap("desk.DeleteTemplate", err)
}
