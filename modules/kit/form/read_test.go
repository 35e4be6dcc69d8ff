package form

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"musharaka/modules/kit/fault"
)

// proposal has a field of every kind.
type proposal struct {
	Object  string   `form:"object" validate:"required,max=20,plain"`
	Reasons string   `form:"reasons,text" validate:"required,min=3"`
	Year    string   `form:"year,digits" validate:"omitempty,year"`
	Themes  []string `form:"themes" validate:"required,max=2,dive,oneof=water youth roads"`
	Consent bool     `form:"consent" validate:"required"`
	Born    Date     `form:"born" validate:"required,date"`
	State   string   // no tag: a form cannot set it
	signer
}

// signer is embedded: its fields belong to the form as if they stood in it.
type signer struct {
	Name string `form:"name,line" validate:"omitempty,person"`
}

func (proposal) Messages() map[string]string {
	return map[string]string{"object.required": "Say it.", "born": "Give the day."}
}

const complete = "object=Light&reasons=It+is+dark&year=%D9%A2%D9%A0%D9%A2%D9%A6&themes=water&themes=youth&consent=on" +
	"&born-day=%D9%A3&born-month=10&born-year=2001&name=Amina&State=open&state=open"

// send posts body and returns what Read makes of it.
func send(t *testing.T, contentType, body string) (p proposal, mistakes Errors, fail error) {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, BodyLimit: 16 << 20})
	app.Post("/", func(c *fiber.Ctx) error {
		mistakes, fail = Read(c, &p)
		return nil
	})
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if _, err := app.Test(r, -1); err != nil {
		t.Fatal(err)
	}
	return p, mistakes, fail
}

func urlencoded(t *testing.T, body string) (proposal, Errors, error) {
	t.Helper()
	return send(t, "application/x-www-form-urlencoded; charset=UTF-8", body)
}

func TestAFormIsReadIntoItsStruct(t *testing.T) {
	want := proposal{
		Object: "Light", Reasons: "It is dark", Year: "2026", Themes: []string{"water", "youth"}, Consent: true,
		Born: Date{"3", "10", "2001"}, signer: signer{"Amina"},
	}
	got, mistakes, err := urlencoded(t, complete)
	if err != nil || len(mistakes) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, mistakes %v, fault %v; want %+v", got, mistakes, err, want)
	}

	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	sent, _ := url.ParseQuery(complete)
	for name, all := range sent {
		for _, v := range all {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Close()
	got, mistakes, err = send(t, w.FormDataContentType(), body.String())
	if err != nil || len(mistakes) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("multipart: read %+v, mistakes %v, fault %v; want %+v", got, mistakes, err, want)
	}
}

func TestWhatComesTwiceOrBadlyIsReadOneWay(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       func(proposal) bool
	}{
		{"the first of two values counts", "object=one&object=two", func(p proposal) bool { return p.Object == "one" }},
		{"a box sent off and on is ticked", "consent=0&consent=1", func(p proposal) bool { return p.Consent }},
		{"a box with another word is not", "consent=off", func(p proposal) bool { return !p.Consent }},
		{"an empty choice is none", "themes=&themes=water&themes=+", func(p proposal) bool { return slices.Equal(p.Themes, []string{"water"}) }},
		{"nothing sent is nothing", "", func(p proposal) bool { return p.Object == "" && p.Themes != nil && len(p.Themes) == 0 }},
		{"a line has no line break", "object=a%0D%0AX-Header%3A+b", func(p proposal) bool { return p.Object == "a X-Header: b" }},
		{"a text has", "reasons=a%0D%0Ab", func(p proposal) bool { return p.Reasons == "a\nb" }},
		{"a broken escape stands for itself", "object=100%", func(p proposal) bool { return p.Object == "100%" }},
		{"no field without a tag is set", "State=open", func(p proposal) bool { return p.State == "" }},
	} {
		if p, _, err := urlencoded(t, c.body); err != nil || !c.want(p) {
			t.Errorf("%s: %q gives %+v, %v", c.name, c.body, p, err)
		}
	}
}

func TestARequestThatIsNoFormIsAFault(t *testing.T) {
	for _, c := range []struct {
		name, kind, body string
		want             fault.Kind
	}{
		{"no content type", "", "object=a", fault.Invalid},
		{"json", "application/json", `{"object":"a"}`, fault.Invalid},
		{"multipart without boundary", "multipart/form-data", "x", fault.Invalid},
		{"a text beyond all limits", fiber.MIMEApplicationForm, "reasons=" + strings.Repeat("ab ", MaxRunes/2), fault.TooLarge},
		{"a text beyond all limits in bytes", fiber.MIMEApplicationForm, "reasons=" + strings.Repeat("+", 4*MaxRunes+1), fault.TooLarge},
		{"more values than a form has", fiber.MIMEApplicationForm, strings.Repeat("themes=water&", MaxValues+1), fault.TooLarge},
		{"more days than a form has", fiber.MIMEApplicationForm, strings.Repeat("born-day=1&", MaxValues+1), fault.TooLarge},
	} {
		if _, _, err := send(t, c.kind, c.body); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want a fault of kind %s", c.name, err, c.want)
		}
	}
	if _, _, err := urlencoded(t, "reasons="+strings.Repeat("%D8%B6", MaxRunes)); err != nil {
		t.Errorf("a text of exactly MaxRunes letters is refused: %v", err)
	}
}

func TestWhatWasReadOutlivesTheRequest(t *testing.T) {
	app := fiber.New(fiber.Config{Immutable: false}) // the harder setting: its buffers are used again
	var kept []string
	app.Post("/", func(c *fiber.Ctx) error {
		var p proposal
		if err := Fill(c, &p); err != nil {
			return err
		}
		kept = append(kept, p.Object)
		return nil
	})
	for _, letter := range []string{"a", "b", "c", "d"} {
		r := httptest.NewRequest("POST", "/", strings.NewReader("object="+strings.Repeat(letter, 12)))
		r.Header.Set("Content-Type", fiber.MIMEApplicationForm)
		if _, err := app.Test(r, -1); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd"}
	if !slices.Equal(kept, want) {
		t.Errorf("kept %q, want %q", kept, want)
	}
}

func TestTheAddressOfAListIsReadLikeAForm(t *testing.T) {
	app := fiber.New()
	var p proposal
	app.Get("/", func(c *fiber.Ctx) error {
		_, err := Query(c, &p)
		return err
	})
	if _, err := app.Test(httptest.NewRequest("GET", "/?object=%E2%80%AEx&themes=roads", nil), -1); err != nil {
		t.Fatal(err)
	}
	if p.Object != "x" || !slices.Equal(p.Themes, []string{"roads"}) {
		t.Errorf("read %+v", p)
	}
}

func TestTheNamesOfAFormCanBeListed(t *testing.T) {
	want := []string{"object", "reasons", "year", "themes", "consent", "born-day", "born-month", "born-year", "name"}
	if got := Names(&proposal{}); !slices.Equal(got, want) {
		t.Errorf("Names = %q, want %q", got, want)
	}
}

func TestAStructThatIsNoFormIsToldAtOnce(t *testing.T) {
	for name, into := range map[string]any{
		"a number": &struct {
			N int `form:"n"`
		}{},
		"a time": &struct {
			T time.Time `form:"t"`
		}{},
		"an unknown option": &struct {
			S string `form:"s,upper"`
		}{},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			_ = fill(func(string) []string { return nil }, into)
		}()
	}
}

func FuzzRead(f *testing.F) {
	f.Add(complete)
	f.Add("object=%ff%fe&reasons=%E2%80%AE%00&themes=&born-day=%D9%A0&year=%DB%B1")
	f.Add("reasons=a%0D%0D%0A%0A%0Db&name=%CC%81e")
	f.Fuzz(func(t *testing.T, body string) {
		sent, _ := url.ParseQuery(body)
		var p proposal
		if err := fill(func(name string) []string { return slices.Clone(sent[name]) }, &p); err != nil {
			var known *fault.Error
			if !errors.As(err, &known) {
				t.Fatalf("%q: %v is no fault", body, err)
			}
			return
		}
		Check(&p)
		for _, s := range append([]string{p.Object, p.Reasons, p.Year, p.Name, p.Born.Day}, p.Themes...) {
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > MaxRunes || strings.ContainsAny(s, "\x00\r\u202e\u2068") {
				t.Fatalf("%q left %q", body, s)
			}
		}
		if strings.ContainsAny(p.Object+p.Year+p.Name+p.Born.Day, "\n\t") {
			t.Fatalf("%q left a line break in a line: %+v", body, p)
		}
	})
}
