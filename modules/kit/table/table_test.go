package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
)

func TestCellsThatWouldBeFormulasAreDisarmed(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "طنجة": "طنجة", "a=b": "a=b", "1-2": "1-2", "'=1": "'=1",
		"=1+1": "'=1+1", "+33": "'+33", "-1": "'-1", "@SUM": "'@SUM", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
		"  =1": "'  =1", "\u00a0=1": "'\u00a0=1", "\u3000=1": "'\u3000=1", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠a": "'＠a",
	} {
		if got := Cell(text); got != want {
			t.Errorf("Cell(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestATableIsReadBackAsItWasWritten(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, "title", "name")
	w.Row("إنارة، \"الشارع\"\nالكبير", "=HYPERLINK(\"http://x\")")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(b.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 2 || rows[1][0] != "إنارة، \"الشارع\"\nالكبير" || rows[1][1] != "'=HYPERLINK(\"http://x\")" {
		t.Errorf("marked %v, rows %q, %v", marked, rows, err)
	}
}

type failing struct{ left int }

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestATableThatCannotBeWrittenSaysSo(t *testing.T) {
	for left := range 2 {
		w := NewWriter(&failing{left}, "a")
		for range 10_000 {
			w.Row("some words that fill the buffer")
		}
		if err := w.Close(); !errors.Is(err, errFull) {
			t.Errorf("no error although write %d failed: %v", left+1, err)
		}
	}
}
