package place

import (
	"strings"
	"testing"
	"testing/fstest"

	"musharaka/config/places"
)

func load(t testing.TB) *Table {
	t.Helper()
	table, err := Load(places.Files)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTablesHoldEveryPlaceOfBothCountries(t *testing.T) {
	counts := map[string]int{}
	for _, p := range load(t).All() {
		counts[p.Country+" "+string(p.Level)]++
	}
	for kind, want := range map[string]int{
		"MA region": 12, "MA province": 75, "MA commune": 1503, "MA arrondissement": 41,
		"TN governorate": 24, "TN municipality": 350,
	} {
		if counts[kind] != want {
			t.Errorf("%s: %d, want %d", kind, counts[kind], want)
		}
	}
	if len(counts) != 6 {
		t.Errorf("unexpected levels: %v", counts)
	}
}

func TestEveryChainOfAncestorsIsSound(t *testing.T) {
	table := load(t)
	above := map[Level][]Level{
		Arrondissement: {Commune, Province, Region}, Commune: {Province, Region}, Province: {Region}, Region: nil,
		Municipality: {Governorate}, Governorate: nil,
	}
	for _, p := range table.All() {
		up := table.Ancestors(p.ID)
		if len(up) != len(above[p.Level]) {
			t.Fatalf("%s (%s) has %d ancestors", p.ID, p.Level, len(up))
		}
		for i, a := range up {
			if a.Level != above[p.Level][i] || a.Country != p.Country {
				t.Errorf("%s: ancestor %d is %s, a %s", p.ID, i, a.ID, a.Level)
			}
			if !table.Within(p.ID, a.ID) || table.Within(a.ID, p.ID) {
				t.Errorf("%s is not within %s alone", p.ID, a.ID)
			}
		}
		if !table.Within(p.ID, p.ID) {
			t.Errorf("%s is not within itself", p.ID)
		}
	}
}

// The sums hold the tables against themselves: a row lost or moved shows.
func TestPopulationsAddUp(t *testing.T) {
	table := load(t)
	total := map[string]int{}
	for _, p := range table.All() {
		if p.ParentID == "" {
			total[p.Country] += p.Population
		}
		sum := 0
		for _, c := range table.Children(p.ID) {
			sum += c.Population
		}
		if sum != 0 && sum != p.Population {
			t.Errorf("%s has %d inhabitants, its parts %d", p.ID, p.Population, sum)
		}
	}
	if total["MA"] != 36828330 || total["TN"] != 11608316 {
		t.Errorf("national totals %v", total)
	}
}

func TestDividedCommunesAreKnownFromTheTable(t *testing.T) {
	table := load(t)
	divided := map[string]int{}
	for _, p := range table.All() {
		if p.Arrondissements {
			divided[p.ID] = len(table.Children(p.ID))
		}
	}
	want := map[string]int{"ma-6141010": 16, "ma-4421010": 5, "ma-4441010": 5, "ma-3231010": 6, "ma-7351010": 5, "ma-1511010": 4}
	for id, n := range want {
		if divided[id] != n {
			t.Errorf("%s has %d arrondissements, want %d", id, divided[id], n)
		}
	}
	if len(divided) != len(want) {
		t.Errorf("divided communes: %v", divided)
	}
}

func TestNamesCarryNothingUnseen(t *testing.T) {
	for _, p := range load(t).All() {
		for _, name := range []string{p.NameAR, p.NameFR} {
			if name != clean(name) || strings.ContainsAny(name, "*?\u00a0\u202b\u202c") {
				t.Errorf("%s: %q", p.ID, name)
			}
		}
	}
}

func TestAuthorityOfAPlace(t *testing.T) {
	table := load(t)
	for id, want := range map[string]string{
		"ma-15110103": "ma-1511010", // an arrondissement answers through its commune
		"ma-1511010":  "ma-1511010", "ma-1511": "ma-1511", "ma-1": "ma-1", "tn-1714": "tn-1714", "tn-17": "", "xx": "",
	} {
		if got, _ := table.AuthorityOf(id); got.ID != want {
			t.Errorf("AuthorityOf(%s) = %q, want %q", id, got.ID, want)
		}
	}
	if n := len(table.Provinces("ma-1")); n != 8 {
		t.Errorf("region 1 has %d provinces, want 8", n)
	}
}

func TestSearchForgivesSpelling(t *testing.T) {
	table := load(t)
	for query, want := range map[string]string{
		"منزل بورقيبة":     "tn-1714",
		"منزل بورقيبه":     "tn-1714",
		"منزل بورڨيبة":     "tn-1714",
		"menzel bourguiba": "tn-1714",
		"menzel bourgiba":  "tn-1714",
		"Menzel-Bourguiba": "tn-1714",
		"manzel bourguiba": "tn-1714",
		"hoceima":          "ma-1051",
		"Al Hoceïma":       "ma-1051",
		"el hoceima":       "ma-1051",
		"الحسيمه":          "ma-1051",
		"حسيمة":            "ma-1051",
		"larach":           "ma-1331",
		"العرايش":          "ma-1331",
		"tanger":           "ma-1511010",
		"Tangier":          "ma-1511010",
		"طنجه":             "ma-1511010",
		"طنحة":             "ma-1511010",
		"marsa":            "tn-1117",
		"la marsa":         "tn-1117",
		"المرسي":           "tn-1117",
		"mourouj":          "tn-1312",
		"mdiq":             "ma-15730105",
		"m'diq":            "ma-15730105",
		"m'diq-fnideq":     "ma-1573",
		"fnideq":           "ma-15730101",
		"casa":             "ma-6141010",
		"الدارالبيضاء":     "ma-6141",
		"sfaks":            "tn-34",
		"fez":              "ma-3231",
		"marrakesh":        "ma-7351",
		"ariana":           "tn-12",
		"L’Ariana":         "tn-12",
		"oriental":         "ma-2",
		"beja":             "tn-21",
		"اكادير":           "ma-90010101",
		"أڭادير":           "ma-90010101",
		"شفشاون":           "ma-1151",
		"chefchawen":       "ma-1151",
	} {
		hits := table.Search(query, "", 5)
		if len(hits) == 0 || hits[0].ID != want {
			t.Errorf("Search(%q) = %v, want %s first", query, ids(hits), want)
		}
	}
}

func TestSearchRanksExactThenPrefixThenWordThenFuzzy(t *testing.T) {
	table := load(t)
	hits := table.Search("tanger", "", 10)
	if got := ids(hits); len(got) < 3 || got[0] != "ma-1511010" || got[1] != "ma-1" || got[2] != "ma-1511" {
		t.Errorf("tanger: %v", got)
	}
	for _, p := range table.Search("marsa", "MA", 10) {
		if p.Country != "MA" {
			t.Errorf("a search in Morocco found %s", p.ID)
		}
	}
	if hits := table.Search("  '’- ", "", 10); hits != nil {
		t.Errorf("nothing was asked and %v found", ids(hits))
	}
	if hits := table.Search("zzzzqqq", "", 10); len(hits) != 0 {
		t.Errorf("nonsense found %v", ids(hits))
	}
	if hits := table.Search("sidi", "", 7); len(hits) != 7 {
		t.Errorf("the limit is not kept: %d", len(hits))
	}
}

func TestEveryPlaceIsFoundByEachOfItsNames(t *testing.T) {
	table := load(t)
	for _, p := range table.All() {
		for _, name := range []string{p.NameAR, p.NameFR} {
			found := false
			for _, hit := range table.Search(name, p.Country, 60) {
				found = found || hit.ID == p.ID
			}
			if !found {
				t.Errorf("%s is not found as %q", p.ID, name)
			}
		}
	}
}

func TestLoadNamesTheRowThatIsWrong(t *testing.T) {
	good := func() fstest.MapFS {
		files := fstest.MapFS{}
		for _, name := range []string{"ma.csv", "tn.csv", "names.csv", "sources.yaml"} {
			raw, err := places.Files.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: raw}
		}
		return files
	}
	for _, c := range []struct{ file, old, new, want string }{
		{"ma.csv", "2,region,MA", "1,region,MA", "row 3 (1)"},
		{"ma.csv", "1051,province,1,", "1051,province,99,", "parent ma-99 is not in the table"},
		{"ma.csv", "4030222", "many", "row 2 (1)"},
		{"tn.csv", "تونس العاصمة", "", "row 26 (1111)"},
		{"names.csv", "tn-1111,", "tn-9999,", `no place "tn-9999"`},
		{"names.csv", "ma-2,fr", "ma-2,xx", `kind "xx"`},
		{"sources.yaml", "file: ma.csv", "file: none.csv", "none.csv"},
	} {
		files := good()
		files[c.file].Data = []byte(strings.Replace(string(files[c.file].Data), c.old, c.new, 1))
		if _, err := Load(files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q: %v, want a fault with %q", c.file, c.new, err, c.want)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	table := load(b)
	for _, q := range []string{"منزل بورقيبه", "menzel bourgiba", "sidi"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				table.Search(q, "", 20)
			}
		})
	}
}

func ids(list []Place) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.ID)
	}
	return out
}
