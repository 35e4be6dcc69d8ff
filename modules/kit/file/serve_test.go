package file

import (
	"mime"
	"strings"
	"testing"

	"musharaka/modules/kit/store"
)

func TestHeadersKeepAFileFromDoingHarm(t *testing.T) {
	picture := File{
		Meta: store.Meta{ID: "abc"}, Name: "صورة الحي.png", Type: typePNG, Size: 100, SHA256: strings.Repeat("0123456789abcdef", 4),
		ThumbType: typeJPEG, ThumbSize: 10, Public: true,
	}
	document := File{Meta: store.Meta{ID: "def"}, Name: "عريضة \"x\".pdf", Type: typePDF, Size: 200, SHA256: strings.Repeat("f", 64)}
	for _, c := range []struct {
		name string
		file File
		v    Variant
		want map[string]string
	}{
		{"public picture", picture, Full, map[string]string{"Content-Type": "image/png", "Content-Length": "100", "Cache-Control": "public, max-age=31536000, immutable", "ETag": `"0123456789ab"`}},
		{"its thumbnail", picture, Thumb, map[string]string{"Content-Type": "image/jpeg", "Content-Length": "10", "ETag": `"0123456789abthumb"`}},
		{"private document", document, Full, map[string]string{"Content-Type": "application/pdf", "Content-Length": "200", "Cache-Control": "private, no-store", "ETag": ""}},
	} {
		h := c.file.Headers(c.v)
		c.want["X-Content-Type-Options"] = "nosniff"
		c.want["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
		for name, want := range c.want {
			if h[name] != want {
				t.Errorf("%s: %s is %q, want %q", c.name, name, h[name], want)
			}
		}
		kind, params, err := mime.ParseMediaType(h["Content-Disposition"])
		if wantKind := map[bool]string{true: "attachment", false: "inline"}[c.file.Type == typePDF]; err != nil || kind != wantKind || params["filename"] != c.file.Name {
			t.Errorf("%s: disposition %q is read as %s %q, %v", c.name, h["Content-Disposition"], kind, params["filename"], err)
		}
		for name, value := range h {
			if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("%s: %s is not ASCII: %q", c.name, name, value)
			}
		}
	}
}

func TestAddressesChangeWithTheBytes(t *testing.T) {
	f := File{Meta: store.Meta{ID: "abc"}, Name: "صورة 1?.png", SHA256: strings.Repeat("a", 64)}
	if got, want := f.Path(Full), "/files/abc/aaaaaaaaaaaa/%D8%B5%D9%88%D8%B1%D8%A9%201%3F.png"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := f.Path(Thumb), "/files/abc/aaaaaaaaaaaa/thumb"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
