package file

import (
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var extensions = map[string]string{
	typeJPEG: ".jpg", typePNG: ".png", typePDF: ".pdf",
}

// maxName is the longest name, in letters, without its extension.
const maxName = 80

// cleanName makes a name that is safe to show, to put in a header and to save
// under: composed letters (NFC), no path, no control characters, none that turn
// the direction of writing (with which "gpj.exe" reads as "exe.jpg"), and the
// extension of the type that was found.
func cleanName(name, kind string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.C, r): // control, format (bidi, zero width), private use
			return -1
		case strings.ContainsRune(`<>:"|?*`, r): // not allowed in names on many machines
			return '-'
		}
		return r
	}, name)
	name = strings.TrimSuffix(name, extension(name))
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". -")
	if letters := []rune(name); len(letters) > maxName {
		name = strings.TrimRight(string(letters[:maxName]), ". -")
	}
	if name == "" {
		name = "file"
	}
	return name + extensions[kind]
}

// extension returns what looks like one: a point and up to five Latin letters
// or digits, at least one of them a letter.
func extension(name string) string {
	ext := path.Ext(name)
	if len(ext) < 2 || len(ext) > 6 {
		return ""
	}
	letter := false
	for _, r := range ext[1:] {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			letter = true
		case r < '0' || r > '9':
			return ""
		}
	}
	if !letter {
		return "" // a date: "جلسة 12.03"
	}
	return ext
}
