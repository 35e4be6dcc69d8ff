package citizenspace

import (
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/store"
)

// Department is a department of an authority that works on requests.
type Department struct {
	Key   string `bson:"key" yaml:"key"`
	Name  Words  `bson:"name" yaml:"name"`
	Email string `bson:"email,omitempty" yaml:"email"`
}

// Landmark is a street, a square or a building that a request can be about
// without a map.
type Landmark struct {
	Key  string  `bson:"key" yaml:"key"`
	Name Words   `bson:"name" yaml:"name"`
	Zip  string  `bson:"zip,omitempty" yaml:"zip"`
	Lat  float64 `bson:"lat,omitempty" yaml:"lat"` // 0 when not known
	Lng  float64 `bson:"lng,omitempty" yaml:"lng"`
}

// Closure is a day on which the authority does not work, beside the public holidays.
type Closure struct {
	Day string `bson:"day" yaml:"day"` // 2006-01-02
	Why Words  `bson:"why,omitempty" yaml:"why"`
}

// Settings are what an authority chooses for its Citizen Space.
type Settings struct {
	store.Meta  `bson:",inline" yaml:"-"` // the authority's id
	Country     string                    `bson:"country" yaml:"-"`
	Open        bool                      `bson:"open" yaml:"open"` // requests can be made
	Name        Words                     `bson:"name" yaml:"name"`
	Address     Words                     `bson:"address,omitempty" yaml:"address"`
	Phone       string                    `bson:"phone,omitempty" yaml:"phone"`
	Email       string                    `bson:"email,omitempty" yaml:"email"`
	Hours       Words                     `bson:"hours,omitempty" yaml:"hours"` // when the counter is open, in words
	Week        [7][]Span                 `bson:"week" yaml:"week"`             // when people work, from Sunday
	Closures    []Closure                 `bson:"closures,omitempty" yaml:"closures"`
	Departments []Department              `bson:"departments,omitempty" yaml:"departments"`
	Landmarks   []Landmark                `bson:"landmarks,omitempty" yaml:"landmarks"`
	Lat         float64                   `bson:"lat,omitempty" yaml:"lat"` // the middle of the map
	Lng         float64                   `bson:"lng,omitempty" yaml:"lng"`
	Zoom        int                       `bson:"zoom,omitempty" yaml:"zoom"`
	ChangedAt   time.Time                 `bson:"changed" yaml:"-"`
	History     []audit.Entry             `bson:"history,omitempty" yaml:"-"`
	Lists       []string                  `bson:"lists,omitempty" yaml:"-"`
}

// Department returns the department with this key.
func (s Settings) Department(key string) (Department, bool) {
	i := slices.IndexFunc(s.Departments, func(d Department) bool { return d.Key == key })
	if i < 0 {
		return Department{}, false
	}
	return s.Departments[i], true
}

// Landmark returns the landmark with this key.
func (s Settings) Landmark(key string) (Landmark, bool) {
	i := slices.IndexFunc(s.Landmarks, func(l Landmark) bool { return l.Key == key })
	if i < 0 {
		return Landmark{}, false
	}
	return s.Landmarks[i], true
}

// Calendar returns when the authority works: its week without the public
// holidays of its country and its own closures.
func (s Settings) Calendar(holidays []Holiday) Calendar {
	var days []string
	for _, h := range holidays {
		days = append(days, h.Days...)
	}
	for _, c := range s.Closures {
		days = append(days, c.Day)
	}
	week := s.Week
	if !slices.ContainsFunc(week[:], func(d []Span) bool { return len(d) > 0 }) {
		week = usualWeek
	}
	return NewCalendar(s.Country, week, days...)
}

// usualWeek is Monday to Friday from eight to five, for an authority that has not
// said when it works.
var usualWeek = [7][]Span{1: {{480, 1020}}, 2: {{480, 1020}}, 3: {{480, 1020}}, 4: {{480, 1020}}, 5: {{480, 1020}}}

// settle derives the lists. Call it before each write.
func (s *Settings) settle() {
	s.Lists = nil
	if s.Open {
		s.Lists = []string{"open"}
	}
}
