package ui

import (
	"encoding/json"
	"maps"
	"net/url"
	"strings"
	"time"
)

// Translator speaks to one reader: in their language, with their country's
// words, digits and dates. kit/i18n makes one for each request.
//
// Message ids are whole English sentences; pairs are name, value, name, value …
// for the {name} placeholders in them.
type Translator interface {
	// T translates a sentence.
	T(id string, pairs ...any) string
	// C translates a word whose meaning depends on where it stands: "Open" (state), "Open" (act).
	C(context, id string, pairs ...any) string
	// N translates a sentence that counts; {n} is filled in with n as a formatted number.
	N(one, many string, n int, pairs ...any) string
	// Lang is "ar", "fr" or "en": the first part of every path.
	Lang() string
	// Tag is the BCP 47 tag for the lang attribute, such as "ar-TN".
	Tag() string
	// Dir is "rtl" or "ltr".
	Dir() string
	// Number writes n with the thousands separated.
	Number(n int64) string
	// Percent writes p, where 1 is the whole, as a percentage.
	Percent(p float64) string
	// Money writes an amount of minor units (millimes for TND, centimes for MAD).
	Money(minor int64, currency string) string
	// Date writes a day with its month in words.
	Date(t time.Time) string
	// DateTime writes a day and the time of day.
	DateTime(t time.Time) string
	// Ago says how long before now then was.
	Ago(then, now time.Time) string
	// List joins items as a sentence does: "a, b and c".
	List(items []string) string
}

// Page is what every page of the site has: the frame's contents and the voice
// it speaks with. A page's own struct embeds it, see the package comment.
//
// A public page carries nothing about who is looking: the server keeps one
// copy of it for everybody. Person is for private pages only.
type Page struct {
	// Tr is the reader's translator. Required.
	Tr Translator
	// Asset turns "app.css" into its hashed address. Required.
	Asset func(name string) string

	// Title is the page's own title, without the site's name.
	Title string
	// Description is one or two sentences for search engines and link previews.
	Description string
	// Path is the page's path without the language prefix, such as
	// "/petitions/42"; the links to the other languages are made from it.
	Path string
	// Query is the raw query, kept when the reader switches language.
	Query string
	// BaseURL is scheme and host without a final slash; canonical and preview
	// links are left out when it is empty.
	BaseURL string
	// Canonical is path and query, without language prefix, of the address
	// search engines should keep; empty means Path.
	Canonical string
	// OG is the link preview.
	OG OG
	// Robots is the content of the robots meta element; NoIndex is short for "noindex".
	Robots  string
	NoIndex bool

	// Feed is the address of the page's news as an Atom feed, none when empty.
	Feed string
	// Schema says in schema.org's words what the page is about, for search
	// engines; nil for nothing. It is written as JSON-LD.
	Schema map[string]any

	// Country is "TN", "MA" or "" where it does not matter.
	Country string
	// Nav is the main navigation; Current is the Key of the entry the page belongs to.
	Nav     []NavItem
	Current string
	// Tenant is the municipality, region or network in whose name the page speaks, if any.
	Tenant *Tenant
	// Person is who is signed in, on private pages; on public pages it must be
	// nil, and the optional script fetches the menu instead.
	Person *Person
	// Demo puts the banner on top that says nothing here is real; DemoMails is
	// the path (without the language) where its mails can be read, if there is one.
	Demo      bool
	DemoMails string

	// Flash are messages about what just happened.
	Flash []Flash
	// Errors are the mistakes in the form on this page, in the order of its
	// fields. Layout lists them on top and the fields show theirs beside them.
	Errors []FieldError

	// Sheets are further stylesheets and Scripts further modules of static/, such
	// as "desk.css" or "map.js", for pages that need more than the frame: a
	// petition's page must stay as light as it is.
	Sheets, Scripts []string

	// Wide lets the content use the whole width instead of a reading column.
	Wide bool
	// Bare leaves the width to the page, which lays out full-width bands with Band.
	Bare bool
	// SaveData says that the reader asked to save data: no web font is offered.
	SaveData bool
	// ArabicText says that a page in French or English carries longer Arabic
	// texts and should offer the Arabic font too.
	ArabicText bool
	// Now is the moment the page was made.
	Now time.Time
}

// NavItem is an entry of the main navigation. Href is complete, with the language.
type NavItem struct{ Key, Label, Href string }

// Tenant is the identity of the organisation a page belongs to: data, never code.
type Tenant struct {
	Name    string
	Href    string // the authority's page, linked from the foot of the page
	LogoURL string
	// Stylesheet is the address of the small stylesheet that sets its colour (see AccentCSS).
	Stylesheet string
}

// Person is the signed-in person as the header of a private page shows them.
type Person struct {
	Name  string
	Items []NavItem // the entries of their menu
	// SignOut is the address the sign-out form posts to.
	SignOut string
}

// OG is the Open Graph preview of a page; an empty Type means "website".
type OG struct {
	Title, Type   string
	Image         string // absolute, or a path below BaseURL
	ImageAlt      string
	Width, Height int
}

// Flash is a message about what just happened.
type Flash struct {
	Tone  Tone
	Title string
	Text  string
	Href  string // with LinkText: what one may do next
	Link  string
}

// FieldError is a mistake in a form's field, in a sentence that says what to do.
type FieldError struct {
	Field   string // the field's name
	Message string // translated
}

// Href is the link from the summary to the field.
func (e FieldError) Href() string { return "#" + fieldID(e.Field) }

// Tone is the meaning that a colour carries; the text always says it as well.
type Tone string

// The tones.
const (
	Neutral Tone = "neutral"
	Info    Tone = "info"
	Success Tone = "success"
	Warning Tone = "warning"
	Danger  Tone = "danger"
	Accent  Tone = "accent" // gold: a threshold reached, a commitment made
)

// T translates a sentence for the reader of the page.
func (p Page) T(id string, pairs ...any) string { return p.Tr.T(id, pairs...) }

// C translates a word in a context.
func (p Page) C(context, id string, pairs ...any) string { return p.Tr.C(context, id, pairs...) }

// N translates a sentence that counts.
func (p Page) N(one, many string, n int, pairs ...any) string { return p.Tr.N(one, many, n, pairs...) }

// Lang is the reader's language.
func (p Page) Lang() string { return p.Tr.Lang() }

// Dir is the direction of the reader's script.
func (p Page) Dir() string { return p.Tr.Dir() }

// Number writes n for the reader.
func (p Page) Number(n int64) string { return p.Tr.Number(n) }

// Percent writes a share of 1 as a percentage.
func (p Page) Percent(share float64) string { return p.Tr.Percent(share) }

// Money writes an amount of minor units.
func (p Page) Money(minor int64, currency string) string { return p.Tr.Money(minor, currency) }

// Date writes a day.
func (p Page) Date(t time.Time) string { return p.Tr.Date(t) }

// DateTime writes a day and time.
func (p Page) DateTime(t time.Time) string { return p.Tr.DateTime(t) }

// Ago says how long before the making of the page then was.
func (p Page) Ago(then time.Time) string { return p.Tr.Ago(then, p.Now) }

// List joins items as a sentence does.
func (p Page) List(items []string) string { return p.Tr.List(items) }

// URL is the address of a path of ours in the reader's language:
// p.URL("/petitions") is "/ar/petitions".
func (p Page) URL(path string) string { return inLanguage(p.Tr.Lang(), path) }

// ErrorFor is the message of the first mistake in the named field, or "".
func (p Page) ErrorFor(field string) string {
	for _, e := range p.Errors {
		if e.Field == field {
			return e.Message
		}
	}
	return ""
}

// FullTitle is the content of the title element. It begins with "Error: "
// when there are mistakes, because that is what a screen reader says first.
func (p Page) FullTitle() string {
	parts := make([]string, 0, 3)
	if p.Title != "" {
		parts = append(parts, p.Title)
	}
	if p.Tenant != nil && p.Tenant.Name != p.Title {
		parts = append(parts, p.Tenant.Name)
	}
	title := strings.Join(append(parts, p.T("Musharaka")), " · ")
	if len(p.Errors) > 0 {
		return p.T("Error: {title}", "title", title)
	}
	return title
}

// MainNav is the navigation every site has; modules add theirs in server/app.go.
func MainNav(tr Translator) []NavItem {
	return []NavItem{
		{Key: "petitions", Label: tr.T("Petitions"), Href: inLanguage(tr.Lang(), "/petitions")},
		{Key: "budgets", Label: tr.T("Participatory budgets"), Href: inLanguage(tr.Lang(), "/budgets")},
		{Key: "spaces", Label: tr.T("Citizen Spaces"), Href: inLanguage(tr.Lang(), "/spaces")},
		{Key: "places", Label: tr.T("Find my municipality"), Href: inLanguage(tr.Lang(), "/places")},
		{Key: "guides", Label: tr.T("Guides"), Href: inLanguage(tr.Lang(), "/guides")},
	}
}

// language is one of the three the site speaks, by its own name.
type language struct{ code, tag, dir, name string }

var languages = []language{
	{"ar", "ar", "rtl", "العربية"},
	{"fr", "fr", "ltr", "Français"},
	{"en", "en", "ltr", "English"},
}

// inLanguage puts the language in front of a path.
func inLanguage(lang, path string) string {
	if path == "" || path == "/" {
		return "/" + lang
	}
	return "/" + lang + path
}

// translated is the address of this very page in another language.
func (p Page) translated(lang string) string {
	u := inLanguage(lang, p.Path)
	if p.Query != "" {
		u += "?" + p.Query
	}
	return u
}

// canonical is the absolute address of this page in lang, as search engines keep it.
func (p Page) canonical(lang string) string {
	path := p.Canonical
	if path == "" {
		path = p.Path
	}
	return p.BaseURL + inLanguage(lang, path)
}

// absolute makes an address complete for a link preview.
func (p Page) absolute(u string) string {
	if strings.HasPrefix(u, "/") {
		return p.BaseURL + u
	}
	return u
}

// robots is the content of the robots element, or "".
func (p Page) robots() string {
	if p.Robots == "" && p.NoIndex {
		return "noindex"
	}
	return p.Robots
}

// ogTitle is the preview's title.
func (p Page) ogTitle() string {
	if p.OG.Title != "" {
		return p.OG.Title
	}
	return p.Title
}

// ogType is the preview's kind.
func (p Page) ogType() string {
	if p.OG.Type != "" {
		return p.OG.Type
	}
	return "website"
}

// webFont says whether the page offers the Arabic web font.
func (p Page) webFont() bool {
	return !p.SaveData && (p.Tr.Lang() == "ar" || p.ArabicText)
}

// query escapes a value for use in a link's query.
func query(s string) string { return url.QueryEscape(s) }

// fieldID is the id of a form's field; the prefix keeps field names from
// meeting the ids of the frame.
func fieldID(name string) string { return "f-" + name }

// linkedData is Schema as a data block. JSON escapes what could end the block
// (encoding/json writes <, > and & as \u003c, \u003e and \u0026).
func (p Page) linkedData() string {
	out := map[string]any{"@context": "https://schema.org"}
	maps.Copy(out, p.Schema)
	body, err := json.Marshal(out)
	if err != nil { // a page's own words always can be written
		return ""
	}
	return `<script type="application/ld+json">` + string(body) + `</script>`
}
