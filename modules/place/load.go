package place

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
)

// Load reads the tables of config/places. A fault names the file and the row.
func Load(files fs.FS) (*Table, error) {
	t := &Table{index: map[string]int{}, children: map[string][]string{}, sources: map[string]Source{}}
	var sources map[string]struct {
		File       string
		Year       int
		Census     bool
		Population map[string]string
		Names      map[string]string
	}
	raw, err := fs.ReadFile(files, "sources.yaml")
	if err == nil {
		err = yaml.Unmarshal(raw, &sources)
	}
	if err != nil {
		return nil, fault.Wrap("place.Load sources.yaml", err)
	}
	for _, country := range []string{"MA", "TN"} {
		s := sources[country]
		t.sources[country] = Source{Year: s.Year, Census: s.Census, Population: s.Population, Names: s.Names}
		if err := t.read(files, s.File, country, s.Year); err != nil {
			return nil, fault.Wrap("place.Load "+s.File, err)
		}
	}
	aliases, err := t.correct(files)
	if err != nil {
		return nil, fault.Wrap("place.Load names.csv", err)
	}
	if err := t.connect(); err != nil {
		return nil, fault.Wrap("place.Load", err)
	}
	t.names = make([]searchable, len(t.places))
	for i, p := range t.places {
		t.names[i] = newSearchable(p, aliases[p.ID])
	}
	return t, nil
}

// rows returns a CSV file's rows as maps by column name.
func rows(files fs.FS, name string) ([]map[string]string, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll() // also refuses rows of unequal length
	if err != nil || len(all) == 0 {
		return nil, fmt.Errorf("no table in %s: %w", name, err)
	}
	out := make([]map[string]string, len(all)-1)
	for i, row := range all[1:] {
		out[i] = make(map[string]string, len(row))
		for j, column := range all[0] {
			out[i][column] = row[j]
		}
	}
	return out, nil
}

func (t *Table) read(files fs.FS, name, country string, year int) error {
	table, err := rows(files, name)
	if err != nil {
		return err
	}
	for i, row := range table {
		p := Place{
			ID: makeID(country, row["code"]), Code: row["code"], Country: country, Level: Level(row["level"]),
			NameAR: clean(row["name_ar"]), NameFR: strings.TrimSuffix(clean(row["name_fr"]), "*"), CensusYear: year,
			AreaKM2: decimal(row["area_km2"]), Lat: decimal(row["lat"]), Lon: decimal(row["lon"]),
			MalePercent: decimal(row["male_percent"]), Age15To34Pct: decimal(row["age_15_34_percent"]),
		}
		if row["parent"] != country {
			p.ParentID = makeID(country, row["parent"])
		}
		p.Population, err = strconv.Atoi(row["population"])
		if _, twice := t.index[p.ID]; err != nil || twice || p.NameAR == "" || p.NameFR == "" {
			return fmt.Errorf("row %d (%s): code twice, or no name, or no population", i+2, row["code"])
		}
		t.index[p.ID] = len(t.places)
		t.places = append(t.places, p)
	}
	return nil
}

func makeID(country, code string) string { return strings.ToLower(country) + "-" + code }

// decimal reads a figure that may be missing; the tables write a point.
func decimal(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// clean takes out of a name what lists carry along unseen: marks of direction,
// tatweel, and spaces that are not the space.
func clean(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == 'ـ' || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case r == 'ﯕ':
			return 'ڭ'
		case r == 'ک':
			return 'ك'
		}
		return r
	}, name)
	return strings.Join(strings.Fields(name), " ")
}

// correct applies names.csv and returns the further names people search by.
func (t *Table) correct(files fs.FS) (map[string][]string, error) {
	table, err := rows(files, "names.csv")
	if err != nil {
		return nil, err
	}
	aliases := map[string][]string{}
	for i, row := range table {
		at, known := t.index[row["id"]]
		if !known || row["name"] == "" {
			return nil, fmt.Errorf("row %d: no place %q, or no name", i+2, row["id"])
		}
		p := &t.places[at]
		switch row["kind"] {
		case "ar":
			p.NameAR = row["name"]
		case "fr":
			p.NameFR = row["name"]
		case "en":
			p.NameEN = row["name"]
		case "alias":
			aliases[p.ID] = append(aliases[p.ID], row["name"])
		default:
			return nil, fmt.Errorf("row %d: kind %q is none of ar, fr, en, alias", i+2, row["kind"])
		}
	}
	return aliases, nil
}

// connect links children to parents and gives arrondissements, which the
// tables list under their prefecture, to the commune they divide.
func (t *Table) connect() error {
	for i := range t.places {
		p := &t.places[i]
		if p.Level == Arrondissement {
			commune, ok := t.index[p.ParentID+"010"] // the census gives a divided commune its prefecture's code and 010
			if !ok {
				return fmt.Errorf("arrondissement %s: no divided commune in %s", p.ID, p.ParentID)
			}
			t.places[commune].Arrondissements = true
			p.ParentID = t.places[commune].ID
		}
		up := p.ParentID
		if up == "" {
			up = p.Country
		} else if _, ok := t.index[up]; !ok {
			return fmt.Errorf("%s: parent %s is not in the table", p.ID, up)
		}
		t.children[up] = append(t.children[up], p.ID)
	}
	for _, ids := range t.children {
		slices.SortFunc(ids, func(a, b string) int {
			x, y := t.places[t.index[a]], t.places[t.index[b]]
			return strings.Compare(fold.Bare(x.NameAR)+a, fold.Bare(y.NameAR)+b)
		})
	}
	return nil
}
