package pabulib

import (
	"cmp"
	"slices"
	"strings"

	"musharaka/modules/kit/fault"
)

// metaOrder is the order in which the collection wants the entries of META.
var metaOrder = strings.Fields(`description country unit district subunit instance num_projects num_votes budget
vote_type rule date_begin date_end min_length max_length min_sum_cost max_sum_cost min_points max_points
min_sum_points max_sum_points default_score min_project_cost max_project_cost min_project_score_threshold
neighborhoods subdistricts categories edition language currency fully_funded experimental comment
acknowledgments leftover_budget budget_per_category budget_per_neighborhood min_length_per_category
max_length_per_category min_sum_cost_per_category max_sum_cost_per_category`)

// projectOrder and voteOrder are the orders of the columns.
var (
	projectOrder = strings.Fields(`project_id cost votes score name category beneficiaries selected neighborhood
subunit district description proposer public_id latitude longitude`)
	voteOrder = strings.Fields(`voter_id vote points age sex voting_method district neighborhood education`)
)

// renamed are the columns that the collection has given other names.
var renamed = map[string]string{"target": "beneficiaries", "categories": "category", "neighbourhood": "neighborhood"}

// Write returns the file as text, in the form the collection's checks ask for:
// META and columns in their order and by their present names, others behind
// them, cells without white space around them, \n at every line's end. Reading
// the text gives the same election. A cell with a line break is fault.Invalid:
// the format has none.
func (f *File) Write() ([]byte, error) {
	var b strings.Builder
	meta := slices.Clone(f.Meta)
	slices.SortStableFunc(meta, func(x, y Entry) int { return cmp.Compare(place(metaOrder, x.Key), place(metaOrder, y.Key)) })
	b.WriteString("META\nkey;value\n")
	for _, e := range meta {
		if err := writeRow(&b, []string{e.Key, e.Value}); err != nil {
			return nil, err
		}
	}
	for _, section := range []struct {
		title string
		table *Table
		order []string
	}{{"PROJECTS", &f.Projects, projectOrder}, {"VOTES", &f.Votes, voteOrder}} {
		b.WriteString(section.title + "\n")
		if err := section.table.write(&b, section.order); err != nil {
			return nil, err
		}
	}
	return []byte(b.String()), nil
}

// place returns where a name stands in an order; unknown names stand behind.
func place(order []string, name string) int {
	if at := slices.Index(order, name); at >= 0 {
		return at
	}
	return len(order)
}

func (t *Table) write(b *strings.Builder, order []string) error {
	header := make([]string, len(t.Header))
	columns := make([]int, len(t.Header))
	for i, name := range t.Header {
		header[i], columns[i] = name, i
		if now, old := renamed[name]; old && t.Column(now) < 0 {
			header[i] = now
		}
	}
	slices.SortStableFunc(columns, func(x, y int) int { return cmp.Compare(place(order, header[x]), place(order, header[y])) })
	for r := -1; r < len(t.Rows); r++ {
		cells := header
		if r >= 0 {
			cells = t.Rows[r]
		}
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = cells[c]
			if r >= 0 && (header[c] == "vote" || header[c] == "points") {
				row[i] = strings.Join(list(cells[c]), ",")
			}
		}
		if err := writeRow(b, row); err != nil {
			return err
		}
	}
	return nil
}

// writeRow quotes a cell where it must, and where a row's only cell could be
// taken for a section's title.
func writeRow(b *strings.Builder, cells []string) error {
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if strings.ContainsAny(cell, "\r\n") {
			return fault.New(fault.Invalid, "A cell of the file holds a line break.")
		}
		if i > 0 {
			b.WriteByte(';')
		}
		if strings.Contains(cell, ";") || strings.HasPrefix(cell, `"`) || cell == "" && len(cells) == 1 {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		b.WriteString(cell)
	}
	b.WriteByte('\n')
	return nil
}
