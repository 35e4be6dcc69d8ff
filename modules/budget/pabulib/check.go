package pabulib

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Check holds a file as it is written to the collection's checks (as of June
// 2026): sections, order and names of keys and columns, forms of values, counts
// that agree, ballots within their bounds, a selection within the budget. It
// returns a sentence for each thing that would be refused. What a rule itself
// decides (such as money that Equal Shares leaves) is not among them, unless the
// file says that a greedy rule chose.
func Check(data []byte) []string {
	c := &checked{}
	c.lines(string(data))
	f, err := Read(data)
	if err != nil {
		return append(c.found, err.Error())
	}
	c.file = f
	c.meta()
	c.columns("PROJECTS", &f.Projects, projectOrder)
	c.columns("VOTES", &f.Votes, voteOrder)
	c.projects()
	c.votes()
	for _, w := range f.Warnings {
		c.say("line %d: %s", w.Line, w.Reason)
	}
	return c.found
}

type checked struct {
	file  *File
	found []string
}

func (c *checked) say(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// lines looks at what reading forgives.
func (c *checked) lines(text string) {
	if strings.HasPrefix(text, "\ufeff") || strings.Contains(text, "\r") {
		c.say("there is a byte order mark, or lines end with a carriage return")
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			c.say("line %d is empty", i+1)
		}
		for cell := range strings.SplitSeq(line, ";") {
			if strings.Contains(line, `"`) { // a cell that holds what separates cells
				break
			}
			if cell != strings.TrimSpace(cell) {
				c.say("line %d: a cell has white space around it", i+1)
			}
		}
	}
}

var (
	obligatory = strings.Fields("description country unit instance num_projects num_votes budget vote_type rule date_begin date_end")
	ruleNames  = strings.Fields("greedy greedy-no-skip greedy-threshold greedy-exclusive greedy-custom equalshares equalshares-comparison equalshares/add1 equalshares/add1-comparison unknown")
	wholeKeys  = strings.Fields("num_projects num_votes min_length max_length min_points max_points min_sum_points max_sum_points min_project_score_threshold fully_funded")
	dateForm   = regexp.MustCompile(`^(\d{4}|\d{2}\.\d{2}\.\d{4})$`)
	ageForm    = regexp.MustCompile(`^\d{1,3}(-\d{1,3})?$`)
	code       = regexp.MustCompile(`^[A-Z]{3}$`)
)

// meta looks at the section META.
func (c *checked) meta() {
	last := -1
	for _, e := range c.file.Meta {
		at := slices.Index(metaOrder, e.Key)
		switch {
		case at < 0:
			c.say("META has the unknown key %s", e.Key)
		case at <= last:
			c.say("the key %s stands too late or twice", e.Key)
		}
		last = max(last, at)
		if slices.Contains(wholeKeys, e.Key) {
			if _, err := strconv.Atoi(e.Value); err != nil {
				c.say("%s is no whole number: %s", e.Key, e.Value)
			}
		}
	}
	for _, key := range obligatory {
		if c.file.Value(key) == "" {
			c.say("META has no %s", key)
		}
	}
	for key, ok := range map[string]bool{
		"rule": slices.Contains(ruleNames, c.file.Value("rule")), "date_begin": dateForm.MatchString(c.file.Value("date_begin")), "date_end": dateForm.MatchString(c.file.Value("date_end")),
		"currency": c.file.Value("currency") == "" || code.MatchString(c.file.Value("currency")), "comment": c.file.Value("comment") == "" || strings.HasPrefix(c.file.Value("comment"), "#1: "),
		"budget": !strings.Contains(c.file.Value("budget"), ","), "fully_funded": c.file.Value("fully_funded") == "" || c.file.Value("fully_funded") == "1",
	} {
		if !ok {
			c.say("%s cannot be %q", key, c.file.Value(key))
		}
	}
}

// columns looks at a section's header.
func (c *checked) columns(section string, t *Table, order []string) {
	last := -1
	for _, name := range t.Header {
		at := slices.Index(order, name)
		switch {
		case at < 0:
			c.say("%s has the unknown column %s", section, name)
		case at <= last:
			c.say("%s: the column %s stands too late or twice", section, name)
		}
		last = max(last, at)
	}
}

// projects looks at costs, votes, scores and the selection.
func (c *checked) projects() {
	f, e := c.file, c.file.Election
	votes, score := make([]int64, len(e.Projects)), make([]int64, len(e.Projects))
	for _, b := range e.Ballots {
		for _, v := range b.Votes {
			votes[v.Project]++
			score[v.Project] += v.Points
		}
	}
	var all, spent int64
	selected := f.Projects.Column("selected")
	if f.Projects.Column("votes") < 0 && f.Projects.Column("score") < 0 {
		c.say("PROJECTS has neither votes nor score")
	}
	for i, p := range e.Projects {
		all += p.Cost
		if selected >= 0 && f.Projects.Rows[i][selected] == "1" {
			spent += p.Cost
		}
		switch {
		case p.Cost == 0:
			c.say("project %s costs nothing", p.ID)
		case p.Cost > e.Budget:
			c.say("project %s costs more than the whole budget", p.ID)
		case votes[i] == 0:
			c.say("project %s has no vote", p.ID)
		}
		if at := f.Projects.Column("score"); at >= 0 && f.Projects.Rows[i][at] != strconv.FormatInt(score[i], 10) {
			c.say("project %s: score is %s, the ballots have %d", p.ID, f.Projects.Rows[i][at], score[i])
		}
	}
	if spent > e.Budget {
		c.say("the selected projects cost more than the budget")
	}
	if f.Value("fully_funded") != "1" && e.Budget > all {
		c.say("everything fits into the budget, and fully_funded is not 1")
	}
	if !strings.HasPrefix(f.Value("rule"), "greedy") || selected < 0 {
		return
	}
	for i, p := range e.Projects {
		if f.Projects.Rows[i][selected] == "0" && p.Cost < e.Budget-spent && f.Value("rule") == "greedy" {
			c.say("project %s is not selected and would still fit", p.ID)
		}
	}
}

// votes looks at the ballots and what is said of the voters.
func (c *checked) votes() {
	f := c.file
	least, most := c.bound("min_length"), c.bound("max_length")
	age, sex, method := f.Votes.Column("age"), f.Votes.Column("sex"), f.Votes.Column("voting_method")
	vote := f.Votes.Column("vote")
	for i, b := range f.Election.Ballots {
		row := f.Votes.Rows[i]
		seen := map[int]bool{}
		for _, v := range b.Votes {
			if seen[v.Project] {
				c.say("voter %s names a project twice", row[0])
			}
			seen[v.Project] = true
		}
		if strings.Contains(row[vote], " ") {
			c.say("voter %s: the list has spaces", row[0])
		}
		if n := len(b.Votes); most > 0 && n > most || n < least {
			c.say("voter %s names %d projects", row[0], n)
		}
		if age >= 0 && row[age] != "" && !ageForm.MatchString(row[age]) || sex >= 0 && !slices.Contains([]string{"", "M", "F", "O"}, row[sex]) ||
			method >= 0 && !slices.Contains([]string{"internet", "paper"}, row[method]) {
			c.say("voter %s: age, sex or voting method is in no form that is known", row[0])
		}
	}
}

// bound reads a bound of META, 0 for none.
func (c *checked) bound(key string) int {
	n, _ := strconv.Atoi(c.file.Value(key))
	return n
}
