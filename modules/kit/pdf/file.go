package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"strconv"
)

// ref is the number of an indirect object.
type ref int

func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// place says where an object stands, for the cross-reference stream.
type place struct {
	kind    byte // 1: at an offset, 2: inside an object stream
	a, b    int  // offset, 0 · stream, index
	written bool
}

// packSize is how many small objects share one object stream: enough to
// compress well, few enough that a reader need not unpack much for one.
const packSize = 200

// file writes the objects of a PDF file, in any order. Small objects are
// gathered in object streams, which makes a tagged table a tenth of its size.
type file struct {
	out    bytes.Buffer
	places []place // by object number; 0 is the head of the free list
	pack   []packed
	zip    *zlib.Writer
	zipped bytes.Buffer
}

type packed struct {
	ref  ref
	body string
}

func newFile() *file {
	f := &file{places: make([]place, 1)}
	f.zip, _ = zlib.NewWriterLevel(&f.zipped, zlib.BestCompression) // the level is a valid one
	// The second line tells transfer programs that this is no text.
	f.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	return f
}

// reserve returns the number of an object to be written later.
func (f *file) reserve() ref {
	f.places = append(f.places, place{})
	return ref(len(f.places) - 1)
}

// object writes a small object under a reserved number.
func (f *file) object(r ref, body string) {
	f.pack = append(f.pack, packed{r, body})
	if len(f.pack) == packSize {
		f.flush()
	}
}

// add writes a small object and returns its number.
func (f *file) add(body string) ref {
	r := f.reserve()
	f.object(r, body)
	return r
}

// stream writes a compressed stream; dict holds its entries but for length and filter.
func (f *file) stream(r ref, dict string, data []byte) {
	f.zipped.Reset()
	f.zip.Reset(&f.zipped)
	f.zip.Write(data) // a bytes.Buffer takes everything
	f.zip.Close()
	f.raw(r, dict+"/Filter/FlateDecode", f.zipped.Bytes())
}

// raw writes a stream whose data are encoded already.
func (f *file) raw(r ref, dict string, data []byte) {
	f.places[r] = place{kind: 1, a: f.out.Len(), written: true}
	fmt.Fprintf(&f.out, "%d 0 obj\n<<%s/Length %d>>stream\n", r, dict, len(data))
	f.out.Write(data)
	f.out.WriteString("\nendstream\nendobj\n")
}

// flush writes the gathered small objects as one object stream.
func (f *file) flush() {
	if len(f.pack) == 0 {
		return
	}
	var head, body bytes.Buffer
	r := f.reserve()
	for i, p := range f.pack {
		fmt.Fprintf(&head, "%d %d ", p.ref, body.Len())
		body.WriteString(p.body)
		body.WriteByte('\n')
		f.places[p.ref] = place{kind: 2, a: int(r), b: i, written: true}
	}
	dict := fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(f.pack), head.Len())
	f.pack = f.pack[:0]
	f.stream(r, dict, append(head.Bytes(), body.Bytes()...))
}

// finish writes what is gathered and the cross-reference stream, and returns
// the whole file. Its identifier is a hash of its content: the same document
// is the same file.
func (f *file) finish(root, info ref) []byte {
	f.flush()
	sum := sha256.Sum256(f.out.Bytes())
	r := f.reserve()
	start := f.out.Len()
	f.places[r] = place{kind: 1, a: start, written: true}
	var table bytes.Buffer
	for _, p := range f.places {
		if !p.written { // the free list's head, and numbers that were never used
			table.Write([]byte{0, 0, 0, 0, 0, 0xFF, 0xFF})
			continue
		}
		table.Write([]byte{p.kind, byte(p.a >> 24), byte(p.a >> 16), byte(p.a >> 8), byte(p.a), byte(p.b >> 8), byte(p.b)})
	}
	f.stream(r, fmt.Sprintf("/Type/XRef/Size %d/W[1 4 2]/Root %s/Info %s/ID[<%x><%x>]", len(f.places), root, info, sum[:16], sum[:16]), table.Bytes())
	fmt.Fprintf(&f.out, "startxref\n%d\n%%%%EOF\n", start)
	return f.out.Bytes()
}

// appendNumber appends v with at most two decimals, in the shortest form.
func appendNumber(b []byte, v float64) []byte {
	n := int64(v*100 + 0.5)
	if v < 0 {
		n = -int64(-v*100 + 0.5)
	}
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendInt(b, n/100, 10)
	if rest := n % 100; rest != 0 {
		b = append(b, '.', byte('0'+rest/10))
		if rest%10 != 0 {
			b = append(b, byte('0'+rest%10))
		}
	}
	return b
}

// text returns s as a PDF text string: UTF-16 with its mark.
func text(s string) string {
	out := []byte("<FEFF")
	for _, r := range s {
		out = appendUTF16(out, r)
	}
	return string(append(out, '>'))
}

// appendUTF16 appends r in hexadecimal UTF-16.
func appendUTF16(b []byte, r rune) []byte {
	if r < 0x10000 {
		return fmt.Appendf(b, "%04X", r)
	}
	r -= 0x10000
	return fmt.Appendf(b, "%04X%04X", 0xD800+(r>>10), 0xDC00+(r&0x3FF))
}
