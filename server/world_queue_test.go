package main

import (
	"strings"

	"musharaka/modules/kit/web"
	"musharaka/modules/queue"
)

// queued is a hall of town in which everything happens.
type queued struct {
	waiting, called, absent, going queue.Ticket
}

// atTheCounters opens the hall: one person is called, one waits, one did not
// come, one may go.
func (w *world) atTheCounters() {
	ctx, officer, front := w.t.Context(), w.actor("officer"), w.actor("front desk")
	for _, g := range []queue.Group{{Letter: "A", Names: queue.Words{AR: "الحالة المدنية", FR: "État civil"}, Minutes: 6}, {Letter: "B", Names: queue.Words{AR: "التعمير", FR: "Urbanisme"}, Minutes: 12}} {
		_, err := w.queues.SetGroup(ctx, officer, town, g)
		w.must(err)
	}
	for n := 1; n <= 3; n++ {
		_, err := w.queues.SetCounter(ctx, officer, town, queue.Counter{Number: n})
		w.must(err)
	}
	_, err := w.queues.OpenDay(ctx, front, town)
	w.must(err)
	_, err = w.queues.OpenCounter(ctx, front, town, 1)
	w.must(err)
	take := func(letter string) queue.Ticket {
		t, err := w.queues.Take(ctx, front, town, letter, w.ident.ID(), letter == "B")
		w.must(err)
		return t
	}
	w.queued.absent, w.queued.called = take("A"), take("A")
	first, err := w.queues.CallNext(ctx, front, town, 1)
	w.must(err)
	w.queued.absent, err = w.queues.NoShow(ctx, front, first.ID)
	w.must(err)
	w.queued.called, err = w.queues.CallNext(ctx, front, town, 1)
	w.must(err)
	w.queued.waiting, w.queued.going = take("A"), take("B")
}

// hallOpen opens the hall again, which other tests close and whose day passes,
// and returns the address of its ticket screen, which they change.
func (w *world) hallOpen() (device string) {
	_, err := w.queues.OpenDay(w.t.Context(), w.actor("officer"), town)
	w.must(err)
	hall, err := w.queues.Hall(w.t.Context(), town)
	w.must(err)
	return hall.Device
}

// queuePath fills in what the routes of the counters are tried with.
func (w *world) queuePath(r web.Route, path string) string {
	if !strings.Contains(path, "/counters/:place") {
		return path
	}
	x := w.queued
	code := x.waiting.Code
	if strings.HasSuffix(path, "/leave") {
		code = x.going.Code
	}
	ticket := x.waiting.ID
	if strings.HasSuffix(path, "/return") {
		ticket = x.absent.ID
	}
	at := "1"
	if r.Method == "POST" {
		at = "3" // nobody sits there
	}
	return strings.NewReplacer(":place", town, ":device", w.hallOpen(), ":code", code, ":ticket", ticket, ":counter", at, ":act", "finish", ":letter", "A").Replace(path)
}

// queueingViews are the pages of the walk-in counters.
func (w *world) queueingViews(see, wrong func(as string, paths ...string)) {
	x, device, hall, desk := w.queued, w.hallOpen(), "/counters/"+town, "/desk/counters/"+town
	see("nobody", hall, hall+"/screen", hall+"/tickets/"+x.waiting.Code, hall+"/tickets/"+x.waiting.Code+"?auto=on", hall+"/tickets/"+x.called.Code, hall+"/tickets/"+x.absent.Code,
		hall+"/device/"+device, hall+"/device/"+device+"/"+x.waiting.Code)
	see("front desk", desk, desk+"/give", desk+"/close", desk+"/given/"+x.waiting.ID, desk+"/given/"+x.going.ID, desk+"/at/1", desk+"/at/2")
	see("officer", "/desk/counters", desk, desk+"/at/1", desk+"/figures", desk+"/settings", desk+"/settings/services/new", desk+"/settings/services/A", desk+"/settings/counters/new", desk+"/settings/counters/1",
		"/desk/counters/"+tunisian, "/desk/counters/"+tunisian+"/settings")
	see("president", desk)
	wrong("front desk", desk+"/give")
	wrong("officer", desk+"/settings/services/new", desk+"/settings/counters/new")
	wrong("nobody", hall+"/device/"+device)
}
