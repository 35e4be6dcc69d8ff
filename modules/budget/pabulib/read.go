package pabulib

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
)

// row is a row of a section with the number of its line.
type row struct {
	line  int
	cells []string
}

// Read reads a file. The error for a file that is not a countable election is a
// fault.Invalid whose cause is an *Error.
func Read(data []byte) (*File, error) {
	f, err := read(string(data))
	if err != nil {
		return nil, fault.New(fault.Invalid, "Line {line} of the file cannot be read: {reason}", "line", err.Line, "reason", err.Reason).Because("pabulib.Read", err)
	}
	return f, nil
}

func read(text string) (*File, *Error) {
	sections, err := split(strings.TrimPrefix(text, "\ufeff"))
	if err != nil {
		return nil, err
	}
	r := &reader{file: &File{}, index: map[string]int{}}
	if err := r.meta(sections[0]); err != nil {
		return nil, err
	}
	if err := r.projects(sections[1]); err != nil {
		return nil, err
	}
	if err := r.votes(sections[2]); err != nil {
		return nil, err
	}
	if err := r.money(sections[1]); err != nil {
		return nil, err
	}
	r.compare(sections[1])
	return r.file, nil
}

var titles = []string{"META", "PROJECTS", "VOTES"}

// split cuts a file into its three sections, blank lines left out.
func split(text string) ([3][]row, *Error) {
	var sections [3][]row
	at, n := -1, 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if !utf8.ValidString(line) {
			return sections, &Error{n, "this is not UTF-8 text"}
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if at+1 < len(titles) && strings.EqualFold(strings.TrimSpace(line), titles[at+1]) {
			at++
			continue
		}
		if at < 0 {
			return sections, &Error{n, "the file must begin with a line META"}
		}
		cells, ok := cut(line)
		if !ok {
			return sections, &Error{n, "a quotation mark is not closed"}
		}
		sections[at] = append(sections[at], row{n, cells})
	}
	if at+1 < len(titles) {
		return sections, &Error{n + 1, "there is no section " + titles[at+1]}
	}
	return sections, nil
}

// cut divides a line into trimmed cells. A quotation mark quotes only as the
// first character of a cell; text behind the closing one belongs to the cell.
func cut(line string) ([]string, bool) {
	var cells []string
	for {
		var cell strings.Builder
		if rest, quoted := strings.CutPrefix(line, `"`); quoted {
			for {
				before, after, found := strings.Cut(rest, `"`)
				if !found {
					return nil, false
				}
				cell.WriteString(before)
				rest = after
				if !strings.HasPrefix(rest, `"`) {
					break
				}
				cell.WriteByte('"')
				rest = rest[1:]
			}
			line = rest
		}
		before, after, more := strings.Cut(line, ";")
		cell.WriteString(before)
		cells = append(cells, strings.TrimSpace(cell.String()))
		if !more {
			return cells, true
		}
		line = after
	}
}

type reader struct {
	file   *File
	index  map[string]int // project ids
	kind   string         // the vote type
	budget row
}

var voteTypes = []string{"approval", "choose-1", "cumulative", "ordinal", "scoring"}

func (r *reader) meta(rows []row) *Error {
	for i, row := range rows {
		if i == 0 && len(row.cells) >= 2 && strings.EqualFold(row.cells[0], "key") && strings.EqualFold(row.cells[1], "value") {
			continue // some older files begin with data at once
		}
		if len(row.cells) < 2 {
			return &Error{row.line, "a row of META must have a key and a value"}
		}
		e := Entry{row.cells[0], row.cells[1]}
		r.file.Meta = append(r.file.Meta, e)
		switch e.Key {
		case "budget":
			r.budget = row
		case "vote_type":
			r.kind = strings.ToLower(e.Value)
			if !slices.Contains(voteTypes, r.kind) {
				return &Error{row.line, fmt.Sprintf("there is no vote type %q", e.Value)}
			}
		}
	}
	last := 1
	if len(rows) > 0 {
		last = rows[len(rows)-1].line
	}
	if r.budget.cells == nil {
		return &Error{last, "META names no budget"}
	}
	if r.kind == "" {
		return &Error{last, "META names no vote_type"}
	}
	return nil
}

// table takes over a section that begins with a header.
func (r *reader) table(t *Table, rows []row, section string, needed ...string) *Error {
	if len(rows) == 0 {
		return &Error{1, "the section " + section + " is empty"}
	}
	for _, name := range rows[0].cells {
		t.Header = append(t.Header, strings.ToLower(name))
	}
	for _, name := range needed {
		if t.Column(name) < 0 {
			return &Error{rows[0].line, fmt.Sprintf("%s has no column %s", section, name)}
		}
	}
	for _, row := range rows[1:] {
		if len(row.cells) != len(t.Header) {
			return &Error{row.line, fmt.Sprintf("there are %d cells where the header has %d", len(row.cells), len(t.Header))}
		}
		t.Rows = append(t.Rows, row.cells)
	}
	return nil
}

func (r *reader) projects(rows []row) *Error {
	t := &r.file.Projects
	if err := r.table(t, rows, "PROJECTS", "project_id", "cost"); err != nil {
		return err
	}
	id := t.Column("project_id")
	for i, cells := range t.Rows {
		switch _, known := r.index[cells[id]]; {
		case cells[id] == "":
			return &Error{rows[i+1].line, "the project has no id"}
		case known:
			return &Error{rows[i+1].line, fmt.Sprintf("there is a project %s already", cells[id])}
		}
		r.index[cells[id]] = i
	}
	return nil
}

// money reads the amounts and the least score: all as decimals, then in the
// smallest unit that any of them needs.
func (r *reader) money(rows []row) *Error {
	budget, ok := parseDecimal(r.budget.cells[1])
	if !ok {
		return &Error{r.budget.line, fmt.Sprintf("the budget %q is not an amount", r.budget.cells[1])}
	}
	t := &r.file.Projects
	id, cost := t.Column("project_id"), t.Column("cost")
	decimals := budget.places
	costs := make([]decimal, len(t.Rows))
	for i, cells := range t.Rows {
		if costs[i], ok = parseDecimal(cells[cost]); !ok {
			return &Error{rows[i+1].line, fmt.Sprintf("the cost %q is not an amount", cells[cost])}
		}
		decimals = max(decimals, costs[i].places)
	}
	e := r.file.Election
	if e.Budget, ok = budget.scaled(decimals); !ok {
		return &Error{r.budget.line, "the budget is too large"}
	}
	for i, c := range costs {
		p := tally.Project{ID: t.Rows[i][id], Lot: i}
		if p.Cost, ok = c.scaled(decimals); !ok {
			return &Error{rows[i+1].line, "the cost is too large"}
		}
		e.Projects = append(e.Projects, p)
	}
	r.file.Decimals = decimals
	e.Unit = 1
	for range decimals {
		e.Unit *= 10
	}
	return nil
}

func (r *reader) votes(rows []row) *Error {
	t := &r.file.Votes
	if err := r.table(t, rows, "VOTES", "voter_id", "vote"); err != nil {
		return err
	}
	voter, vote, points := t.Column("voter_id"), t.Column("vote"), t.Column("points")
	if (r.kind == "cumulative" || r.kind == "scoring") && points < 0 {
		return &Error{rows[0].line, "VOTES has no column points"}
	}
	seen := make(map[string]bool, len(t.Rows))
	given := make([][]decimal, len(t.Rows))
	places := 0
	e := &tally.Election{Ballots: make([]tally.Ballot, len(t.Rows))}
	for i, cells := range t.Rows {
		line := rows[i+1].line
		if seen[cells[voter]] {
			return &Error{line, fmt.Sprintf("there is a voter %s already", cells[voter])}
		}
		seen[cells[voter]] = true
		ids := list(cells[vote])
		var err *Error
		if given[i], err = r.points(line, ids, cells, points); err != nil {
			return err
		}
		for _, p := range given[i] {
			places = max(places, p.places)
		}
		for _, id := range ids {
			p, known := r.index[id]
			if !known {
				return &Error{line, fmt.Sprintf("there is no project %q to vote for", id)}
			}
			e.Ballots[i].Votes = append(e.Ballots[i].Votes, tally.Vote{Project: p})
		}
	}
	for i := range given {
		for j, p := range given[i] {
			n, ok := p.scaled(places)
			if !ok || n > 1_000_000_000 {
				return &Error{rows[i+1].line, "a number of points is too large"}
			}
			e.Ballots[i].Votes[j].Points = n
		}
	}
	r.file.Election = e
	return r.threshold(places)
}

// points returns what a ballot gives to each project that it names.
func (r *reader) points(line int, ids, cells []string, column int) ([]decimal, *Error) {
	given := make([]decimal, len(ids))
	ranked := r.kind == "ordinal"
	if r.kind == "approval" || r.kind == "choose-1" || ranked && (column < 0 || cells[column] == "") {
		for i := range ids {
			given[i].digits = 1
			if ranked {
				given[i].digits = int64(len(ids) - i) // three names: 3, 2, 1
			}
		}
		if r.kind == "choose-1" && len(ids) > 1 {
			return nil, &Error{line, "there is more than one project in a vote for one"}
		}
		return given, nil
	}
	numbers := list(cells[column])
	if len(numbers) != len(ids) {
		return nil, &Error{line, fmt.Sprintf("there are %d points for %d projects", len(numbers), len(ids))}
	}
	for i, s := range numbers {
		var ok bool
		if given[i], ok = parseDecimal(s); !ok {
			return nil, &Error{line, fmt.Sprintf("%q is not a number of points", s)}
		}
	}
	return given, nil
}

// threshold reads the least score of greedy_threshold.
func (r *reader) threshold(places int) *Error {
	s := r.file.Value("min_project_score_threshold")
	if s == "" {
		return nil
	}
	d, ok := parseDecimal(s)
	if !ok {
		return &Error{r.budget.line, fmt.Sprintf("min_project_score_threshold %q is not a number", s)}
	}
	for d.places > places { // scores are whole multiples of 10^-places: round up
		d.digits = (d.digits + 9) / 10
		d.places--
	}
	if r.file.Election.Threshold, ok = d.scaled(places); !ok {
		return &Error{r.budget.line, "min_project_score_threshold is too large"}
	}
	return nil
}

// compare warns where votes, num_votes and num_projects are not what the ballots say.
func (r *reader) compare(rows []row) {
	f := r.file
	for _, c := range []struct {
		key  string
		have int
	}{{"num_votes", len(f.Votes.Rows)}, {"num_projects", len(f.Projects.Rows)}} {
		if s := f.Value(c.key); s != "" && s != strconv.Itoa(c.have) {
			f.Warnings = append(f.Warnings, Warning{r.budget.line, fmt.Sprintf("%s is %s, the file has %d", c.key, s, c.have)})
		}
	}
	column := f.Projects.Column("votes")
	if column < 0 {
		return
	}
	votes := make([]int, len(f.Projects.Rows))
	for _, b := range f.Election.Ballots {
		for i, v := range b.Votes {
			again := func(w tally.Vote) bool { return w.Project == v.Project }
			if v.Points > 0 && !slices.ContainsFunc(b.Votes[:i], again) {
				votes[v.Project]++
			}
		}
	}
	for i, cells := range f.Projects.Rows {
		if s := cells[column]; s != "" && s != strconv.Itoa(votes[i]) {
			f.Warnings = append(f.Warnings, Warning{rows[i+1].line, fmt.Sprintf("votes is %s, the ballots have %d", s, votes[i])})
		}
	}
}

// list divides a cell at its commas; an empty cell is an empty list.
func list(cell string) []string {
	if cell == "" {
		return nil
	}
	parts := strings.Split(cell, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
