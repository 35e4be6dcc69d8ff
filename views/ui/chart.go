package ui

import (
	"math"
	"strconv"
	"strings"
)

// ChartKind is how numbers are drawn.
type ChartKind string

// The kinds of charts.
const (
	// ChartBars compares things: one row each, its name in full beside it. The chart
	// is its own table of data.
	ChartBars ChartKind = ""
	// ChartColumns counts something in each of a row of periods.
	ChartColumns ChartKind = "columns"
	// ChartLine follows something over time.
	ChartLine ChartKind = "line"
)

// ChartFormat is what a chart's values count.
type ChartFormat string

// The formats of values.
const (
	ChartNumber  ChartFormat = ""        // things
	ChartMoney   ChartFormat = "money"   // minor units of ChartSpec.Currency
	ChartPercent ChartFormat = "percent" // ten-thousandths of a whole
)

// ChartSpec is a chart with its numbers. A page that shows one names "chart.css"
// in Page.Sheets. Values are not negative; a negative one is drawn as nothing.
type ChartSpec struct {
	Kind  ChartKind
	Title string
	// Summary says in a sentence what is to be seen. When empty, a chart over
	// time says where it is highest.
	Summary  string
	Label    string   // heading of the name column: "Zone", "Week"
	Series   []string // heading of the numbers: one name, or two for two values side by side
	Points   []ChartPoint
	Format   ChartFormat
	Currency string
	// Marker is a line across the chart, such as a threshold; none without Label.
	Marker ChartMarker
	// Apart names what the points with Apart have in common, such as "not funded":
	// they are drawn in the other colour. Not for two series.
	Apart string
	Empty string // what to say when there are no points
	// Whole is what a bar over the whole width stands for, such as all of the
	// people; the largest value when it is 0 or less than that.
	Whole int64
}

// ChartPoint is one name with its value, or its two values.
type ChartPoint struct {
	Label         string
	Href          string // where the name leads, in tables
	Value, Second int64
	// Text and SecondText are shown instead of the number: "fewer than 5". A point
	// with Text and without a value is drawn as nothing, and interrupts a line.
	Text, SecondText string
	Apart            bool
}

// ChartMarker is a value of its own: a threshold, an envelope.
type ChartMarker struct {
	Label string
	Value int64
}

func (c ChartSpec) marked() bool { return c.Marker.Label != "" }

// text writes a value as the chart counts.
func (c ChartSpec) text(p Page, v int64) string {
	switch c.Format {
	case ChartMoney:
		return p.Money(v, c.Currency)
	case ChartPercent:
		return p.Percent(float64(v) / 10_000)
	}
	return p.Number(v)
}

// value writes the series' value of a point, 0 for the first series.
func (c ChartSpec) value(p Page, pt ChartPoint, series int) string {
	v, text := pt.of(series)
	if text != "" {
		return text
	}
	return c.text(p, v)
}

func (pt ChartPoint) of(series int) (int64, string) {
	if series == 1 {
		return pt.Second, pt.SecondText
	}
	return pt.Value, pt.Text
}

// drawn is a value as it is drawn, and whether it is drawn at all.
func (pt ChartPoint) drawn(series int) (int64, bool) {
	v, text := pt.of(series)
	return max(v, 0), v > 0 || text == ""
}

// legend is what the colours mean, by their classes; nothing for one colour.
func (c ChartSpec) legend() []string {
	switch {
	case len(c.Series) > 1:
		return c.Series[:2]
	case c.Apart != "":
		return []string{c.seriesName(0), c.Apart}
	}
	return nil
}

// series are the indexes of the values of each point.
func (c ChartSpec) series() []int {
	if len(c.Series) > 1 {
		return []int{0, 1}
	}
	return []int{0}
}

// seriesName names a series in a heading.
func (c ChartSpec) seriesName(i int) string {
	if i < len(c.Series) {
		return c.Series[i]
	}
	return ""
}

// largest is the largest value, marker and Whole included, at least 1.
func (c ChartSpec) largest() int64 {
	most := max(1, c.Whole)
	if c.marked() {
		most = max(most, c.Marker.Value)
	}
	for _, pt := range c.Points {
		for _, s := range c.series() {
			v, _ := pt.of(s)
			most = max(most, v)
		}
	}
	return most
}

// top is the upper end of a vertical axis: 1, 2 or 5 times a power of ten, and
// never so far above the largest value that half of the chart is empty.
func (c ChartSpec) top() int64 {
	most := c.largest()
	for unit := int64(1); ; unit *= 10 {
		for _, step := range []int64{2, 4, 5, 6, 8, 10} {
			if step*unit >= most {
				return step * unit
			}
		}
		if unit > math.MaxInt64/100 {
			return most
		}
	}
}

// summary is what somebody who cannot see the chart hears first.
func (c ChartSpec) summary(p Page) string {
	if c.Summary != "" || len(c.Points) == 0 {
		return c.Summary
	}
	best := c.Points[0]
	for _, pt := range c.Points {
		if pt.Value > best.Value {
			best = pt
		}
	}
	return p.T("The highest value is {value}: {label}.", "value", c.value(p, best, 0), "label", best.Label)
}

// The unit of a drawing's coordinates: charts over time are 1000 by 500, the bar
// of a row 1000 wide. Drawings are stretched to their place, so nothing in them
// may be round or written.
const (
	plotWidth  = 1000.0
	plotHeight = 500.0
)

func coordinate(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// rect is a bar of a drawing.
type rect struct{ class, x, y, width, height string }

// barHeight is the height of one bar of a row.
const barHeight = 10.0

// rowHeight is the height of a row's drawing.
func (c ChartSpec) rowHeight() string { return coordinate(c.rowSize()) }

// markHeight is the height of a row's marker, which reaches out of the bar to be
// seen on any ground.
func (c ChartSpec) markHeight() string { return coordinate(c.rowSize() + 6) }

func (c ChartSpec) rowSize() float64 {
	n := float64(len(c.series()))
	return n*barHeight + (n-1)*2
}

// rowBars are the bars of a row; whatever is there is to be seen.
func (c ChartSpec) rowBars(pt ChartPoint) []rect {
	var bars []rect
	for _, s := range c.series() {
		v, _ := pt.drawn(s)
		if v == 0 {
			continue
		}
		width := max(plotWidth*float64(v)/float64(c.largest()), 4)
		bars = append(bars, rect{c.class(pt, s), "0", coordinate(float64(s) * (barHeight + 2)), coordinate(width), coordinate(barHeight)})
	}
	return bars
}

// class is the colour of a value.
func (c ChartSpec) class(pt ChartPoint, s int) string {
	if pt.Apart && c.Apart != "" {
		return "s2"
	}
	return seriesClass(s)
}

func seriesClass(s int) string { return "s" + strconv.Itoa(s+1) }

// rowMark is where the marker stands in a row.
func (c ChartSpec) rowMark() string {
	return coordinate(plotWidth * float64(c.Marker.Value) / float64(c.largest()))
}

// height is the y coordinate of a value in a chart over time.
func (c ChartSpec) height(v int64) float64 {
	return plotHeight * (1 - float64(v)/float64(c.top()))
}

// columns are the bars of a chart of columns. Few columns stay slim.
func (c ChartSpec) columns() []rect {
	slot := plotWidth / float64(max(len(c.Points), 1))
	group := min(slot*0.76, plotWidth/6)
	width := group / float64(len(c.series()))
	var bars []rect
	for i, pt := range c.Points {
		start := slot*float64(i) + (slot-group)/2
		for _, s := range c.series() {
			v, _ := pt.drawn(s)
			if v == 0 {
				continue
			}
			y := min(c.height(v), plotHeight-3)
			bars = append(bars, rect{c.class(pt, s), coordinate(start + width*float64(s)), coordinate(y), coordinate(width * 0.94), coordinate(plotHeight - y)})
		}
	}
	return bars
}

// path is a line of a drawing.
type path struct{ class, d string }

// paths are the lines of a chart, and a dot for each value that has no
// neighbour to be joined with, and for the last one.
func (c ChartSpec) paths() []path {
	var out []path
	for _, s := range c.series() {
		var line, dots strings.Builder
		joined := false
		for i, pt := range c.Points {
			v, there := pt.drawn(s)
			if !there {
				joined = false
				continue
			}
			at := coordinate(c.along(i)) + " " + coordinate(c.height(v))
			if joined {
				line.WriteString("L" + at)
			} else {
				line.WriteString("M" + at)
			}
			if len(c.Points) <= 31 || i == len(c.Points)-1 || !joined {
				dots.WriteString("M" + at + "h0")
			}
			joined = true
		}
		if line.Len() > 0 {
			out = append(out, path{"line " + seriesClass(s), line.String()}, path{"dot " + seriesClass(s), dots.String()})
		}
	}
	return out
}

// along is the x coordinate of the i-th value of a line; a single one stands in the middle.
func (c ChartSpec) along(i int) float64 {
	if len(c.Points) < 2 {
		return plotWidth / 2
	}
	return plotWidth * float64(i) / float64(len(c.Points)-1)
}

// ticks are the values written beside the vertical axis, from the top.
func (c ChartSpec) ticks() []int64 {
	if c.top()%2 != 0 {
		return []int64{c.top(), 0}
	}
	return []int64{c.top(), c.top() / 2, 0}
}

// eachNamed says whether every column's name has room below it.
func (c ChartSpec) eachNamed() bool {
	if c.Kind != ChartColumns || len(c.Points) > 6 {
		return false
	}
	for _, pt := range c.Points {
		if len([]rune(pt.Label)) > 40/len(c.Points) {
			return false
		}
	}
	return true
}

// underneath are the names below a chart over time: those of all columns where
// there is room, otherwise of the first, the middle (where there is one) and the last.
func (c ChartSpec) underneath() []string {
	n := len(c.Points)
	var names []string
	for i, pt := range c.Points {
		if c.eachNamed() || i == 0 || i == n-1 || n >= 5 && n%2 == 1 && i == n/2 {
			names = append(names, pt.Label)
		}
	}
	return names
}
