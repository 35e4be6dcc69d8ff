package desk

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Month is how an authority answered in one month: made by a job, read by the
// public page.
type Month struct {
	store.Meta `bson:",inline"` // authority|kind|month
	Authority  string           `bson:"authority"`
	Kind       string           `bson:"kind"`
	Month      string           `bson:"month"`   // "2026-11"
	Replied    int64            `bson:"replied"` // replies given in it
	Days       map[string]int64 `bson:"days"`    // of these, how many took so many days
	InTime     int64            `bson:"in_time"` // settled in it: replied by the deadline
	Late       int64            `bson:"late"`    // settled in it: not
}

func (m Month) same(o Month) bool {
	return m.Replied == o.Replied && m.InTime == o.InTime && m.Late == o.Late && maps.Equal(m.Days, o.Days)
}

// dayKey writes a number of days as a key of a document.
func dayKey(days int) string { return "d" + strconv.Itoa(days) }

// Figures are how long an authority takes to answer, over some months.
type Figures struct {
	Kind    string
	Replied int64
	Median  int // days; -1 when there was no reply
	Ninth   int // days within which nine of ten replies came; -1 when there was none
	InTime  int64
	Late    int64
}

// Share is the part that was answered in time, and whether anything is settled.
func (f Figures) Share() (float64, bool) {
	if f.InTime+f.Late == 0 {
		return 0, false
	}
	return float64(f.InTime) / float64(f.InTime+f.Late), true
}

// Answering is how an authority answers: in all, and month by month, the
// oldest first. Months without anything stand in it too.
type Answering struct {
	From, To string // first and last month
	Total    Figures
	Months   []MonthFigures
}

// MonthFigures are the figures of one month.
type MonthFigures struct {
	Month string
	Figures
}

// answeringMonths is how many months are shown, the current one included.
const answeringMonths = 12

// monthsBack are the months up to and with that of a moment, the oldest first.
func monthsBack(now time.Time, country string, n int) []string {
	y, m, _ := now.In(clock.Zone(country)).Date()
	months := make([]string, n)
	for i := range months {
		months[i] = time.Date(y, m-time.Month(n-1-i), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	}
	return months
}

// Answering returns the figures of one kind of reply over the last 12 months.
// It reads one small document for each month.
func (s *Service) Answering(ctx context.Context, authority, country, kind string) (Answering, error) {
	months := monthsBack(s.Clock.Now(), country, answeringMonths)
	ids := make([]string, len(months))
	for i, m := range months {
		ids[i] = monthJob{authority, kind, m}.id()
	}
	found, err := s.months.GetMany(ctx, ids)
	if err != nil {
		return Answering{}, fault.Wrap("desk.Answering", err)
	}
	a := Answering{From: months[0], To: months[len(months)-1]}
	all := Month{Days: map[string]int64{}}
	for i, month := range months {
		m := found[ids[i]]
		a.Months = append(a.Months, MonthFigures{month, m.figures(kind)})
		all.Replied, all.InTime, all.Late = all.Replied+m.Replied, all.InTime+m.InTime, all.Late+m.Late
		for d, n := range m.Days {
			all.Days[d] += n
		}
	}
	a.Total = all.figures(kind)
	return a, nil
}

// AnsweringStamp changes whenever Answering would.
func (s *Service) AnsweringStamp(ctx context.Context, authority, country, kind string) (string, error) {
	months := monthsBack(s.Clock.Now(), country, answeringMonths)
	ids := make([]string, len(months))
	for i, m := range months {
		ids[i] = monthJob{authority, kind, m}.id()
	}
	found, err := s.months.GetMany(ctx, ids)
	sum := int64(0)
	for _, m := range found {
		sum += m.Version
	}
	return fmt.Sprintf("%s.%d.%d", months[0], len(found), sum), fault.Wrap("desk.AnsweringStamp", err)
}

func (m Month) figures(kind string) Figures {
	return Figures{Kind: kind, Replied: m.Replied, Median: quantile(m.Days, .5), Ninth: quantile(m.Days, .9), InTime: m.InTime, Late: m.Late}
}

// quantile is the least number of days within which a share of the replies
// came; -1 when there was none. By this (the nearest rank) it is always a time
// that one of the replies really took.
func quantile(days map[string]int64, share float64) int {
	total := int64(0)
	var took []int
	for key, n := range days {
		d, err := strconv.Atoi(key[1:])
		if err != nil || n <= 0 {
			continue
		}
		total += n
		took = append(took, d)
	}
	if total == 0 {
		return -1
	}
	slices.Sort(took)
	rank := int64(math.Ceil(share*float64(total) - 1e-9))
	seen := int64(0)
	for _, d := range took {
		if seen += days[dayKey(d)]; seen >= rank {
			return d
		}
	}
	return took[len(took)-1]
}
