package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport says which parts of the project each part may use. It reads
// downwards: nothing uses what stands above it.
var mayImport = map[string][]string{
	"server":      {"modules", "modules/kit", "views", "static", "config"},
	"modules":     {"modules/kit", "views", "config"},
	"modules/kit": {"views", "static", "config"},
	"views":       {"views/ui"},
	"static":      {},
	"config":      {},
}

// kitFloors is the kit's own order: a package may use those of lower floors,
// and those of its own floor where the list says so.
var kitFloors = []string{"fault clock ident fold table feed", "store i18n typeset outbound", "ledger", "job file audit form law", "mail pdf card auth", "web seal", "golden"}

// TestImportsRunOneWay reads the sources itself instead of asking the go
// command, so that a changed file is never answered from the test cache.
func TestImportsRunOneWay(t *testing.T) {
	documented := map[string]bool{}
	eachSource(t, func(file string, f *ast.File) {
		dir := path.Dir(file)
		documented[dir] = documented[dir] || f.Doc != nil
		for _, imp := range f.Imports {
			target, _ := strconv.Unquote(imp.Path.Value)
			if other, ours := strings.CutPrefix(target, "musharaka/"); ours {
				judge(t, file, dir, other)
			}
		}
	})
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no file says what this package is for", dir)
		}
	}
}

func judge(t *testing.T, file, dir, other string) {
	from, to := part(dir), part(other)
	switch {
	case dir == other || strings.HasPrefix(dir, other+"/") || strings.HasPrefix(other, dir+"/"):
	case from == "modules" && to == "modules" && feature(dir) == feature(other):
	case from == "modules" && to == "modules":
		t.Errorf("%s uses %s: a feature asks through its own interface, and server connects the two", file, other)
	case from == "modules/kit" && to == "modules/kit":
		if !sameKitPart(dir, other) && floor(dir) <= floor(other) {
			t.Errorf("%s uses %s, which stands on the same floor of the kit or above", file, other)
		}
	case from == "views":
		if other != "views/ui" {
			t.Errorf("%s uses %s: views use nothing of ours but views/ui", file, other)
		}
	case from != to && !slices.Contains(mayImport[from], to):
		t.Errorf("%s uses %s: %s may not use %s", file, other, from, to)
	}
}

// feature is the feature a directory belongs to: "budget" for modules/budget/tally.
func feature(dir string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(dir, "modules/"), "/")
	return name
}

// kitName is the part of the kit a directory belongs to: "store" for all below kit/store.
func kitName(dir string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(dir, "modules/kit/"), "/")
	return name
}

func sameKitPart(a, b string) bool { return kitName(a) == kitName(b) }

func floor(dir string) int {
	name := kitName(dir)
	for i, names := range kitFloors {
		if slices.Contains(strings.Fields(names), name) {
			return i
		}
	}
	return -1 // a package that is on no floor may use none and so fails: put it on one
}

// part names the part of the project a directory belongs to.
func part(dir string) string {
	if strings.HasPrefix(dir, "modules/kit/") {
		return "modules/kit"
	}
	top, _, _ := strings.Cut(dir, "/")
	return top
}

// TestNothingElseStandsAtTheTop holds the top level to what the owner fixed.
func TestNothingElseStandsAtTheTop(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(strings.Fields("server modules views static config data"), e.Name()) {
			t.Errorf("folder %s is not part of the layout", e.Name())
		}
	}
}

// TestTimeAndChanceHaveOneSource keeps the machine's clock and randomness out
// of everything that tests must be able to steer.
func TestTimeAndChanceHaveOneSource(t *testing.T) {
	eachSource(t, func(file string, f *ast.File) {
		dir := path.Dir(file)
		for _, imp := range f.Imports {
			p, _ := strconv.Unquote(imp.Path.Value)
			if (p == "math/rand" || p == "math/rand/v2" || p == "crypto/rand") && !slices.Contains(chanceAllowed, dir) {
				t.Errorf("%s imports %s: randomness comes from kit/ident", file, p)
			}
		}
		if slices.Contains(clockAllowed, dir) {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" && sel.Sel.Name == "Now" {
					t.Errorf("%s asks time.Now: the time comes from kit/clock", file)
				}
			}
			return true
		})
	})
}

// Where the machine's own clock is meant: measuring how long something took.
var clockAllowed = []string{"modules/kit/clock", "modules/kit/web", "server"}

// Where other sources of chance are meant: the invented life of the demo and the
// random acts of the store's tests, both the same at every run.
var chanceAllowed = []string{"modules/kit/ident", "modules/kit/store/storetest", "server"}

// eachSource parses every source file of ours that is not a test.
func eachSource(t *testing.T, visit func(file string, f *ast.File)) {
	t.Helper()
	root := os.DirFS("..")
	seen := 0
	err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && file != "." || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		src, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ParseComments)
		if err != nil {
			return err
		}
		seen++
		visit(file, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Fatalf("only %d sources were read: this test looked in the wrong place", seen)
	}
}

// TestSourcesStaySmall holds files and functions to a size that is read in one go.
func TestSourcesStaySmall(t *testing.T) {
	root := os.DirFS("..")
	eachSource(t, func(file string, f *ast.File) {
		if strings.HasSuffix(file, "_templ.go") {
			return
		}
		src, err := fs.ReadFile(root, file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(src), "\n"); n > 600 {
			t.Errorf("%s has %d lines; 600 at most", file, n)
		}
		lines := func(p token.Pos) int { return strings.Count(string(src[:p-f.FileStart]), "\n") }
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && lines(fn.End())-lines(fn.Pos())+1 > 80 {
				t.Errorf("%s: %s has more than 80 lines", file, fn.Name.Name)
			}
		}
	})
}
