package citizenspace

import (
	"fmt"
	"io/fs"
	"time"

	"musharaka/config/space"

	"gopkg.in/yaml.v3"
)

// Holiday is a public holiday of a country.
type Holiday struct {
	Key      string   `yaml:"key"`
	Name     Words    `yaml:"name"`
	Every    string   `yaml:"every"`    // "03-20": each year
	From     int      `yaml:"from"`     // since this year; 0 for ever
	Days     []string `yaml:"days"`     // "2026-05-27": these days; filled in for Every too
	Verified bool     `yaml:"verified"` // somebody has read what sets it
}

// The years for which yearly holidays are written out: those in which clocks of
// the platform can run.
const (
	firstYear = 2020
	lastYear  = 2060
)

// loadHolidays reads the public holidays by country.
func loadHolidays() (map[string][]Holiday, error) {
	raw, err := fs.ReadFile(space.Files, "holidays.yaml")
	if err != nil {
		return nil, err
	}
	var all map[string][]Holiday
	if err := yaml.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("holidays.yaml: %w", err)
	}
	for country, list := range all {
		for i, h := range list {
			for _, d := range h.Days {
				if _, err := time.Parse(time.DateOnly, d); err != nil {
					return nil, fmt.Errorf("holidays.yaml: %s: %s: %q is not a day", country, h.Key, d)
				}
			}
			if h.Every == "" {
				continue
			}
			for year := max(firstYear, h.From); year <= lastYear; year++ {
				day := fmt.Sprintf("%04d-%s", year, h.Every)
				if _, err := time.Parse(time.DateOnly, day); err != nil {
					return nil, fmt.Errorf("holidays.yaml: %s: %s: %q is not a day of every year", country, h.Key, h.Every)
				}
				list[i].Days = append(list[i].Days, day)
			}
		}
	}
	return all, nil
}
