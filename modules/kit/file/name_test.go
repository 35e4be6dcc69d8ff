package file

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNamesAreMadeSafeAndStayReadable(t *testing.T) {
	for name, want := range map[string]string{
		"عريضة الحي.pdf":               "عريضة الحي.jpg",
		"photo de l’école.JPEG":        "photo de l’école.jpg",
		"e\u0301cole.png":              "école.jpg", // composed
		"../../etc/passwd":             "passwd.jpg",
		`C:\Users\amal\photo.jpg`:      "photo.jpg",
		"/":                            "file.jpg",
		"":                             "file.jpg",
		"...":                          "file.jpg",
		".htaccess":                    "htaccess.jpg",
		"a.php.jpg":                    "a.php.jpg",
		"photo\r\nSet-Cookie: x.jpg":   "photo Set-Cookie- x.jpg",
		"invoice\u202egpj.exe":         "invoicegpj.jpg", // no turning round of the direction
		"\u2067مرفق\u2069 \u200fأ.jpg": "مرفق أ.jpg",
		"zero\u200bwidth\ufeff.jpg":    "zerowidth.jpg",
		"a  b\u00a0\u3000c\t.png":      "a b c.jpg",
		"quote\"<b>|?*.png":            "quote--b.jpg",
		"جلسة 12.03":                   "جلسة 12.03.jpg", // a date is no extension
		"report.v2":                    "report.jpg",
		"bad\xffutf8.png":              "badutf8.jpg",
		"NUL\x00.png":                  "NUL.jpg",
		strings.Repeat("ش", 300):       strings.Repeat("ش", 80) + ".jpg",
	} {
		got := cleanName(name, typeJPEG)
		if got != want {
			t.Errorf("cleanName(%q) = %q, want %q", name, got, want)
		}
		if again := cleanName(got, typeJPEG); again != got {
			t.Errorf("cleaned twice, %q becomes %q", got, again)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("عريضة.pdf")
	f.Add("../\u202e\x00a.png")
	f.Fuzz(func(t *testing.T, name string) {
		got := cleanName(name, typePDF)
		if !utf8.ValidString(got) || !strings.HasSuffix(got, ".pdf") || utf8.RuneCountInString(got) > maxName+4 || strings.ContainsAny(got, "/\\\r\n\x00\"") {
			t.Errorf("cleanName(%q) = %q", name, got)
		}
	})
}
