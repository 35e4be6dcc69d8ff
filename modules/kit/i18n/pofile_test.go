package i18n

import (
	"fmt"
	"strconv"
	"strings"
)

// poEntry is one message of a catalogue, as strictly read as msgfmt does.
// (gotext, which serves the pages, reads leniently and passes over mistakes.)
type poEntry struct {
	line    int
	context string
	id      string
	plural  string
	hasMany bool
	forms   []string
	fuzzy   bool
	note    string // what a #. comment tells about the message
}

func (e *poEntry) key() key { return key{e.context, e.id} }

// empty reports whether nothing is translated yet.
func (e *poEntry) empty() bool { return strings.Join(e.forms, "") == "" }

// poReader reads one file. into is where a continuation line goes.
type poReader struct {
	name     string
	entries  []*poEntry
	current  *poEntry
	into     *string
	seen     map[string]bool // the keywords of the current entry
	problems []string
}

// readPO reads a catalogue and tells everything that is wrong with its syntax.
// The first entry is the header.
func readPO(name, text string) (entries []*poEntry, problems []string) {
	r := &poReader{name: name}
	r.open(1)
	for i, line := range strings.Split(text, "\n") {
		r.line(i+1, strings.TrimSpace(line))
	}
	r.close()
	seen := map[key]int{}
	for _, e := range r.entries {
		if first := seen[e.key()]; first > 0 {
			r.complain(e.line, "%q stands already in line %d", e.id, first)
		}
		seen[e.key()] = e.line
	}
	return r.entries, r.problems
}

func (r *poReader) complain(line int, format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf("%s:%d: ", r.name, line)+fmt.Sprintf(format, args...))
}

func (r *poReader) open(line int) {
	r.current, r.into, r.seen = &poEntry{line: line}, nil, map[string]bool{}
}

// close ends the current entry, if one was begun.
func (r *poReader) close() {
	if len(r.seen) == 0 {
		return
	}
	e := r.current
	switch {
	case !r.seen["msgid"]:
		r.complain(e.line, "an entry without msgid")
	case len(e.forms) == 0:
		r.complain(e.line, "%q has no msgstr", e.id)
	case e.hasMany != r.seen["msgstr["]:
		r.complain(e.line, "%q: msgid_plural and msgstr[0] go together", e.id)
	default:
		r.entries = append(r.entries, e)
	}
}

func (r *poReader) line(number int, line string) {
	switch {
	case line == "":
		r.into = nil
		return
	case strings.HasPrefix(line, "#~"):
		r.complain(number, "an obsolete entry: delete it")
		return
	case strings.HasPrefix(line, "#"):
		if len(r.current.forms) > 0 {
			r.close()
			r.open(number)
		}
		if note, is := strings.CutPrefix(line, "#."); is {
			r.current.note += note
		}
		r.current.fuzzy = r.current.fuzzy || strings.HasPrefix(line, "#,") && strings.Contains(line, "fuzzy")
		return
	case strings.HasPrefix(line, `"`):
		if r.into == nil {
			r.complain(number, "a string that continues nothing")
			return
		}
		*r.into += r.quoted(number, line)
		return
	}
	keyword, rest, _ := strings.Cut(line, " ")
	if len(r.current.forms) > 0 && !strings.HasPrefix(keyword, "msgstr") {
		r.close()
		r.open(number)
	}
	r.keyword(number, keyword, r.quoted(number, strings.TrimSpace(rest)))
}

func (r *poReader) keyword(number int, keyword, value string) {
	name := keyword
	if at := strings.IndexByte(keyword, '['); at >= 0 {
		name = keyword[:at+1]
	}
	if r.seen[name] && name != "msgstr[" {
		r.complain(number, "%s twice", keyword)
	}
	r.seen[name] = true
	e := r.current
	switch name {
	case "msgctxt":
		e.context, r.into = value, &e.context
	case "msgid":
		e.id, r.into, e.line = value, &e.id, number
	case "msgid_plural":
		e.plural, r.into, e.hasMany = value, &e.plural, true
	case "msgstr":
		e.forms = []string{value}
		r.into = &e.forms[0]
	case "msgstr[":
		index, err := strconv.Atoi(strings.TrimSuffix(keyword[len("msgstr["):], "]"))
		if err != nil || index != len(e.forms) {
			r.complain(number, "%s where msgstr[%d] is expected", keyword, len(e.forms))
		}
		e.forms = append(e.forms, value)
		r.into = &e.forms[len(e.forms)-1]
	default:
		r.complain(number, "%q is no keyword", keyword)
	}
}

// quoted reads a string in double quotes with the escapes \n \t \" and \\.
func (r *poReader) quoted(number int, s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		r.complain(number, "a string must stand in double quotes: %s", s)
		return ""
	}
	var b strings.Builder
	for i := 1; i < len(s)-1; i++ {
		switch {
		case s[i] == '"':
			r.complain(number, `a quote inside a string is written \"`)
			return ""
		case s[i] != '\\':
			b.WriteByte(s[i])
			continue
		}
		i++
		escape := strings.IndexByte(`nt"\`, s[i])
		if escape < 0 || i == len(s)-1 {
			r.complain(number, `\%c is no escape`, s[i])
			return ""
		}
		b.WriteByte("\n\t\"\\"[escape])
	}
	return b.String()
}
