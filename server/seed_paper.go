package main

import (
	"context"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/petition"
)

// demoPaper is what came on paper for one petition. Desk enters, Second confirms.
type demoPaper struct {
	Petition     string
	Print        int
	Lang         string
	Printed      int // days ago
	Desk, Second string
	Sheets       []demoSheet
}

// demoSheet is one sheet, in the order of their numbers, and how far it came.
type demoSheet struct {
	Days  int
	To    string // "confirmed", "entered", "reopened", "returned", "void"
	Note  string
	Lines []demoLine
}

type demoLine struct {
	Name, Number, Lives string
	Born                int
	Strike              string // why the line is struck when the sheet is confirmed
}

// demoBurst is an hour in which many sign from one part of the network. With an
// Officer they are taken out of the count for the Reason.
type demoBurst struct {
	Petition        string
	Days, People    int
	Officer, Reason string
}

// onPaper plans the sheets of the petition.
func (t *story) onPaper() {
	for _, d := range t.data.Papers {
		if d.Petition != t.p.Key {
			continue
		}
		t.as(t.at(d.Printed, false), "prints sheets", "", func(ctx context.Context, who auth.Actor, id string) error {
			if there, err := t.app.petitions.SheetsOf(ctx, id, "", 1); err != nil || len(there.Items) > 0 {
				return err // done before an interruption
			}
			_, err := t.app.petitions.PrintSheets(ctx, who, id, d.Print, d.Lang, consentVersion)
			return err
		})
		for i, sheet := range d.Sheets {
			t.handle(d, i+1, sheet)
		}
	}
}

// handle plans the way of one sheet.
func (t *story) handle(d demoPaper, number int, x demoSheet) {
	at := t.at(x.Days, true)
	act := func(what, key string, do func(ctx context.Context, who auth.Actor, sheet string) error) {
		t.as(at, what, key, func(ctx context.Context, who auth.Actor, id string) error {
			return do(ctx, who, petition.SheetID(id, number))
		})
		at = at.Add(11 * time.Minute)
	}
	if x.To == "void" {
		act("makes a sheet void", "", func(ctx context.Context, who auth.Actor, sheet string) error {
			_, err := t.app.petitions.CancelSheet(ctx, who, sheet, x.Note)
			return err
		})
		return
	}
	act("takes a sheet in", d.Desk, func(ctx context.Context, who auth.Actor, sheet string) error {
		_, err := t.app.petitions.ReturnSheet(ctx, who, sheet)
		return err
	})
	if x.To == "returned" {
		return
	}
	act("enters a sheet", d.Desk, func(ctx context.Context, who auth.Actor, sheet string) error {
		_, err := t.app.petitions.EnterSheet(ctx, who, sheet, x.typed(), true)
		return err
	})
	switch x.To {
	case "reopened":
		act("sends a sheet back", d.Second, func(ctx context.Context, who auth.Actor, sheet string) error {
			_, err := t.app.petitions.ReopenSheet(ctx, who, sheet, x.Note)
			return err
		})
	case "confirmed":
		act("confirms a sheet", d.Second, func(ctx context.Context, who auth.Actor, sheet string) error {
			_, err := t.app.petitions.ConfirmSheet(ctx, who, sheet, x.decided())
			return err
		})
	}
}

func (x demoSheet) typed() []petition.LineInput {
	var lines []petition.LineInput
	for i, l := range x.Lines {
		line := petition.LineInput{N: i + 1, Name: l.Name, Number: l.Number, Place: l.Lives}
		if l.Born != 0 {
			line.Born = strconv.Itoa(l.Born)
		}
		lines = append(lines, line)
	}
	return lines
}

func (x demoSheet) decided() []petition.LineDecision {
	var all []petition.LineDecision
	for i, l := range x.Lines {
		all = append(all, petition.LineDecision{N: i + 1, Accept: l.Strike == "", Reason: l.Strike})
	}
	return all
}

// burstRange is where the demo's bursts come from: a range kept for examples.
const burstRange = "203.0.113.0/24"

// unusual plans the bursts of the petition, and what an officer does about them.
func (t *story) unusual() {
	for _, d := range t.data.Bursts {
		if d.Petition != t.p.Key {
			continue
		}
		hour := t.at(d.Days, true).Truncate(time.Hour).Add(5 * time.Minute)
		t.add(hour, "many sign at once", false, func(ctx context.Context) error { return t.signTogether(ctx, t.crowdFromOnePlace(d.People)) })
		t.add(hour.Add(time.Hour), "the burst is seen", false, func(ctx context.Context) error { return t.app.petitions.SeekBursts(ctx) })
		if d.Officer == "" {
			continue
		}
		t.as(hour.Add(3*time.Hour), "proposes to invalidate", d.Officer, func(ctx context.Context, who auth.Actor, id string) error {
			if there, err := t.app.petitions.BatchesOf(ctx, id, "", 1); err != nil || len(there.Items) > 0 {
				return err // done before an interruption
			}
			return t.propose(ctx, who, id, hour, d.Reason)
		})
		t.as(hour.Add(27*time.Hour), "invalidates", d.Officer, func(ctx context.Context, who auth.Actor, id string) error {
			there, err := t.app.petitions.BatchesOf(ctx, id, "", 1)
			if err != nil || len(there.Items) == 0 {
				return err
			}
			_, err = t.app.petitions.RunBatch(ctx, who, there.Items[0].ID)
			return err
		})
		t.add(hour.Add(52*time.Hour), "a day passes", true, func(context.Context) error { return nil })
	}
}

// crowdFromOnePlace are people of the crowd who sign from one part of the network.
func (t *story) crowdFromOnePlace(n int) []planned {
	origin := t.app.petitions.OriginOf(burstRange, "Chrome · Android")
	var party []planned
	for i := 7; i < len(t.faces) && len(party) < n; i += 3 {
		if f := t.faces[i]; f.Subject == "" {
			party = append(party, planned{face: f, input: petition.SignInput{Consent: consentVersion, Origin: origin}})
		}
	}
	return party
}

// propose proposes to invalidate what came from one part of the network in an hour.
func (t *story) propose(ctx context.Context, who auth.Actor, id string, hour time.Time, reason string) error {
	bursts, err := t.app.petitions.BurstsAt(ctx, t.p.To, "", 50)
	if err != nil {
		return err
	}
	for _, b := range bursts.Items {
		if b.Petition == id {
			_, err := t.app.petitions.ProposeBatch(ctx, who, id, petition.Rule{From: b.From, To: b.To, Only: petition.OnlyOnline, Range: b.Range}, reason, b.ID)
			return err
		}
	}
	return fault.New(fault.NotFound, "").Because("seed.propose at "+hour.Format(time.DateTime), nil)
}
