package law

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	lawfiles "musharaka/config/law"
	"musharaka/modules/kit/fault"
)

func files(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	entries, err := lawfiles.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, err := lawfiles.Files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = &fstest.MapFile{Data: raw}
	}
	return out
}

func TestTheSchemaNamesFilePathAndReason(t *testing.T) {
	for _, c := range []struct{ file, old, new, path, reason string }{
		{"ma_region.yaml", "petition_right: yes", "petition_rigth: yes", "line 1", "unknown key petition_rigth"},
		{"ma_region.yaml", "petition_right: yes", "", "petition_right", "is missing"},
		{"ma_region.yaml", "petition_right: yes", "petition_right: perhaps", "line 1", "expected yes or no, found str perhaps"},
		{"ma_region.yaml", "kind: pack", "kind: rule", "kind", "must be pack or country"},
		{"ma_region.yaml", "name: ma_region", "name: MA Region", "name", "must be small letters, digits and _"},
		{"ma_region.yaml", "name: ma_region", "name: ma_commune", "name", "is the name of ma_commune.yaml too"},
		{"ma_region.yaml", "country: MA", "country: Maroc", "country", "is not a country code"},
		{"ma_region.yaml", "level: region", "level: commune", "level", "is for MA commune too"},
		{"ma_region.yaml", "  fr: Pétitions adressées au conseil de la région\n", "", "title.fr", "is missing"},
		{"ma_region.yaml", "signatures: 300", "signatures: 0", "thresholds[0].signatures", "must be 1 or more"},
		{"ma_region.yaml", "signatures: 300", "signatures: many", "line 6", "expected a whole number, found str many"},
		{"ma_region.yaml", "population_min: 0", "population_min: -1", "thresholds[0].population_min", "must be 0 or more"},
		{"ma_region.yaml", "population_max: 999999", "population_max: 999998", "thresholds valid from 2015-07-23", "no threshold for a population of 999999 to 999999"},
		{"ma_region.yaml", "population_max: 999999", "population_max: 1000000", "thresholds valid from 2015-07-23", "two thresholds for a population of 1000000"},
		{"ma_region.yaml", "population_min: 3000001\n", "population_min: 3000001\n    population_max: 9000000\n", "thresholds valid from 2015-07-23", "no threshold for a population of 9000001 and more"},
		{"ma_region.yaml", "population_min: 0", "population_min: 5", "thresholds valid from 2015-07-23", "no threshold for a population of 0 to 4"},
		{"ma_region.yaml", "population_max: 3000000", "population_max: 3", "thresholds[1].population_max", "is less than population_min"},
		{"ma_commune.yaml", "arrondissements: yes", "arrondissements: maybe", "thresholds[2].arrondissements", "must be yes, no or any"},
		{"ma_commune.yaml", "arrondissements: yes", "arrondissements: no", "thresholds valid from 2015-07-23", "(communes with arrondissements)"},
		{"ma_region.yaml", "article: 120–122\n    source: region_site", "article: 120–122\n    source: regionsite", "thresholds[0].source", `"regionsite" is not among the sources`},
		{"ma_region.yaml", "    law: region_law\n    article: 120–122", "    law: regional\n    article: 120–122", "thresholds[0].law", `"regional" is not among the laws`},
		{"ma_region.yaml", "    law: region_law\n    article: 120–122", "    article: 120–122", "thresholds[0].article", "an article needs its law"},
		{"ma_region.yaml", "source: region_site\n    valid_from: 2015-07-23", "valid_from: 2015-07-23", "thresholds[0].source", "is missing"},
		{"ma_region.yaml", "valid_from: 2015-07-23\n    verified: yes", "valid_from: 23/07/2015\n    verified: yes", "thresholds[0].valid_from", `"23/07/2015" is not a date`},
		{"ma_region.yaml", "valid_from: 2015-07-23\n    verified: yes", "valid_from: 2015-07-23", "thresholds[0].verified", "is missing: yes or no"},
		{"ma_province.yaml", "source: unread, valid_from: 2015-07-23, verified: no", "source: unread, valid_from: 2015-07-23, verified: yes", "thresholds[0].verified", `nothing can be verified in the source "unread"`},
		{"default.yaml", "source: platform, valid_from: 2026-11-22, verified: no", "source: platform, valid_from: 2026-11-22, verified: yes", "thresholds[0].verified", `nothing can be verified in the source "platform"`},
		{"ma_region.yaml", "        source: other_region_site", "        source: elsewhere", "thresholds[0].disputed[0].source", `"elsewhere" is not among the sources`},
		{"ma_region.yaml", "  subunit_percent:", "  subunit_per_cent:", "figures.subunit_per_cent", "unknown figure"},
		{"ma_region.yaml", "unit: percent", "unit: permille", "figures.subunit_percent[0].unit", "must be percent"},
		{"ma_region.yaml", "value: 5\n", "value: 500\n", "figures.subunit_percent[0].value", "must be 1 to 100"},
		{"default.yaml", "  minimum_age:\n    - {value: 16, unit: years, source: platform, valid_from: 2026-11-22, verified: no}\n", "", "figures.minimum_age", "is missing"},
		{"default.yaml", "  minimum_age:\n", "  minimum_age:\n    - {value: 18, unit: years, source: platform, valid_from: 2027-01-01, verified: no}\n", "figures.minimum_age[1].valid_from", "must be later than that of the entry before"},
		{"ma_region.yaml", "months: [3, 7, 10]", "months: [3, 13]", "sessions.months[1]", "must be months from 1 to 12"},
		{"ma_region.yaml", "months: [3, 7, 10]", "months: []", "sessions.months", "is missing"},
		{"ma_region.yaml", "usual: regional_council", "usual: bureau", "bodies.usual", `"bureau" is not among the bodies allowed`},
		{"ma_region.yaml", "allowed: [regional_council,", "allowed: [regional_council, king,", "bodies.allowed[1]", `"king" is not a kind of body`},
		{"ma_region.yaml", "ties: [residence, activity]", "ties: [birth]", "eligibility.ties[0]", "neither residence nor activity"},
		{"ma_region.yaml", "ties: [residence, activity]", "ties: []", "eligibility.ties", "is missing"},
		{"ma_region.yaml", "of: object", "of: everybody", "conditions[7].of", "must be signatory, association or object"},
		{"ma_region.yaml", "code: common_interest", "code: residence_or_activity", "conditions[1].code", "stand once"},
		{"ma_region.yaml", "laws:\n", "laws:\n  spare: {ar: أ, fr: b, en: c}\n", "laws.spare", "nothing refers to it"},
		{"ma_region.yaml", "sources:\n", "sources:\n  spare: {ar: أ, fr: b, en: c}\n", "sources.spare", "nothing refers to it"},
		{"country_tn.yaml", `example: "01234567"`, `example: "1234567"`, "identity.example", "does not match the pattern"},
		{"country_tn.yaml", `"^[0-9]{8}$"`, `"[0-9"`, "identity.pattern", "must be a regular expression"},
		{"country_tn.yaml", "digits_max: 8", "digits_max: 7", "identity.digits_max", "must be digits_min or more"},
		{"country_tn.yaml", "week_starts: monday", "week_starts: friday", "formats.week_starts", "must be monday"},
		{"country_tn.yaml", "currency: TND", "currency: dinar", "formats.currency", "code of three letters"},
		{"country_tn.yaml", `phone_prefix: "+216"`, `phone_prefix: "216"`, "contact.phone_prefix", "must be +"},
		{"country_tn.yaml", "receipt: declaration", "receipt: yes", "regulator.receipt", "must be authorisation or declaration"},
		{"country_tn.yaml", "country: TN", "country: TR", "country", "no file of kind country for TN"},
		{"default.yaml", "name: default", "name: neutral", "default", "there is no pack of this name"},
		{"default.yaml", "kind: pack\n", "kind: pack\n---\n", "file", "one document"},
		{"default.yaml", "thresholds:", "thresholds: [", "line", "did not find expected"},
	} {
		fsys := files(t)
		text := string(fsys[c.file].Data)
		if !strings.Contains(text, c.old) {
			t.Errorf("%s does not hold %q", c.file, c.old)
			continue
		}
		fsys[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, c.old, c.new, 1))}
		_, err := Load(fsys, "")
		var faults Faults
		if !errors.As(err, &faults) || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s with %q: accepted, or not as a fault: %v", c.file, c.new, err)
			continue
		}
		found := false
		for _, f := range faults {
			found = found || strings.HasPrefix(f.Path, c.path) && strings.Contains(f.Reason, c.reason)
		}
		if !found {
			t.Errorf("%s with %q: want %s: %s, got\n%v", c.file, c.new, c.path, c.reason, faults)
		}
	}
}

func TestAnOperatorReplacesAPackByName(t *testing.T) {
	dir := t.TempDir()
	text := string(files(t)["tn_municipality.yaml"].Data)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("ours.yaml", strings.Replace(text, "signatures: 50", "signatures: 75", 1))
	ps, err := Load(lawfiles.Files, dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := ps.For("TN", "municipality").Threshold(5000, false, today).Value; got != 75 {
		t.Errorf("threshold %d, want the operator's 75", got)
	}
	if got := ps.For("MA", "region").Threshold(5000, false, today).Value; got != 300 {
		t.Errorf("another pack changed: %d", got)
	}

	write("ours.yaml", strings.Replace(text, "signatures: 50", "signatures: 0", 1))
	if _, err := Load(lawfiles.Files, dir); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "ours.yaml")+": thresholds[0].signatures: must be 1 or more") {
		t.Errorf("a wrong override: %v", err)
	}
	if _, err := Load(lawfiles.Files, filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "MUSHARAKA_LAW_DIR: is not a folder") {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestAllFaultsComeBackTogether(t *testing.T) {
	fsys := files(t)
	for name, f := range fsys {
		fsys[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), "valid_from: 2026-11-22", "valid_from: now"))}
	}
	_, err := Load(fsys, "")
	var faults Faults
	if !errors.As(err, &faults) || len(faults) < 20 {
		t.Errorf("%d faults", len(faults))
	}
	byFile := map[string]bool{}
	for _, f := range faults {
		byFile[f.File] = true
	}
	if len(byFile) != len(fsys) {
		t.Errorf("faults in %d of %d files", len(byFile), len(fsys))
	}
}
