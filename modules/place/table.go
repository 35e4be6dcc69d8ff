package place

import "slices"

// Level is the rank of a place in its country.
type Level string

// The levels, from the largest down.
const (
	Region         Level = "region"         // MA
	Province       Level = "province"       // MA, prefectures included
	Governorate    Level = "governorate"    // TN: the state's own, without a council that could be petitioned here
	Commune        Level = "commune"        // MA
	Municipality   Level = "municipality"   // TN
	Arrondissement Level = "arrondissement" // MA, a part of a large commune
)

// Place is a territory as the statistical office of its country lists it.
type Place struct {
	ID         string // country and census code: "ma-1511010"
	Code       string // census code
	Country    string // "MA", "TN"
	Level      Level
	ParentID   string // "" for the largest
	NameAR     string
	NameFR     string
	NameEN     string // "" where English uses the French name
	Population int
	CensusYear int // the year of the population figure

	// Arrondissements reports whether a commune is divided into arrondissements,
	// on which the law sets other thresholds. It follows from the table itself.
	Arrondissements bool

	AreaKM2  float64 // 0: unknown
	Lat, Lon float64 // middle of the territory, WGS 84; 0, 0: unknown

	MalePercent  float64 // of the population; 0: unknown
	Age15To34Pct float64 // share of the young; 0: unknown
}

// Name returns the name in a language ("ar", "fr", "en").
func (p Place) Name(lang string) string {
	switch {
	case lang == "ar":
		return p.NameAR
	case lang == "en" && p.NameEN != "":
		return p.NameEN
	}
	return p.NameFR
}

// IsAuthority reports whether the place has a body of its own to which a
// petition can be addressed on the platform.
func (p Place) IsAuthority() bool {
	switch p.Level {
	case Region, Province, Commune, Municipality:
		return true
	}
	return false
}

// Source says where the figures of a country come from, by language.
type Source struct {
	Year       int
	Census     bool // false: an estimate
	Population map[string]string
	Names      map[string]string
}

// Table is all places of both countries, in memory and immutable: it may be
// shared by all requests.
type Table struct {
	places   []Place
	index    map[string]int
	children map[string][]string // by parent id, in the order of the Arabic alphabet; "MA" and "TN" for the largest
	sources  map[string]Source
	names    []searchable
}

// IsAuthority reports whether there is such a place and it is an authority.
func (t *Table) IsAuthority(id string) bool {
	p, ok := t.Get(id)
	return ok && p.IsAuthority()
}

// Get returns the place with this id.
func (t *Table) Get(id string) (Place, bool) {
	i, ok := t.index[id]
	if !ok {
		return Place{}, false
	}
	return t.places[i], true
}

// All returns every place, in the order of the tables.
func (t *Table) All() []Place { return slices.Clone(t.places) }

// Source returns where the figures of a country come from.
func (t *Table) Source(country string) Source { return t.sources[country] }

// Children returns the places directly within one, by Arabic name. The
// communes of a province come before nothing else: arrondissements are
// children of their commune.
func (t *Table) Children(id string) []Place { return t.list(t.children[id]) }

// Top returns a country's largest places: regions of Morocco, governorates of
// Tunisia.
func (t *Table) Top(country string) []Place { return t.list(t.children[country]) }

// Provinces returns the prefectures and provinces of a region, over which the
// signatures of a petition to the region must be spread.
func (t *Table) Provinces(region string) []Place {
	return slices.DeleteFunc(t.Children(region), func(p Place) bool { return p.Level != Province })
}

func (t *Table) list(ids []string) []Place {
	out := make([]Place, len(ids))
	for i, id := range ids {
		out[i] = t.places[t.index[id]]
	}
	return out
}

// Ancestors returns the places that id lies in, the nearest first.
func (t *Table) Ancestors(id string) []Place {
	var up []Place
	p, ok := t.Get(id)
	for ok && p.ParentID != "" {
		if p, ok = t.Get(p.ParentID); ok {
			up = append(up, p)
		}
	}
	return up
}

// Chain returns the ids of a place and of all it lies in, itself first. It is
// how kit/law is told where somebody lives or works; nil for an unknown place.
func (t *Table) Chain(id string) []string {
	if _, ok := t.index[id]; !ok {
		return nil
	}
	ids := []string{id}
	for _, p := range t.Ancestors(id) {
		ids = append(ids, p.ID)
	}
	return ids
}

// Within reports whether a place is or lies in another.
func (t *Table) Within(id, ancestor string) bool { return slices.Contains(t.Chain(id), ancestor) }

// AuthorityOf returns the nearest authority at or above a place: the commune of
// an arrondissement, the place itself for a commune. A governorate has none.
func (t *Table) AuthorityOf(id string) (Place, bool) {
	for _, at := range t.Chain(id) {
		if p, _ := t.Get(at); p.IsAuthority() {
			return p, true
		}
	}
	return Place{}, false
}
