package opendata

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// base is the file the others are put into.
const base = "base.yaml"

// Document puts the descriptions of all modules together, with the address of
// this platform as the server. It fails when two modules describe the same path
// or name two things alike.
func Document(files fs.FS, server string) (map[string]any, error) {
	doc, err := read(files, base)
	if err != nil {
		return nil, err
	}
	doc["servers"] = []any{map[string]any{"url": server}}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range slices.DeleteFunc(names, func(n string) bool { return n == base }) {
		part, err := read(files, name)
		if err != nil {
			return nil, err
		}
		if err := join(doc, part, ""); err != nil {
			return nil, fmt.Errorf("config/openapi/%s: %w", name, err)
		}
	}
	return doc, nil
}

func read(files fs.FS, name string) (map[string]any, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	if err := yaml.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("config/openapi/%s: %w", name, err)
	}
	return out, nil
}

// join adds what a part describes: paths, and components of each sort.
func join(into, part map[string]any, at string) error {
	for key, value := range part {
		path := at + "/" + key
		have, there := into[key]
		switch group := path == "/paths" || path == "/components" || strings.Count(path, "/") == 2 && strings.HasPrefix(path, "/components/"); {
		case !there:
			into[key] = value
		case !group:
			return fmt.Errorf("%s is described twice", strings.TrimPrefix(path, "/"))
		default:
			old, ok := have.(map[string]any)
			more, also := value.(map[string]any)
			if !ok || !also {
				return fmt.Errorf("%s is no table", path)
			}
			if err := join(old, more, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// JSON writes the document as it is served.
func JSON(doc map[string]any) ([]byte, error) { return json.Marshal(doc) }

// Endpoint is one operation as the page for people lists it.
type Endpoint struct {
	Tag, Method, Path, Summary, Description string
}

// Endpoints returns the operations of a document, by tag and path.
func Endpoints(doc map[string]any) []Endpoint {
	var all []Endpoint
	paths, _ := doc["paths"].(map[string]any)
	for path, item := range paths {
		operations, _ := item.(map[string]any)
		for method, op := range operations {
			o, ok := op.(map[string]any)
			if !ok {
				continue
			}
			e := Endpoint{Method: strings.ToUpper(method), Path: path}
			e.Summary, _ = o["summary"].(string)
			e.Description, _ = o["description"].(string)
			if tags, _ := o["tags"].([]any); len(tags) > 0 {
				e.Tag, _ = tags[0].(string)
			}
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b Endpoint) int {
		return strings.Compare(a.Tag+"\x00"+a.Path+"\x00"+a.Method, b.Tag+"\x00"+b.Path+"\x00"+b.Method)
	})
	return all
}
