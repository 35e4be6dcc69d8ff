// Package job keeps work that must happen later, or again until it succeeds:
// mails, deadlines, recounts. Jobs are documents of the collection "jobs", so
// they survive a restart, and any number of instances may run one queue.
//
// A module registers a kind of job once, and enqueues jobs of it by key:
//
//	job.Register(q, "petition.count_signatures", s.count, job.Options{Again: true})
//	…
//	err := job.Enqueue(ctx, q, "petition.count_signatures", petition.ID, Recount{Petition: petition.ID}, now)
//
// The key makes it idempotent: a job of the same kind and key is never there
// twice, so an act that is repeated enqueues nothing new, and an act enqueues
// after it has been written: lost between the two, it is enqueued by the repeat.
//
// # Who runs a job
//
// A queue takes a job by compare-and-set: the job then names the queue
// (LeasedBy) and the end of the lease, which a heartbeat moves on while the
// handler runs. Other queues leave it alone until the lease has run out, which
// happens only when its holder died or hangs. What a holder writes after it
// lost its lease is discarded. Instances judge leases by their own clocks, which
// must therefore agree to within seconds (the lease is a minute long).
//
// A handler can be stopped half-way at any point, and is then run again. It
// must be safe to repeat: check what is done already, write by natural key.
//
// # States
//
//	open ── handler succeeded ──────────────► done ── KeepDone ──► deleted
//	 ▲ └── failed MaxAttempts times ────────► dead
//	 └──── retry by a person ──────────────────┘ └─ discard ─► done
//
// An open job is due at NextAt: its time, the time of its next attempt, or the
// end of its lease while it is running. A failure, a panic and a lost lease all
// count as an attempt. Periodic work (Every) is a job that is never done.
//
// Payloads hold ids, never personal data: the queue outlives what people may
// ask to have deleted. Errors of handlers are kept with the job and shown to
// administrators; addresses in them are blotted out.
package job
