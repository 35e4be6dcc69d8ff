package file

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Tag is part of a file's address: it changes with the bytes, so that what was
// public may be kept by browsers for ever.
func (f File) Tag() string { return f.SHA256[:min(12, len(f.SHA256))] }

// Path returns the address of a rendering, /files/ID/TAG/NAME, or
// /files/ID/TAG/thumb for the thumbnail. The handler answers NotFound when TAG
// is not the file's.
func (f File) Path(v Variant) string {
	last := url.PathEscape(f.Name)
	if v == Thumb {
		last = string(Thumb)
	}
	return "/files/" + f.ID + "/" + f.Tag() + "/" + last
}

// Headers returns what must be sent with a rendering's bytes. Whatever they may
// be mistaken for, they are not sniffed, run no script, load nothing and are
// in no frame; a PDF is saved, not opened.
func (f File) Headers(v Variant) map[string]string {
	kind, size, disposition := f.Type, f.Size, "inline"
	if v == Thumb {
		kind, size = f.ThumbType, f.ThumbSize
	}
	if kind != typeJPEG && kind != typePNG {
		disposition = "attachment"
	}
	h := map[string]string{
		"Content-Type":                 kind,
		"Content-Length":               strconv.FormatInt(size, 10),
		"Content-Disposition":          disposition + "; " + disposedName(f.Name),
		"X-Content-Type-Options":       "nosniff",
		"Content-Security-Policy":      "default-src 'none'; sandbox; frame-ancestors 'none'",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "private, no-store",
	}
	if f.Public {
		h["Cache-Control"] = "public, max-age=31536000, immutable"
		h["ETag"] = `"` + f.Tag() + string(v) + `"`
	}
	return h
}

// disposedName writes a name for Content-Disposition: once in ASCII for old
// clients, once as RFC 5987 has it.
func disposedName(name string) string {
	var plain, exact strings.Builder
	for _, r := range name {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' || r == '%' {
			plain.WriteByte('_')
		} else {
			plain.WriteRune(r)
		}
	}
	for _, b := range []byte(name) {
		if b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || strings.IndexByte("!#$&+-.^_`|~", b) >= 0 {
			exact.WriteByte(b)
		} else {
			fmt.Fprintf(&exact, "%%%02X", b)
		}
	}
	return `filename="` + plain.String() + `"; filename*=UTF-8''` + exact.String()
}
