package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommandsSayWhatIsWrong(t *testing.T) {
	empty := t.TempDir()
	for name, x := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a word too many":         {[]string{"check", "now"}, exitUnusable, `takes no "now"`},
		"a folder is missing":     {[]string{"backup"}, exitUnusable, "Usage: server backup"},
		"nothing to check":        {[]string{"check"}, exitFailed, "MUSHARAKA_DATA: there is no such folder"},
		"nothing to back up":      {[]string{"backup", filepath.Join(empty, "copy")}, exitFailed, "MUSHARAKA_DATA: there is no such folder"},
		"nothing to restore from": {[]string{"restore", filepath.Join(empty, "none")}, exitFailed, "The folder " + filepath.Join(empty, "none") + " holds no complete backup"},
	} {
		data := filepath.Join(t.TempDir(), "data")
		var out, errs bytes.Buffer
		code := run(t.Context(), x.args, func(name string) (string, bool) { return data, name == "MUSHARAKA_DATA" }, &out, &errs)
		if code != x.code || !strings.Contains(errs.String(), x.says) {
			t.Errorf("%s: code %d, not %d: %s", name, code, x.code, errs.String())
		}
		if _, err := os.Stat(filepath.Join(data, "musharaka.db")); err == nil && x.args[0] != "restore" {
			t.Errorf("%s: a store was made", name)
		}
	}
}
