// Package pdftest reads the text of the PDF files that kit/pdf writes, so that a
// test can hold the words of a paper without any other program.
//
// It reads as a reader would: from the cross-reference table to the pages, their
// content and the meaning of the font's codes. A file that is not well formed
// fails the test.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// Text returns the text of each page in reading order: one line per line, cells
// of a table's row separated by tabs, with running head and footer.
func Text(t testing.TB, file []byte) []string {
	t.Helper()
	r, err := open(file)
	if err != nil {
		t.Fatalf("not a PDF file as kit/pdf writes them: %v", err)
	}
	pages, err := r.pages()
	if err != nil {
		t.Fatalf("reading the text: %v", err)
	}
	return pages
}

// Entry returns the value of a key in the document's catalog or information
// dictionary, as it is written there, and "" when there is none.
func Entry(t testing.TB, file []byte, key string) string {
	t.Helper()
	r, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, dict := range [][]byte{r.follow(r.trailer, "Root"), r.follow(r.trailer, "Info")} {
		if m := regexp.MustCompile(`/` + key + `\s*(/\w+|\((?:[^()\\]|\\.)*\)|<[0-9A-F]*>|<<[^>]*>>|\d+(?: 0 R)?)`).FindSubmatch(dict); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// Tags returns how many elements of each kind the document's structure has, such
// as "TR" for the rows of its tables.
func Tags(t testing.TB, file []byte) map[string]int {
	t.Helper()
	r, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]int{}
	for _, dict := range r.objects {
		if m := tagRE.FindSubmatch(dict); m != nil {
			tags[string(m[1])]++
		}
	}
	return tags
}

// Objects returns the dictionaries of all objects, in the order of their numbers,
// one on a line.
func Objects(t testing.TB, file []byte) []byte {
	t.Helper()
	r, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, n := range slices.Sorted(maps.Keys(r.objects)) {
		out.Write(r.objects[n])
		out.WriteByte('\n')
	}
	return out.Bytes()
}

type reader struct {
	file    []byte
	trailer []byte
	objects map[int][]byte // dictionaries; streams are fetched by offset
	offsets map[int]int
}

var (
	headRE   = regexp.MustCompile(`^(\d+) 0 obj\n`)
	lengthRE = regexp.MustCompile(`/Length (\d+)>>stream\n`)
	refRE    = regexp.MustCompile(`(\d+) 0 R`)
	tagRE    = regexp.MustCompile(`^<</S/(\w+)/P `)
	fontRE   = regexp.MustCompile(`/F(\d+) [\d.]+ Tf`)
	charRE   = regexp.MustCompile(`<([0-9A-F]{4})><([0-9A-F]+)>`)
)

// open reads the cross-reference stream and every object it lists.
func open(file []byte) (*reader, error) {
	r := &reader{file: file, objects: map[int][]byte{}, offsets: map[int]int{}}
	at := bytes.LastIndex(file, []byte("startxref\n"))
	if at < 0 || !bytes.HasSuffix(file, []byte("%%EOF\n")) {
		return nil, fmt.Errorf("no end")
	}
	start, err := strconv.Atoi(string(bytes.SplitN(file[at+10:], []byte("\n"), 2)[0]))
	if err != nil {
		return nil, err
	}
	dict, table, err := r.stream(start, -1)
	if err != nil {
		return nil, fmt.Errorf("cross-reference stream: %w", err)
	}
	r.trailer = dict
	type inside struct{ pack, index int }
	packs := map[int]inside{}
	for n := 0; n*7 < len(table); n++ {
		e := table[n*7 : n*7+7]
		where := int(e[1])<<24 | int(e[2])<<16 | int(e[3])<<8 | int(e[4])
		switch e[0] {
		case 1:
			r.offsets[n] = where
			d, _, err := r.stream(where, n)
			if err != nil {
				return nil, fmt.Errorf("object %d: %w", n, err)
			}
			r.objects[n] = d
		case 2:
			packs[n] = inside{where, int(e[5])<<8 | int(e[6])}
		}
	}
	unpacked := map[int][][]byte{}
	for n, in := range packs {
		if unpacked[in.pack] == nil {
			if unpacked[in.pack], err = r.unpack(in.pack); err != nil {
				return nil, err
			}
		}
		if in.index >= len(unpacked[in.pack]) {
			return nil, fmt.Errorf("object %d is not in stream %d", n, in.pack)
		}
		r.objects[n] = unpacked[in.pack][in.index]
	}
	return r, nil
}

// stream reads the stream object at an offset; number -1 accepts any.
func (r *reader) stream(at, number int) (dict, data []byte, err error) {
	if at < 0 || at >= len(r.file) {
		return nil, nil, fmt.Errorf("offset %d lies outside the file", at)
	}
	head := headRE.FindSubmatch(r.file[at:])
	if head == nil || number >= 0 && string(head[1]) != strconv.Itoa(number) {
		return nil, nil, fmt.Errorf("offset %d does not lead to it", at)
	}
	body := r.file[at+len(head[0]):]
	m := lengthRE.FindSubmatchIndex(body)
	if m == nil {
		return nil, nil, fmt.Errorf("no stream at %d", at)
	}
	length, _ := strconv.Atoi(string(body[m[2]:m[3]]))
	dict, data = body[:m[0]], body[m[1]:]
	if len(data) < length || !bytes.HasPrefix(data[length:], []byte("\nendstream")) {
		return nil, nil, fmt.Errorf("the stream at %d has a wrong length", at)
	}
	data = data[:length]
	if !bytes.Contains(dict, []byte("/FlateDecode")) {
		return dict, data, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, nil, err
	}
	data, err = io.ReadAll(z)
	return dict, data, err
}

// unpack returns the objects of an object stream.
func (r *reader) unpack(pack int) ([][]byte, error) {
	dict, data, err := r.stream(r.offsets[pack], pack)
	if err != nil {
		return nil, err
	}
	var n, first int
	if _, err := fmt.Sscanf(string(dict), "<</Type/ObjStm/N %d/First %d", &n, &first); err != nil {
		return nil, err
	}
	numbers := strings.Fields(string(data[:first]))
	out := make([][]byte, n)
	for i := range out {
		from, err := strconv.Atoi(numbers[2*i+1])
		if err != nil {
			return nil, err
		}
		to := len(data) - first
		if i+1 < n {
			if to, err = strconv.Atoi(numbers[2*i+3]); err != nil {
				return nil, err
			}
		}
		out[i] = bytes.TrimSpace(data[first+from : first+to])
	}
	return out, nil
}

// follow returns the object that an entry of dict refers to.
func (r *reader) follow(dict []byte, key string) []byte {
	_, rest, ok := bytes.Cut(dict, []byte("/"+key))
	if !ok {
		return nil
	}
	m := refRE.FindSubmatch(rest)
	if m == nil {
		return nil
	}
	n, _ := strconv.Atoi(string(m[1]))
	return r.objects[n]
}

// refs returns the numbers in an entry that is an array of references.
func refs(dict []byte, key string) []int {
	_, rest, ok := bytes.Cut(dict, []byte("/"+key+"["))
	if !ok {
		return nil
	}
	list, _, _ := bytes.Cut(rest, []byte("]"))
	var out []int
	for _, m := range refRE.FindAllSubmatch(list, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		out = append(out, n)
	}
	return out
}

func (r *reader) pages() ([]string, error) {
	tree := r.follow(r.follow(r.trailer, "Root"), "Pages")
	meaning, err := r.meaning(tree)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, page := range refs(tree, "Kids") {
		var content []byte
		for _, c := range refs(r.objects[page], "Contents") {
			_, data, err := r.stream(r.offsets[c], c)
			if err != nil {
				return nil, err
			}
			content = append(content, data...)
		}
		out = append(out, readContent(content, meaning))
	}
	return out, nil
}

// meaning reads what the codes of the text layer's font stand for.
func (r *reader) meaning(tree []byte) (map[uint16]string, error) {
	font := r.follow(r.follow(tree, "Resources"), "Font<</F")
	_, rest, _ := bytes.Cut(font, []byte("/ToUnicode"))
	m := refRE.FindSubmatch(rest)
	if m == nil {
		return nil, fmt.Errorf("the text layer has no meaning")
	}
	n, _ := strconv.Atoi(string(m[1]))
	_, data, err := r.stream(r.offsets[n], n)
	if err != nil {
		return nil, err
	}
	out := map[uint16]string{}
	for _, m := range charRE.FindAllSubmatch(data, -1) {
		code, _ := strconv.ParseUint(string(m[1]), 16, 16)
		raw, err := hex.DecodeString(string(m[2]))
		if err != nil {
			return nil, err
		}
		var units []uint16
		for i := 0; i+1 < len(raw); i += 2 {
			units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
		}
		out[uint16(code)] = string(utf16.Decode(units))
	}
	return out, nil
}

// word is a string of the text layer, with its level of embedding, which the
// name of its font tells.
type word struct {
	text  string
	level int
}

// readContent returns the text of a content stream. A text object is one line
// of a block; two on one height are two cells of a row.
func readContent(content []byte, meaning map[uint16]string) string {
	var out strings.Builder
	lastY, level := "", 0
	for {
		at := bytes.Index(content, []byte("BT"))
		if at < 0 {
			return out.String()
		}
		content = content[at+2:]
		y := ""
		var line []word
		for !bytes.HasPrefix(content, []byte("\nET\n")) {
			var op []byte
			op, content, _ = bytes.Cut(content, []byte("("))
			if m := fontRE.FindSubmatch(op); m != nil {
				level, _ = strconv.Atoi(string(m[1]))
			}
			if f := strings.Fields(string(op)); y == "" && len(f) > 1 {
				y = f[len(f)-2]
			}
			var codes []byte
			codes, content = readString(content)
			line = append(line, word{decode(codes, meaning, level), level})
			content = bytes.TrimPrefix(content, []byte("Tj"))
			if len(content) == 0 {
				return out.String()
			}
		}
		switch {
		case lastY == "":
		case y == lastY:
			out.WriteByte('\t')
		default:
			out.WriteByte('\n')
		}
		out.WriteString(inReadingOrder(line))
		lastY = y
	}
}

// decode returns the characters of a string in reading order; the space that
// follows the word on the line is kept at its end.
func decode(codes []byte, meaning map[uint16]string, level int) string {
	text := ""
	for i := 0; i+1 < len(codes); i += 2 {
		text += meaning[uint16(codes[i])<<8|uint16(codes[i+1])]
	}
	if level%2 == 0 {
		return text
	}
	runes := []rune(strings.TrimSuffix(text, " "))
	slices.Reverse(runes)
	return string(runes) + text[len(strings.TrimSuffix(text, " ")):]
}

// inReadingOrder undoes the order of a line (L2 of the Unicode Bidirectional
// Algorithm, from the lowest level up) and joins its words.
func inReadingOrder(line []word) string {
	// A space stands at the right of its word on the sheet. Make it a word, so
	// that it finds its place.
	var words []word
	highest := 0
	for i, w := range line {
		bare := strings.TrimSuffix(w.text, " ")
		words = append(words, word{bare, w.level})
		if bare != w.text && i+1 < len(line) {
			words = append(words, word{" ", w.level})
		}
		highest = max(highest, w.level)
	}
	for level := 1; level <= highest; level++ {
		for i := 0; i < len(words); i++ {
			end := i
			for end < len(words) && words[end].level >= level {
				end++
			}
			slices.Reverse(words[i:end])
			i = max(i, end)
		}
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.text)
	}
	return b.String()
}

// readString reads a PDF string up to its closing bracket.
func readString(b []byte) (s, rest []byte) {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case ')':
			return s, b[i+1:]
		case '\\':
			i++
			switch b[i] {
			case 'n':
				s = append(s, '\n')
			case 'r':
				s = append(s, '\r')
			default:
				s = append(s, b[i])
			}
		default:
			s = append(s, b[i])
		}
	}
	return s, nil
}
