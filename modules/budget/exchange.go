package budget

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

var (
	needFile   = i18n.Msg("Choose a file first")
	tooLarge   = i18n.Msg("The file is larger than {limit} MB")
	flashTaken = i18n.Msg("The file was taken over.")
)

// readForeign reads a Pabulib file that an officer sends. A *Broken says in
// which line something is wrong.
func readForeign(data []byte) (*pabulib.File, error) {
	if len(data) > TrialBytes {
		return nil, wrong("file", tooLarge, "limit", TrialBytes>>20)
	}
	f, err := pabulib.Read(data)
	var at *pabulib.Error
	if errors.As(err, &at) {
		return nil, wrong("file", i18n.Msg("Line {line} of the file cannot be read: {reason}"), "line", at.Line, "reason", at.Reason)
	}
	return f, err
}

// markOf names a file by its content, so that sending it twice is sending it once.
func markOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12])
}

// ImportProposals takes the projects of a Pabulib file over as proposals written
// down at the counter. They wait for moderation like all others; their costs are
// what the file says and no verdict of a department. It returns how many there
// are. The same file again adds nothing.
func (s *Service) ImportProposals(ctx context.Context, who auth.Actor, edition string, data []byte) (int, error) {
	e, err := s.Edition(ctx, who, edition)
	if err != nil {
		return 0, err
	}
	f, err := readForeign(data)
	if err != nil {
		return 0, err
	}
	if len(f.Projects.Rows) > MaxProjects {
		return 0, wrong("file", i18n.Msg("The file has more than {limit} projects"), "limit", MaxProjects)
	}
	words := s.Words.Locale("ar", e.Country)
	mark := markOf(data)
	for i, row := range f.Projects.Rows {
		id := f.Election.Projects[i].ID
		name := cmp.Or(cellOf(f, row, "name"), id)
		body := cmp.Or(cellOf(f, row, "description"), name) + "\n\n" + words.T("Taken over from a file. Its estimate there: {amount}.", "amount", cellOf(f, row, "cost")+" "+f.Value("currency"))
		in := Input{Langs: []string{"ar"}, Texts: map[string]Text{"ar": {Title: shorten(name, MaxTitle-1), Body: shorten(body, MaxBody-1)}},
			Area: e.areaNamed(cmp.Or(cellOf(f, row, "neighborhood"), cellOf(f, row, "district"), cellOf(f, row, "subunit"))), Heading: headingOf(cellOf(f, row, "category")),
			Source: FromDesk, Name: cmp.Or(shorten(cellOf(f, row, "proposer"), 80), words.T("Taken over from a file"))}
		if _, err := s.Register(ctx, who, edition, in, "", "import:"+mark+":"+id); err != nil {
			var b *Broken
			if errors.As(err, &b) {
				return i, wrong("file", i18n.Msg("Project {id} cannot be taken over: {reason}"), "id", id, "reason", words.T(b.Problems[0].Message, b.Problems[0].Args...))
			}
			return i, err
		}
	}
	return len(f.Projects.Rows), nil
}

func cellOf(f *pabulib.File, row []string, column string) string {
	if at := f.Projects.Column(column); at >= 0 {
		return row[at]
	}
	return ""
}

// areaNamed finds an area by a name in any language, or its key; the first where
// there is no such name.
func (e Edition) areaNamed(name string) string {
	for _, a := range e.AllAreas() {
		if a.Key == name {
			return a.Key
		}
		for _, n := range a.Names {
			if name != "" && strings.EqualFold(n, name) {
				return a.Key
			}
		}
	}
	return e.AllAreas()[0].Key
}

// headingOf is the first of a file's categories that is a heading here.
func headingOf(categories string) string {
	for c := range strings.SplitSeq(categories, ",") {
		if slices.Contains(Headings, strings.TrimSpace(c)) {
			return strings.TrimSpace(c)
		}
	}
	return "other"
}

// ImportBallots takes the ballots of a Pabulib file over as paper ballots that
// an agent copied: in batches that another agent compares and confirms before
// they count, and never more than people were ticked off. The file's project ids
// are the numbers on the ballot. It returns the number of batches. The same file
// again adds nothing.
func (s *Service) ImportBallots(ctx context.Context, who auth.Actor, edition, area string, data []byte) (int, error) {
	e, err := s.Edition(ctx, who, edition)
	if err != nil {
		return 0, err
	}
	f, err := readForeign(data)
	if err != nil {
		return 0, err
	}
	var lines []string
	for i, b := range f.Election.Ballots {
		votes := slices.Clone(b.Votes)
		if e.Rules.Ballot.Kind == Ranking {
			slices.SortStableFunc(votes, func(x, y tally.Vote) int { return cmp.Compare(y.Points, x.Points) })
		}
		var words []string
		for _, v := range votes {
			id := f.Election.Projects[v.Project].ID
			if _, err := strconv.Atoi(id); err != nil {
				return 0, wrong("file", i18n.Msg("Project {id} is no number on this ballot"), "id", id)
			}
			if e.Rules.Ballot.Kind == Points {
				id += "=" + strconv.FormatInt(v.Points, 10)
			}
			words = append(words, id)
		}
		line := strings.Join(words, " ")
		if line == "" {
			line = "0"
		}
		if _, bad := e.ReadBallots(area, line); len(bad) > 0 {
			return 0, wrong("file", i18n.Msg("The ballot of voter {id} is not valid here"), "id", f.Votes.Rows[i][f.Votes.Column("voter_id")])
		}
		lines = append(lines, line)
	}
	n, mark := 0, markOf(data)
	for batch := range slices.Chunk(lines, MaxBatch) {
		b := Batch{Meta: store.Meta{ID: onceID("import", "", edition+":"+mark+":"+strconv.Itoa(n))}, Channel: Paper, Area: area, Place: s.Words.Locale("ar", e.Country).T("Taken over from a file"), Typed: strings.Join(batch, "\n")}
		if _, err := s.EnterBatch(ctx, who, edition, b); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
