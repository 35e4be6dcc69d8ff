package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"musharaka/config"
	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
)

// tallyOptions are the flags of the command tally.
type tallyOptions struct {
	rule, tie, step                string
	compare, asJSON, supportedOnly bool
}

// unusable is the error of a command that was given a file or a flag it cannot
// use: nothing was done, and the exit code is exitUnusable.
type unusable struct{ error }

// Unwrap returns the reason.
func (u unusable) Unwrap() error { return u.error }

// tallyCommand counts an election from a Pabulib file. It needs no store.
func tallyCommand() command {
	var o tallyOptions
	return command{name: "tally", does: "count an election from a Pabulib file", args: "FILE.pb",
		flags: func(f *flag.FlagSet) {
			f.StringVar(&o.rule, "rule", "", "how to count: "+ruleNames())
			f.StringVar(&o.tie, "tie", "score,cost,id", "who goes first among equals: a list of score, cost, id and lot (the order of the file)")
			f.StringVar(&o.step, "step", "1", "what Add1 adds to every voter's share, in units of the currency")
			f.BoolVar(&o.compare, "compare", false, "add the comparison step: greedy's winners if more voters prefer them")
			f.BoolVar(&o.asJSON, "json", false, "answer with one line of JSON")
			f.BoolVar(&o.supportedOnly, "supported-only", false, "never fund a project without support, as in our own elections; without it such projects are treated as the reference implementations do")
		},
		help: "Prints the winners in the order of selection, their cost and what remains. Exit code 2: the file cannot be read, and the line and the reason are said.",
		run: func(_ context.Context, _ config.Settings, args []string, out io.Writer) error {
			if len(args) != 1 || o.rule == "" {
				return errUsage
			}
			return o.run(args[0], out)
		}}
}

func ruleNames() string {
	var names []string
	for _, r := range tally.Rules() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

func (o *tallyOptions) run(name string, out io.Writer) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return unusable{err}
	}
	start := time.Now()
	f, err := pabulib.Read(data)
	if err != nil {
		var at *pabulib.Error
		if errors.As(err, &at) {
			err = fmt.Errorf("%s: %w", name, at)
		}
		return unusable{err}
	}
	tie, err := tally.ParseTieOrder(o.tie)
	if err != nil {
		return unusable{err}
	}
	step, ok := f.Step(o.step)
	if !ok {
		return unusable{fmt.Errorf("--step %s is no amount that shares can be raised by", o.step)}
	}
	res, err := tally.Run(f.Election, tally.Options{
		Rule: tally.Rule(o.rule), Tie: tie, Step: step, Compare: o.compare, FundUnsupported: !o.supportedOnly,
	})
	if fault.Is(err, fault.Invalid) {
		return unusable{err}
	}
	if err != nil {
		return err
	}
	if o.asJSON {
		return printTallyJSON(out, f, res, time.Since(start))
	}
	return printTally(out, f, res)
}

// printTallyJSON prints amounts as JSON numbers with all their digits.
func printTallyJSON(out io.Writer, f *pabulib.File, res *tally.Result, took time.Duration) error {
	return json.NewEncoder(out).Encode(struct {
		Rule    tally.Rule  `json:"rule"`
		Budget  json.Number `json:"budget"`
		Cost    json.Number `json:"cost"`
		Winners []string    `json:"winners"`
		Seconds float64     `json:"seconds"`
	}{
		res.Rule, json.Number(pabulib.FormatMoney(f.Election.Budget, f.Decimals)),
		json.Number(pabulib.FormatMoney(res.Cost, f.Decimals)), res.IDs(f.Election), took.Seconds(),
	})
}

func printTally(out io.Writer, f *pabulib.File, res *tally.Result) error {
	for _, w := range f.Warnings {
		fmt.Fprintf(out, "note: line %d: %s\n", w.Line, w.Reason)
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	for place, p := range res.Winners {
		fmt.Fprintf(table, "%d\t%s\t%s\t\n", place+1, f.Election.Projects[p].ID, pabulib.FormatMoney(f.Election.Projects[p].Cost, f.Decimals))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if c := res.Comparison; c != nil {
		kept := "Equal Shares stays"
		if c.GreedyChosen {
			kept = "greedy is the result"
		}
		fmt.Fprintf(out, "comparison: %d voters prefer greedy, %d the rule: %s\n", c.PreferGreedy, c.PreferOwn, kept)
	}
	_, err := fmt.Fprintf(out, "cost %s, remaining %s of %s\n", pabulib.FormatMoney(res.Cost, f.Decimals),
		pabulib.FormatMoney(res.Remaining, f.Decimals), pabulib.FormatMoney(f.Election.Budget, f.Decimals))
	return err
}
