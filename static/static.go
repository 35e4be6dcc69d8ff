// Package static holds the files that browsers load beside a page: the
// stylesheet, the optional script, the Arabic font and the mark.
//
// Every file is known by an address that carries a hash of its content, so
// that browsers and proxies may keep it for ever. Files are small, embedded,
// and compressed once, when first asked for.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed *.css *.js *.svg *.png fonts/*.woff2 vendor/leaflet/*.js vendor/leaflet/*.css
var embedded embed.FS

// Prefix begins the address of every file here.
const Prefix = "/static/"

// File is a file as it is served. Gzip and Brotli are nil where they would
// not be smaller.
type File struct {
	// Type is the Content-Type.
	Type string
	// ETag is strong and quoted. Each encoding is its own representation:
	// append "-gz" or "-br" inside the quotes when sending one.
	ETag string
	// Immutable says that the address asked for carries the present hash. It
	// is false for a bare name and for the address of an older release.
	Immutable           bool
	Plain, Gzip, Brotli []byte
}

// CacheControl is the header that goes with the file: for ever under its
// hashed address, asked again each time under any other.
func (f File) CacheControl() string {
	if f.Immutable {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// entry is an embedded file with its compressed forms, made on first use.
type entry struct {
	name, hash string
	plain      []byte
	once       sync.Once
	gzip, br   []byte
}

// files finds an entry by its name, such as "app.css" or "fonts/arabic-bold.woff2".
var files = load(embedded)

// types are the content types of what is kept here; the host's own table is
// not asked, because it differs from machine to machine.
var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",
}

// Asset is the address of the named file, hash included. It panics for a name
// that is not here: a page that asks for one is a mistake in the program.
func Asset(name string) string {
	e, ok := files[name]
	if !ok {
		panic("static: there is no file " + name)
	}
	return e.address()
}

// Names lists all files, in no particular order.
func Names() []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	return names
}

// Open finds the file behind an address. The address of an older release finds
// the present file, so that a page kept in a cache keeps its looks.
func Open(urlPath string) (File, bool) {
	name, ok := strings.CutPrefix(urlPath, Prefix)
	if !ok {
		return File{}, false
	}
	e, ok := files[name]
	if !ok {
		if e, ok = files[unhashed(name)]; !ok {
			return File{}, false
		}
	}
	e.once.Do(e.compress)
	return File{
		Type:      types[path.Ext(e.name)],
		ETag:      `"` + e.hash + `"`,
		Immutable: urlPath == e.address(),
		Plain:     e.plain,
		Gzip:      e.gzip,
		Brotli:    e.br,
	}, true
}

// address is the hashed address: /static/app.3f9a0c1d2e.css.
func (e *entry) address() string {
	ext := path.Ext(e.name)
	return Prefix + strings.TrimSuffix(e.name, ext) + "." + e.hash + ext
}

// hashed recognises the address of any release.
var hashed = regexp.MustCompile(`^(.+)\.[0-9a-f]{10}(\.[a-z0-9]+)$`)

// unhashed takes the hash out of a name.
func unhashed(name string) string { return hashed.ReplaceAllString(name, "$1$2") }

// load reads all files. Stylesheets come last: the addresses they mention are
// replaced by the hashed ones, which makes them part of their own hash.
func load(from fs.FS) map[string]*entry {
	all := map[string]*entry{}
	var sheets []*entry
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		e := &entry{name: name, plain: body}
		all[name] = e
		if path.Ext(name) == ".css" {
			sheets = append(sheets, e)
			return nil
		}
		e.seal()
		return nil
	})
	if err != nil {
		panic(fmt.Errorf("static: reading the embedded files: %w", err))
	}
	for _, e := range sheets {
		e.plain = linked(squeezed(e.plain), all)
		e.seal()
	}
	return all
}

// seal fixes the hash once the content is final.
func (e *entry) seal() {
	sum := sha256.Sum256(e.plain)
	e.hash = hex.EncodeToString(sum[:])[:10]
}

var (
	reference = regexp.MustCompile(`url\(([a-z0-9/.-]+)\)`)
	comment   = regexp.MustCompile(`(?s)/\*.*?\*/`)
	indent    = regexp.MustCompile(`\s*\n\s*`)
)

// linked replaces the names of our files in a stylesheet by their addresses.
func linked(css []byte, all map[string]*entry) []byte {
	return reference.ReplaceAllFunc(css, func(m []byte) []byte {
		name := string(reference.FindSubmatch(m)[1])
		e, ok := all[name]
		if !ok || e.hash == "" {
			panic("static: a stylesheet mentions " + name + ", which is not here")
		}
		return []byte("url(" + e.address() + ")")
	})
}

// tight takes out the spaces with which our stylesheets are laid out. None of
// these stands in a selector or a value where the space has a meaning.
var tight = strings.NewReplacer("\n", "", ": ", ":", ", ", ",", "; ", ";", " { ", "{", " {", "{", " }", "}", " > ", ">")

// squeezed drops a stylesheet's comments, line breaks and layout.
func squeezed(css []byte) []byte {
	css = indent.ReplaceAll(comment.ReplaceAll(css, nil), []byte("\n"))
	return []byte(tight.Replace(strings.TrimSpace(string(css))))
}

// compress makes the compressed forms of what is text.
func (e *entry) compress() {
	switch path.Ext(e.name) {
	case ".woff2", ".png":
		return
	}
	var z bytes.Buffer
	g, _ := gzip.NewWriterLevel(&z, gzip.BestCompression) // the level is a valid one
	_, _ = g.Write(e.plain)                               // a buffer takes everything
	_ = g.Close()
	e.gzip = smaller(z.Bytes(), e.plain)
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	_, _ = w.Write(e.plain)
	_ = w.Close()
	e.br = smaller(b.Bytes(), e.plain)
}

// smaller is packed if that gained anything, else nil.
func smaller(packed, plain []byte) []byte {
	if len(packed) < len(plain) {
		return packed
	}
	return nil
}
