package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerifySaysOfEachReceiptWhetherItIsInTheLog(t *testing.T) {
	w := theWorld(t)
	const lost = "0123-4567-89ab-cdef-0123"
	for name, c := range map[string]struct {
		edition string
		codes   []string
		says    []string
		differs bool
	}{
		"of its vote":           {w.vote.town, []string{w.vote.receipt}, []string{w.vote.receipt + ": in the log of " + w.vote.town + ", entry "}, false},
		"of any vote":           {"", []string{strings.ToUpper(w.vote.receipt)}, []string{"in the log of " + w.vote.town}, false},
		"of another vote":       {w.vote.areas, []string{w.vote.receipt}, []string{w.vote.receipt + ": WRONG, in no log"}, true},
		"one of two is unknown": {w.vote.town, []string{lost, w.vote.receipt}, []string{lost + ": WRONG", w.vote.receipt + ": in the log"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			err := w.app.verify(t.Context(), c.edition, c.codes, false, &out)
			if err != nil && !errors.Is(err, errDiffers) || (err != nil) != c.differs {
				t.Errorf("ends with %v: %s", err, out.String())
			}
			for _, say := range c.says {
				if !strings.Contains(out.String(), say) {
					t.Errorf("does not say %q: %s", say, out.String())
				}
			}
			if strings.Contains(out.String(), w.vote.project) {
				t.Error("tells what somebody voted for")
			}
		})
	}
}

func TestReceiptsAreReadFromArgumentsAndFromAFile(t *testing.T) {
	write := func(text string) string {
		name := filepath.Join(t.TempDir(), "receipts.txt")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	const code, other = "0123-4567-89ab-cdef-0123", "FFFF-4567-89AB-CDEF-0123"
	got, err := receiptsIn([]string{code}, write("\ufeff# handed out at the school\r\n\r\n"+other+"\r\n  "+code+"\n"))
	if err != nil || strings.Join(got, " ") != code+" "+other+" "+code {
		t.Errorf("read %q, %v", got, err)
	}
	for name, c := range map[string]struct {
		args  []string
		file  string
		where string
	}{
		"no code":           {[]string{code, "hello"}, "", `argument 2: "hello"`},
		"a line is no code": {nil, write(code + "\n\n" + code[1:] + "\n"), "line 3"},
		"no file":           {nil, filepath.Join(t.TempDir(), "none"), "none"},
		"an endless line":   {nil, write(strings.Repeat("0", 100_000)), "receipts.txt"},
	} {
		if _, err := receiptsIn(c.args, c.file); !errors.As(err, new(unusable)) || !strings.Contains(err.Error(), c.where) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
