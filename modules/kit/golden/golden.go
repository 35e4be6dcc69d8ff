package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"musharaka/modules/kit/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Text compares a text with a file below testdata.
func Text(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs. If it is meant: go test with -update\n%s", path, got)
	}
}

// Mail compares the subject and the text of a mail with a file; how the HTML is
// made of the same blocks is views/mailview's to test. The mail must be one that
// can be sent, without a placeholder left, and without a mark of direction in
// its subject.
func Mail(t testing.TB, name string, m mail.Message) {
	t.Helper()
	if err := m.Check(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if strings.ContainsAny(m.Subject, "\u2068\u2069") || strings.ContainsAny(m.Subject+m.Text+m.HTML, "{}") {
		t.Errorf("%s: a placeholder or, in the subject, an isolate is left", name)
	}
	Text(t, name, "Subject: "+m.Subject+"\n\n"+m.Text)
}
