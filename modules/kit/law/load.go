package law

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"musharaka/modules/kit/fault"
)

// Fault is one thing that is wrong with a file.
type Fault struct {
	File   string // "ma_region.yaml"
	Path   string // "thresholds[1].signatures", or "line 12" where the file cannot be read so far
	Reason string
}

// Error returns the fault as one line.
func (f Fault) Error() string { return f.File + ": " + f.Path + ": " + f.Reason }

// Faults is all that is wrong, so that one start names everything.
type Faults []Fault

// Error returns one line for each fault.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Load reads the files (config/law) and, over them, those of an operator's
// folder: a file there replaces the one of the same name, and a new name adds
// a pack. overrideDir "" means none. Files are checked by the schema; what is
// wrong comes back together, as Faults inside an Invalid fault.
func Load(files fs.FS, overrideDir string) (*Packs, error) {
	docs := map[string]document{}
	faults := readAll(files, "", docs)
	if overrideDir != "" {
		if info, err := os.Stat(overrideDir); err != nil || !info.IsDir() {
			faults = append(faults, Fault{overrideDir, "MUSHARAKA_LAW_DIR", "is not a folder that can be read"})
		} else {
			faults = append(faults, readAll(os.DirFS(overrideDir), overrideDir, docs)...)
		}
	}
	ps := &Packs{packs: map[string]*Pack{}, countries: map[string]*Country{}}
	for _, name := range sortedKeys(docs) {
		d := docs[name]
		c := &checker{file: d.file, head: d.head, used: map[string]bool{}}
		switch d.head.Kind {
		case "country":
			if country := c.country(d); country != nil {
				ps.countries[country.Code] = country
			}
		default:
			if p := c.pack(d); p != nil {
				ps.packs[p.Name] = p
			}
		}
		faults = append(faults, c.faults...)
	}
	faults = append(faults, ps.together(docs)...)
	if len(faults) > 0 {
		return nil, &fault.Error{Kind: fault.Invalid, Op: "law.Load", Err: faults}
	}
	return ps, nil
}

// document is one file, decoded as far as its kind is known.
type document struct {
	file    string
	head    rawHead
	pack    rawPack
	country rawCountry
}

// readAll decodes every YAML file of a folder; a later name replaces an
// earlier one of the same.
func readAll(files fs.FS, folder string, docs map[string]document) Faults {
	var faults Faults
	names, err := fs.Glob(files, "*.yaml")
	if err != nil || len(names) == 0 && folder == "" {
		return Faults{{path.Join(folder, "*.yaml"), "files", "there is no rule pack"}}
	}
	seen := map[string]string{}
	for _, name := range names {
		file := path.Join(folder, name)
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			faults = append(faults, Fault{file, "file", "cannot be read"})
			continue
		}
		d, wrong := decode(file, raw)
		if len(wrong) > 0 {
			faults = append(faults, wrong...)
			continue
		}
		if other, twice := seen[d.head.Name]; twice {
			faults = append(faults, Fault{file, "name", "is the name of " + other + " too"})
			continue
		}
		seen[d.head.Name] = file
		docs[d.head.Name] = d
	}
	return faults
}

var packName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func decode(file string, raw []byte) (document, Faults) {
	d := document{file: file}
	var kind struct {
		Kind string `yaml:"kind"`
	}
	if err := yaml.Unmarshal(raw, &kind); err != nil {
		return d, yamlFaults(file, err)
	}
	var err error
	switch kind.Kind {
	case "pack":
		err = strict(raw, &d.pack)
		d.head = d.pack.rawHead
	case "country":
		err = strict(raw, &d.country)
		d.head = d.country.rawHead
	default:
		return d, Faults{{file, "kind", "must be pack or country"}}
	}
	if err != nil {
		return d, yamlFaults(file, err)
	}
	if !packName.MatchString(d.head.Name) {
		return d, Faults{{file, "name", "must be small letters, digits and _"}}
	}
	return d, nil
}

// strict decodes one YAML document and refuses keys that the schema does not know.
func strict(raw []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		return err
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("a file holds one document")
	}
	return nil
}

var (
	unknownKey = regexp.MustCompile(`^line (\d+): field (\S+) not found in type`)
	wrongType  = regexp.MustCompile("^line (\\d+): cannot unmarshal !!(\\w+)(?: `(.*)`)? into (\\S+)$")
	yamlLine   = regexp.MustCompile(`line (\d+): (.*)$`)
)

// yamlFaults words the decoder's complaints for whoever wrote the file.
func yamlFaults(file string, err error) Faults {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			return Faults{{file, "line " + m[1], m[2]}}
		}
		return Faults{{file, "file", strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	var faults Faults
	for _, line := range typed.Errors {
		switch {
		case unknownKey.MatchString(line):
			m := unknownKey.FindStringSubmatch(line)
			faults = append(faults, Fault{file, "line " + m[1], "unknown key " + m[2]})
		case wrongType.MatchString(line):
			m := wrongType.FindStringSubmatch(line)
			faults = append(faults, Fault{file, "line " + m[1], "expected " + plainType(m[4]) + ", found " + m[2] + " " + m[3]})
		default:
			faults = append(faults, Fault{file, "file", line})
		}
	}
	return faults
}

// plainType says in words what a Go type wants to be given.
func plainType(t string) string {
	switch {
	case strings.HasPrefix(t, "[]"):
		return "a list"
	case t == "int":
		return "a whole number"
	case t == "bool":
		return "yes or no"
	case t == "string":
		return "text"
	}
	return "a group of keys"
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// together checks what only shows when all files are there.
func (ps *Packs) together(docs map[string]document) Faults {
	var faults Faults
	if ps.packs[DefaultPack] == nil && docs[DefaultPack].file == "" {
		faults = append(faults, Fault{"*.yaml", DefaultPack, "there is no pack of this name"})
	}
	byPlace := map[string]string{}
	for _, name := range sortedKeys(ps.packs) {
		p := ps.packs[name]
		if p.Country == "" {
			continue
		}
		key := p.Country + " " + p.Level
		if other, twice := byPlace[key]; twice {
			faults = append(faults, Fault{docs[name].file, "level", "pack " + other + " is for " + key + " too"})
		}
		byPlace[key] = name
		if ps.countries[p.Country] == nil {
			faults = append(faults, Fault{docs[name].file, "country", "there is no file of kind country for " + p.Country})
		}
	}
	return faults
}
