package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"musharaka/config"
	"musharaka/modules/budget"
	"musharaka/modules/kit/fault"
)

// verifyCommand looks at everything about the votes, as an observer would.
func verifyCommand() command {
	var edition, receipts string
	var asJSON bool
	return command{name: "verify", does: "check the log, the receipts and the ballots of votes, and count again", args: "[RECEIPT…]",
		flags: func(f *flag.FlagSet) {
			f.StringVar(&edition, "edition", "", "the id of one participatory budget; all votes when empty")
			f.BoolVar(&asJSON, "json", false, "answer with one line of JSON for each vote and each receipt")
			f.StringVar(&receipts, "receipts", "", "a file with the code of one receipt on each line")
		},
		help: "Rebuilds the public log of each vote from its leaves and compares it with every signed head, commits to every ballot anew and looks for it in the log, " +
			"and, when the vote is over, counts the ballots again by the published rule. While a vote runs nothing of its contents is told. " +
			"Says of each receipt, given behind the flags or in a file, whether it is in the log of the vote, or of any vote. " +
			"Exit code 0: all is in order and every receipt is in a log. 1: something is not, or a receipt is in no log. " +
			"2: there is no such vote, the file cannot be read, or a line of it is not the code of a receipt.",
		run: func(ctx context.Context, s config.Settings, args []string, out io.Writer) error {
			codes, err := receiptsIn(args, receipts)
			if err != nil {
				return err
			}
			if err := mustExist(s); err != nil {
				return err
			}
			return withApp(ctx, s, func(a *app) error { return a.verify(ctx, edition, codes, asJSON, out) })
		}}
}

// errDiffers is how verify ends when something is not in order; what it is has
// been printed.
var errDiffers = errors.New("something is not in order")

func (a *app) verify(ctx context.Context, edition string, receipts []string, asJSON bool, out io.Writer) error {
	var wrong bool
	var seen []string
	one := func(id string) error {
		seen = append(seen, id)
		v, err := a.budgets.Verify(ctx, id)
		if fault.Is(err, fault.NotFound) {
			return unusable{fmt.Errorf("--edition %s: there is no such participatory budget with a vote", id)}
		}
		if err != nil {
			return err
		}
		wrong = wrong || len(v.Problems) > 0
		if asJSON {
			return json.NewEncoder(out).Encode(v)
		}
		return printVerification(out, v)
	}
	var err error
	if edition != "" {
		err = one(edition)
	} else {
		err = a.budgets.VotesWithUrn(ctx, one)
	}
	if err != nil {
		return err
	}
	all, err := a.verifyReceipts(ctx, seen, receipts, asJSON, out)
	if err == nil && (wrong || !all) {
		err = errDiffers
	}
	return err
}

func printVerification(out io.Writer, v budget.Verification) error {
	state := "the vote runs"
	if v.Sealed {
		state = "the vote is over"
	}
	fmt.Fprintf(out, "%s: %s; %d leaves, %d ballots, %d replaced\n", v.Edition, state, v.Leaves, v.Ballots, v.Replaced)
	if v.Rules != "" {
		fmt.Fprintf(out, "  rules   sha256 %s\n", v.Rules)
	}
	fmt.Fprintf(out, "  key     %s\n  head    %s\n", v.Key, strings.ReplaceAll(strings.TrimSpace(v.Head), "\n", "\n          "))
	for _, r := range v.Recount {
		area := r.Area
		if area == "" {
			area = "whole town"
		}
		fmt.Fprintf(out, "  count   %s by %s: %d ballots (%d blank), %d winners: %s\n", area, r.Rule, r.Ballots, r.Blank, len(r.Winners), strings.Join(r.Winners, " "))
	}
	for _, p := range v.Problems {
		fmt.Fprintf(out, "  WRONG   %s\n", p)
	}
	if len(v.Problems) == 0 {
		fmt.Fprintln(out, "  all is in order")
	}
	return nil
}
