package opendata

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"musharaka/modules/kit/i18n"
)

// Frequency is how often a data set is renewed, in the words of the European
// authority table that DCAT-AP names.
type Frequency string

// The frequencies.
const (
	Continuous Frequency = "CONT"  // made from what is kept, at every request
	Daily      Frequency = "DAILY" // counted once a day
)

// FrequencyLabels are their words.
var FrequencyLabels = map[Frequency]string{Continuous: i18n.Msg("At once, whenever something changes"), Daily: i18n.Msg("Once a day")}

// Dataset is a set of data that a module publishes, in the words of DCAT.
type Dataset struct {
	Key         string // names it for ever: lower-case letters and -
	Title, Text string // message ids
	Keywords    []string
	Frequency   Frequency
	Standards   []string // addresses of what it conforms to
	Local       bool     // each authority has its own; the paths of its files have {place}
	Files       []File
	// Has reports whether an authority has it; nil when each has.
	Has func(ctx context.Context, place string) (bool, error)
	// Span says since when there is data and when something last changed: of one
	// authority where Local. Zero times are not known; nil knows neither.
	Span func(ctx context.Context, place string) (Span, error)
}

// File is one form in which a data set can be had: a distribution of DCAT.
type File struct {
	Format   string // as people call it: "CSV"
	Path     string // as OpenAPI writes it; {lang} and {place} are filled in
	Standard string // address of what this form conforms to
	One      bool   // Path has {id}: there is one for each; only the description names it
}

// Span is the time that a data set covers.
type Span struct{ From, Latest time.Time }

// Publisher is who stands behind a catalogue.
type Publisher struct {
	ID    string // place; "" for the platform
	Names map[string]string
}

// Publishers knows the authorities whose data stands in catalogues of their own.
type Publishers interface {
	// Publishers returns those that take part, in the order in which they are offered.
	Publishers(ctx context.Context) ([]Publisher, error)
}

// mediaTypes are the types of the forms, by what a path ends in.
var mediaTypes = map[string]string{
	"csv": "text/csv", "json": "application/json", "atom": "application/atom+xml", "ics": "text/calendar", "geojson": "application/geo+json", "txt": "text/plain", "xml": "text/xml", "pb": "text/plain",
}

func (f File) mediaType() string { return mediaTypes[f.Path[strings.LastIndexByte(f.Path, '.')+1:]] }

var keyOfDataset = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// checkDatasets finds mistakes of those who register: for who starts the program.
func checkDatasets(all []Dataset) error {
	seen := map[string]bool{}
	for _, d := range all {
		if !keyOfDataset.MatchString(d.Key) || seen[d.Key] || d.Title == "" || d.Text == "" || len(d.Files) == 0 || FrequencyLabels[d.Frequency] == "" {
			return fmt.Errorf("opendata: data set %q is not whole or there twice", d.Key)
		}
		seen[d.Key] = true
		for _, f := range d.Files {
			if f.mediaType() == "" || f.Format == "" || strings.Contains(f.Path, "{place}") != d.Local && !f.One {
				return fmt.Errorf("opendata: file %q of data set %q cannot be offered", f.Path, d.Key)
			}
		}
	}
	return nil
}

// at is the address of a file for a reader of a language, and a place.
func (f File) at(lang, place string) string {
	return strings.NewReplacer("{lang}", lang, "{place}", place).Replace(f.Path)
}

// licence is what everything may be used again under.
const (
	licence     = "https://opendatacommons.org/licenses/odbl/1-0/"
	licenceName = "Open Database License 1.0 (ODbL)"
)

// of are the data sets of a publisher, in their order.
func (h *Pages) of(ctx context.Context, p Publisher) ([]Dataset, error) {
	var all []Dataset
	for _, d := range h.datasets {
		if d.Local != (p.ID != "") {
			continue
		}
		if d.Has != nil {
			has, err := d.Has(ctx, p.ID)
			if err != nil {
				return nil, err
			}
			if !has {
				continue
			}
		}
		all = append(all, d)
	}
	return all, nil
}
