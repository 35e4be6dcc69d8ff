package pdf

import (
	"iter"
	"slices"

	"musharaka/modules/kit/typeset"
)

// Column is a column of a table.
type Column struct {
	Title   string
	Share   float64 // of the width, against the other columns; 1 when zero
	Align   Align
	Reading typeset.Direction // of its cells; Auto: each cell's words decide
}

// Table is a table. Its head is repeated on every page. A row stays on one page
// unless it is longer than a page.
type Table struct {
	Columns   []Column
	Rows      iter.Seq[[]string] // taken one by one; a short row has empty cells at its end
	Foot      []string           // a last row that sums up
	Size      float64            // of the text; 9.5 when zero
	RowHeight float64            // at least this high, for rows that are filled in by hand
	Grid      bool               // lines between the columns too
	Summary   string             // what the table holds, for those who hear it
}

// Rows returns the rows of a slice for Table.Rows.
func Rows(rows [][]string) iter.Seq[[]string] { return slices.Values(rows) }

// Padding of a cell.
const (
	cellSide = 6.0
	cellTop  = 3.0
)

// titleLines is how long a column's title may be: the head must leave room for
// rows.
const titleLines = 5

// grid is a table while it is drawn.
type grid struct {
	*Document
	t      Table
	frames []frame // of the columns
	titles []typeset.Paragraph
	lead   float64 // height of a line
	top    float64 // where the table begins on the open page
	headed bool    // the head has been drawn once
}

// Table adds a table.
func (d *Document) Table(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	if t.Size == 0 {
		t.Size = 9.5
	}
	g := &grid{Document: d, t: t, lead: t.Size * leading}
	g.layOut()
	extra := ""
	if t.Summary != "" {
		extra = "/Alt" + text(t.Summary)
	}
	d.begin("Table", extra)
	d.need(g.headHeight() + 3*g.lead)
	g.head()
	if t.Rows != nil {
		for row := range t.Rows {
			g.row(row, typeset.Regular)
		}
	}
	if t.Foot != nil {
		g.row(t.Foot, typeset.SemiBold)
	}
	g.closeSlice()
	d.end()
	d.gap(12)
}

// layOut shares the width out and sets the titles.
func (g *grid) layOut() {
	total := 0.0
	for _, c := range g.t.Columns {
		total += share(c)
	}
	start := g.frame.start
	for _, c := range g.t.Columns {
		w := g.frame.width * share(c) / total
		f := frame{start, w}
		g.frames = append(g.frames, f)
		g.titles = append(g.titles, g.set.Set(c.Title, typeset.Style{
			Weight: typeset.SemiBold, Size: g.t.Size, Width: f.width - 2*cellSide, MaxLines: titleLines, Else: g.direction(),
		}))
		start += w
	}
}

func share(c Column) float64 {
	if c.Share <= 0 {
		return 1
	}
	return c.Share
}

func (g *grid) cell(f frame, text string, w typeset.Weight, dir typeset.Direction) typeset.Paragraph {
	return g.set.Set(text, typeset.Style{Weight: w, Size: g.t.Size, Width: f.width - 2*cellSide, Direction: dir, Else: g.direction()})
}

func (g *grid) headHeight() float64 { return float64(highest(g.titles))*g.lead + 2*cellTop + 1 }

// highest returns the number of lines of the longest cell.
func highest(cells []typeset.Paragraph) int {
	n := 1
	for _, c := range cells {
		n = max(n, len(c.Lines))
	}
	return n
}

// head draws the head of the table. Only the first one is content; those on
// later pages belong to the sheet.
func (g *grid) head() {
	g.top = g.page.y
	height := g.headHeight()
	g.fill(g.left(g.Document.frame), g.page.y, g.Document.frame.width, height, g.accent.Mix(typeset.White, 0.9))
	if g.t.Grid {
		g.rule(g.Document.frame, g.page.y, 0.5, hairline)
	}
	draw := func(i int) {
		g.lines(i, g.titles[i], 0, len(g.titles[i].Lines), g.accent)
	}
	if g.headed {
		g.pagination("Header", func() {
			for i := range g.titles {
				draw(i)
			}
		})
	} else {
		g.begin("TR", "")
		for i := range g.titles {
			g.tagged("TH", "/A<</O/Table/Scope/Column>>"+g.spoken(g.titles[i]), func() { draw(i) })
		}
		g.end()
		g.headed = true
	}
	g.page.y += height
	g.rule(g.Document.frame, g.page.y, 1, g.accent)
}

// closeSlice ends what of the table is on the open page.
func (g *grid) closeSlice() {
	if !g.t.Grid {
		return
	}
	left, height := g.left(g.Document.frame), g.page.y-g.top
	g.fill(left-0.25, g.top, 0.5, height, hairline)
	for _, f := range g.frames {
		edge := g.left(f)
		if !g.rtl {
			edge += f.width
		}
		if g.rtl && f == g.frames[len(g.frames)-1] {
			edge = left + g.Document.frame.width
		}
		g.fill(edge-0.25, g.top, 0.5, height, hairline)
	}
}

// row draws one row, on the next page when it does not fit here.
func (g *grid) row(texts []string, w typeset.Weight) {
	cells := make([]typeset.Paragraph, len(g.frames))
	for i, f := range g.frames {
		text := ""
		if i < len(texts) {
			text = texts[i]
		}
		cells[i] = g.cell(f, text, w, g.t.Columns[i].Reading)
	}
	lines := highest(cells)
	height := max(float64(lines)*g.lead+2*cellTop, g.t.RowHeight)
	room := g.bottom() - g.page.y
	if whole := g.bottom() - g.Document.top() - g.headHeight(); height > room && height <= whole {
		g.nextPage()
	}
	g.begin("TR", "")
	elements := g.openCells(cells)
	for from := 0; from < lines; {
		fit := g.fit()
		if fit < 1 {
			g.nextPage()
			fit = max(g.fit(), 1) // whatever the size, each page takes a line
		}
		to := min(from+fit, lines)
		g.slice(cells, elements, from, to, w)
		from = to
		if from < lines {
			g.nextPage()
		}
	}
	for _, e := range elements {
		g.tags.open = append(g.tags.open, e)
		g.end()
	}
	g.end()
}

// fit returns how many lines of cells the page has room for.
func (g *grid) fit() int { return int((g.bottom() - g.page.y - 2*cellTop) / g.lead) }

// openCells reserves the elements of a row's cells. They stay open together,
// because a row that is longer than a page comes back to each of them.
func (g *grid) openCells(cells []typeset.Paragraph) []*element {
	elements := make([]*element, len(cells))
	for i, c := range cells {
		g.begin("TD", g.spoken(c))
		elements[i] = g.tags.open[len(g.tags.open)-1]
		g.tags.open = g.tags.open[:len(g.tags.open)-1]
	}
	return elements
}

// slice draws the lines from to of a row's cells.
func (g *grid) slice(cells []typeset.Paragraph, elements []*element, from, to int, w typeset.Weight) {
	height := float64(to-from)*g.lead + 2*cellTop
	pad := 0.0
	if g.t.RowHeight > height && from == 0 {
		pad = (g.t.RowHeight - height) / 2
		height = g.t.RowHeight
	}
	if w == typeset.SemiBold {
		g.fill(g.left(g.Document.frame), g.page.y, g.Document.frame.width, height, g.accent.Mix(typeset.White, 0.95))
	}
	g.page.y += pad
	for i, c := range cells {
		if from >= len(c.Lines) || len(c.Lines[from].Words) == 0 && to-from == 1 {
			continue
		}
		g.tags.open = append(g.tags.open, elements[i])
		g.mark()
		g.lines(i, c, from, min(to, len(c.Lines)), typeset.Black)
		g.unmark()
		g.tags.open = g.tags.open[:len(g.tags.open)-1]
	}
	g.page.y += height - pad
	g.rule(g.Document.frame, g.page.y, 0.5, hairline)
}

// lines draws some lines of a cell from the top of the row.
func (g *grid) lines(column int, p typeset.Paragraph, from, to int, ink typeset.Ink) {
	f := g.frames[column]
	f = frame{f.start + cellSide, f.width - 2*cellSide}
	y := g.page.y + cellTop + style{size: g.t.Size}.baseline()
	for _, l := range p.Lines[from:to] {
		g.line(l, g.aligned(p, l, f, g.t.Columns[column].Align.inDocument()), y, g.t.Size, ink)
		y += g.lead
	}
}

// nextPage goes on under a new head.
func (g *grid) nextPage() {
	g.closeSlice()
	g.breakPage()
	g.head()
}
