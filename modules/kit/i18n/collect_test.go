package i18n

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// use is one place in the sources where a message id stands.
type use struct {
	context, id, many string
	counted           bool
	module            string // the catalogue it belongs to
	pos               string
	given             []string // the names of the values passed along; nil when that cannot be seen
}

// shape says where in a call the message and its values stand; -1 for none.
type shape struct{ context, id, many, n, pairs int }

var (
	shapeT    = shape{-1, 0, -1, -1, 1}
	shapeC    = shape{0, 1, -1, -1, 2}
	shapeN    = shape{-1, 0, 1, 2, 3}
	shapeMsg  = shape{-1, 0, -1, -1, -1}
	shapeMsgN = shape{-1, 0, 1, -1, -1}
	shapeNew  = shape{-1, 1, -1, -1, 2} // fault.New and form.Errors.Add
)

// collector gathers the message ids of all sources. It reads syntax only, no
// types: a call is known by its name.
type collector struct {
	fset     *token.FileSet
	files    map[string]*ast.File
	consts   map[[2]string]ast.Expr // folder and name
	forwards map[[2]string]shape    // functions that hand a parameter on as a message id, by folder and name
	uses     []use
	problems []string
}

// collect reads every Go source below root, generated ones included, tests
// not, and returns the messages in them and what is wrong with them.
func collect(root fs.FS) ([]use, []string, error) {
	c := &collector{token.NewFileSet(), map[string]*ast.File{}, map[[2]string]ast.Expr{}, map[[2]string]shape{}, nil, nil}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := d.Name(); d.IsDir() && name != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(c.fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			c.problems = append(c.problems, "does not parse: "+err.Error())
			return nil
		}
		c.files[name] = f
		c.rememberConsts(path.Dir(name), f)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	unreadable := c.problems
	for known := -1; known < len(c.forwards); { // until no further function is found to hand messages on
		known = len(c.forwards)
		c.uses, c.problems = nil, slices.Clone(unreadable)
		for _, name := range slices.Sorted(mapKeys(c.files)) {
			c.file(name, c.files[name])
		}
	}
	return c.uses, c.problems, nil
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (c *collector) rememberConsts(dir string, f *ast.File) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			spec := s.(*ast.ValueSpec)
			for i, name := range spec.Names {
				if i < len(spec.Values) {
					c.consts[[2]string{dir, name.Name}] = spec.Values[i]
				}
			}
		}
	}
}

func (c *collector) file(name string, f *ast.File) {
	usesForms := slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool {
		return strings.HasSuffix(i.Path.Value, `/modules/kit/form"`)
	})
	for _, d := range f.Decls {
		fn, _ := d.(*ast.FuncDecl)
		if fn != nil && fn.Name.Name == "Messages" && fn.Recv != nil {
			c.messages(name, fn)
		}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if s, is := c.shapeOf(name, n, usesForms); is {
					c.call(name, fn, n, s)
				}
			case *ast.CompositeLit:
				c.faultLiteral(name, n)
			}
			return true
		})
	}
}

// shapeOf recognises a call that takes a message id.
func (c *collector) shapeOf(file string, call *ast.CallExpr, usesForms bool) (shape, bool) {
	dir := path.Dir(file)
	if ident, ok := call.Fun.(*ast.Ident); ok {
		if dir == "modules/kit/i18n" && ident.Name == "Msg" {
			return shapeMsg, true
		}
		s, is := c.forwards[[2]string{dir, ident.Name}]
		return s, is
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return shape{}, false
	}
	of := ""
	if x, ok := sel.X.(*ast.Ident); ok {
		of = x.Name
	}
	switch name := sel.Sel.Name; {
	case name == "T":
		return shapeT, true
	case name == "C" && len(call.Args) >= 2:
		return shapeC, true
	case name == "N" && len(call.Args) >= 3:
		return shapeN, true
	case name == "Msg" && (of == "i18n" || of == "ui"):
		return shapeMsg, true
	case name == "MsgN" && (of == "i18n" || of == "ui"):
		return shapeMsgN, true
	case name == "New" && of == "fault":
		return shapeNew, true
	case name == "Add" && usesForms && len(call.Args) >= 2 && c.isSentence(dir, call.Args[1]):
		return shapeNew, true
	}
	for _, in := range []string{dir, c.importedAs(file, of)} {
		if s, is := c.forwards[[2]string{in, sel.Sel.Name}]; is {
			return s, true
		}
	}
	return shape{}, false
}

// importedAs returns the folder of the project that file imports under a name.
func (c *collector) importedAs(file, name string) string {
	for _, i := range c.files[file].Imports {
		target, _ := strconv.Unquote(i.Path.Value)
		dir, ours := strings.CutPrefix(target, "musharaka/")
		if ours && (i.Name != nil && i.Name.Name == name || i.Name == nil && path.Base(dir) == name) {
			return dir
		}
	}
	return ""
}

// isSentence tells form.Errors.Add(field, "Say what you ask for.") from http.Header.Add(name, value).
func (c *collector) isSentence(dir string, e ast.Expr) bool {
	text, ok := c.literal(dir, e)
	return ok && strings.Contains(text, " ")
}

// call notes the message of one call.
func (c *collector) call(file string, fn *ast.FuncDecl, call *ast.CallExpr, s shape) {
	if s.id >= len(call.Args) {
		return
	}
	dir, pos := path.Dir(file), c.fset.Position(call.Pos())
	u := use{module: moduleOf(file), pos: fmt.Sprintf("%s:%d", pos.Filename, pos.Line), counted: s.many >= 0}
	id, ok := c.literal(dir, call.Args[s.id])
	if !ok {
		c.variable(dir, u.pos, fn, call, s)
		return
	}
	if id == "" {
		return // a fault that says nothing has nothing to translate
	}
	u.id = id
	for _, part := range []struct {
		at   int
		into *string
	}{{s.context, &u.context}, {s.many, &u.many}} {
		if part.at < 0 {
			continue
		}
		text, ok := c.literal(dir, call.Args[part.at])
		if !ok {
			c.problems = append(c.problems, u.pos+": the context and the plural of a message must be literals too")
			return
		}
		*part.into = text
	}
	u.given = c.given(u, call, s)
	c.uses = append(c.uses, u)
}

// given returns the names of the values that a call passes for placeholders.
func (c *collector) given(u use, call *ast.CallExpr, s shape) []string {
	if s.pairs < 0 || call.Ellipsis.IsValid() {
		return nil
	}
	names := []string{}
	if s.n >= 0 {
		names = append(names, "n")
	}
	for i := s.pairs; i < len(call.Args); i += 2 {
		name, ok := c.literal(path.Dir(c.fset.Position(call.Pos()).Filename), call.Args[i])
		if !ok || i+1 == len(call.Args) {
			c.problems = append(c.problems, u.pos+": the values of a message are pairs of a literal name and a value")
			return nil
		}
		names = append(names, name)
	}
	return names
}

// variable decides about a call whose id is no literal. A parameter makes the
// function one that hands messages on: its callers' literals are collected. A
// field, an element or a result must have been marked where it was written. A
// sentence that is put together is never translated.
func (c *collector) variable(dir, pos string, fn *ast.FuncDecl, call *ast.CallExpr, s shape) {
	switch arg := call.Args[s.id].(type) {
	case *ast.Ident:
		at, is := parameter(fn, arg.Name)
		if !is || slices.Contains([]string{"T", "C", "N", "Msg", "MsgN"}, fn.Name.Name) {
			return
		}
		forwarded := shape{-1, at, -1, -1, -1}
		if s.many >= 0 {
			many, ok := call.Args[s.many].(*ast.Ident)
			if forwarded.many, is = parameter(fn, many.Name); !ok || !is {
				c.problems = append(c.problems, pos+": hands on a message for one but not the one for many")
			}
		}
		if s.context >= 0 {
			c.problems = append(c.problems, pos+": a message with a context must be a literal")
			return
		}
		c.forwards[[2]string{dir, fn.Name.Name}] = forwarded
	case *ast.SelectorExpr, *ast.IndexExpr:
	case *ast.CallExpr:
		if sel, ok := arg.Fun.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && slices.Contains([]string{"fmt", "strings", "strconv"}, x.Name) {
				c.problems = append(c.problems, pos+": a message put together by "+x.Name+" has no translation; use a literal with {placeholders}")
			}
		}
	default:
		c.problems = append(c.problems, pos+": a message that is put together has no translation; use a literal with {placeholders}")
	}
}

func parameter(fn *ast.FuncDecl, name string) (index int, is bool) {
	if fn == nil {
		return 0, false
	}
	for _, field := range fn.Type.Params.List {
		for _, n := range field.Names {
			if n.Name == name {
				return index, true
			}
			index++
		}
	}
	return 0, false
}

// messages collects the values of the map that a form's Messages method returns.
func (c *collector) messages(file string, fn *ast.FuncDecl) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if pair, ok := n.(*ast.KeyValueExpr); ok {
			c.note(file, pair.Value)
		}
		return true
	})
}

// faultLiteral collects Message of a fault.Error{…} written out.
func (c *collector) faultLiteral(file string, lit *ast.CompositeLit) {
	sel, ok := lit.Type.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Error" {
		return
	}
	if x, ok := sel.X.(*ast.Ident); !ok || x.Name != "fault" {
		return
	}
	for _, e := range lit.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if name, ok := pair.Key.(*ast.Ident); ok && name.Name == "Message" {
				c.note(file, pair.Value)
			}
		}
	}
}

func (c *collector) note(file string, e ast.Expr) {
	if id, ok := c.literal(path.Dir(file), e); ok {
		pos := c.fset.Position(e.Pos())
		c.uses = append(c.uses, use{id: id, module: moduleOf(file), pos: fmt.Sprintf("%s:%d", pos.Filename, pos.Line)})
	}
}

// literal evaluates a string literal, literals joined by +, and constants of
// the same package.
func (c *collector) literal(dir string, e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return c.literal(dir, e.X)
	case *ast.BinaryExpr:
		x, okX := c.literal(dir, e.X)
		y, okY := c.literal(dir, e.Y)
		return x + y, okX && okY && e.Op == token.ADD
	case *ast.Ident:
		if value := c.consts[[2]string{dir, e.Name}]; value != nil {
			return c.literal(dir, value)
		}
	}
	return "", false
}

// moduleOf names the catalogue that the messages of a source file belong to.
func moduleOf(file string) string {
	parts := strings.Split(file, "/")
	switch {
	case strings.HasPrefix(file, "modules/kit/law/"):
		return "law" // it speaks as much as a module
	case parts[0] == "modules" && len(parts) > 2:
		return parts[1] // kit has one for all its other packages
	case parts[0] == "views" && strings.HasSuffix(parts[1], "view"):
		return strings.TrimSuffix(parts[1], "view")
	default:
		return "common"
	}
}
