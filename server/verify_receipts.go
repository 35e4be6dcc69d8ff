package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"musharaka/modules/budget"
	"musharaka/modules/kit/fault"
)

// receiptFound is what verify says of one receipt.
type receiptFound struct {
	Receipt string `json:"receipt"`
	InLog   bool   `json:"in_log"`
	Edition string `json:"edition,omitempty"`
	Entry   int64  `json:"entry,omitempty"` // counted from 1
	Of      int64  `json:"of,omitempty"`    // entries that the log has
}

// receiptsIn reads the codes on the command line and those in a file, one on a
// line; empty lines and those that begin with # do not count. A file that cannot
// be read and a line that is no code are unusable: a list with a slip of the pen
// must not look like one with a lost ballot.
func receiptsIn(args []string, file string) ([]string, error) {
	var codes []string
	take := func(where, code string) error {
		if !budget.IsReceiptCode(code) {
			return unusable{fmt.Errorf("%s: %q is not the code of a receipt", where, code)}
		}
		codes = append(codes, code)
		return nil
	}
	for i, code := range args {
		if err := take(fmt.Sprintf("argument %d", i+1), code); err != nil {
			return nil, err
		}
	}
	if file == "" {
		return codes, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, unusable{err}
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		code := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if code == "" || code[0] == '#' {
			continue
		}
		if err := take(fmt.Sprintf("%s: line %d", file, n), code); err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); err != nil {
		return nil, unusable{fmt.Errorf("%s: %w", file, err)}
	}
	return codes, nil
}

// verifyReceipts says of each receipt whether it is in the log of one of these
// votes, and reports whether all are. Each place is proven against the signed
// head, as the page that checks a receipt does.
func (a *app) verifyReceipts(ctx context.Context, editions, codes []string, asJSON bool, out io.Writer) (all bool, err error) {
	all = true
	for _, code := range codes {
		r, err := a.findReceipt(ctx, editions, code)
		if err != nil {
			return false, err
		}
		all = all && r.InLog
		switch {
		case asJSON:
			err = json.NewEncoder(out).Encode(r)
		case r.InLog:
			_, err = fmt.Fprintf(out, "receipt %s: in the log of %s, entry %d of %d\n", r.Receipt, r.Edition, r.Entry, r.Of)
		default:
			_, err = fmt.Fprintf(out, "receipt %s: WRONG, in no log\n", r.Receipt)
		}
		if err != nil {
			return false, err
		}
	}
	return all, nil
}

func (a *app) findReceipt(ctx context.Context, editions []string, code string) (receiptFound, error) {
	for _, id := range editions {
		entry, of, err := a.budgets.FindReceipt(ctx, id, code)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		return receiptFound{code, err == nil, id, entry, of}, err
	}
	return receiptFound{Receipt: code}, nil
}
