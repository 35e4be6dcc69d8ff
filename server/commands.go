package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"musharaka/config"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/store"
)

// commands lists what the binary can do. It is a function because the commands
// refer to their own flags.
func commands() []command {
	var repair, over, again bool
	return []command{
		{name: "serve", does: "serve the platform (what is done without a command)", run: serve,
			help: "Serves the platform until it is told to stop (SIGTERM, Ctrl-C). In the demo an empty store is seeded first."},
		{name: "seed", does: "fill an empty demo with people, petitions and signatures", run: func(ctx context.Context, s config.Settings, _ []string, out io.Writer) error {
			return seedCommand(ctx, s, again, out)
		}, flags: func(f *flag.FlagSet) { f.BoolVar(&again, "again", false, "delete the demo's store first") },
			help: "Fills the demo's store through the same acts that people do. Refused in production."},
		{name: "check", does: "compare every stored counter, index and reference with what it counts", run: func(ctx context.Context, s config.Settings, _ []string, out io.Writer) error {
			return checkCommand(ctx, s, repair, out)
		}, flags: func(f *flag.FlagSet) { f.BoolVar(&repair, "repair", false, "put right what can be put right") },
			help: "Exit code 0: all is well, or was put right. 1: something is wrong. May run beside a serving platform on MongoDB; stop one on the embedded store first."},
		{name: "config", does: "show the effective settings, secrets masked", run: configCommand,
			help: "Shows each setting's value, and checks them all."},
		tallyCommand(),
		verifyCommand(),
		{name: "backup", does: "copy all data into a new folder", args: "DIR", run: backupCommand,
			help: "Writes one BSON file for each collection with its checksum, and the uploaded files, compared with the checksums of their documents. May run beside a serving platform on MongoDB."},
		{name: "restore", does: "bring a backup back, into either kind of store", args: "DIR", run: func(ctx context.Context, s config.Settings, args []string, out io.Writer) error {
			return restoreCommand(ctx, s, args, over, out)
		}, flags: func(f *flag.FlagSet) {
			f.BoolVar(&over, "over", false, "write into a store that is not empty, replacing documents with the same ids")
		}, help: "Verifies the checksums of all collections before anything is written, and each uploaded file before it is copied. Run check afterwards."},
		{name: "health", does: "ask a running platform whether it is ready", run: func(ctx context.Context, s config.Settings, _ []string, _ io.Writer) error {
			return probe(ctx, s.Listen)
		}, help: "For the health check of a container."},
	}
}

// sentence says what went wrong to an operator: the whole chain, on one line.
func sentence(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", " ")
	_, pairs := fault.Shown(err)
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return text
}

// mustExist refuses a data folder that is not there: to make an empty store and
// find it in order would hide that the folder is the wrong one.
func mustExist(s config.Settings) error {
	if s.MongoURI != "" {
		return nil
	}
	if _, err := os.Stat(s.Data); err != nil {
		return fmt.Errorf("MUSHARAKA_DATA: there is no such folder: %w", err)
	}
	return nil
}

// withApp opens the store, builds the platform and closes the store afterwards.
func withApp(ctx context.Context, s config.Settings, use func(*app) error) (err error) {
	db, err := openStore(ctx, s)
	if err != nil {
		return err
	}
	defer func() {
		if closed := db.Close(); err == nil {
			err = closed
		}
	}()
	a, err := newApp(ctx, s, db, systemSources())
	if err != nil {
		return err
	}
	return use(a)
}

// serve runs the platform until ctx ends, then stops it in an order in which
// nothing that was acknowledged is lost.
func serve(ctx context.Context, s config.Settings, _ []string, out io.Writer) error {
	return withApp(context.WithoutCancel(ctx), s, func(a *app) error {
		listener, err := net.Listen("tcp", s.Listen)
		if err != nil {
			return fmt.Errorf("MUSHARAKA_LISTEN: %w", err)
		}
		if s.IsDemo() { // before the jobs start: what is seeded happened in the past
			if err := a.seedIfEmpty(ctx, out); err != nil {
				return err
			}
		}
		if err := a.start(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		failed := make(chan error, 1)
		go func() { failed <- a.site.App.Listener(listener) }()
		if s.IsDemo() {
			a.greet(out)
		}
		slog.Info("serving", "address", s.PublicURL, "listen", listener.Addr().String(), "mode", s.Env)
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
		}
		return a.shutDown(s.Grace)
	})
}

// shutDown: not ready, finish requests, drain batches, stop jobs. Requests get
// three quarters of the time: one slow client must not leave none for the rest.
func (a *app) shutDown(grace time.Duration) error {
	slog.Info("stopping", "grace", grace)
	a.health.stopping.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	requests, done := context.WithTimeout(ctx, grace*3/4)
	defer done()
	if err := a.site.App.ShutdownWithContext(requests); err != nil {
		slog.Warn("requests were cut off", "error", err)
	}
	slog.Info("requests finished")
	err := a.stop(ctx)
	slog.Info("stopped", "clean", err == nil)
	return err
}

func configCommand(_ context.Context, s config.Settings, _ []string, out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, line := range s.Lines() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", line.Name, line.Value, line.Help)
	}
	return table.Flush()
}

// checkCommand asks every part whether what it stored is sound.
func checkCommand(ctx context.Context, s config.Settings, repair bool, out io.Writer) error {
	if err := mustExist(s); err != nil {
		return err
	}
	return withApp(ctx, s, func(a *app) error {
		findings, err := a.check(ctx, repair)
		if err != nil {
			return err
		}
		left := 0
		for _, f := range findings {
			mark := "WRONG "
			if f.repaired {
				mark = "mended"
			} else {
				left++
			}
			fmt.Fprintf(out, "%s  %s\n", mark, f.text)
		}
		if left > 0 {
			return fmt.Errorf("%d found wrong; run check --repair", left)
		}
		fmt.Fprintf(out, "all is well (%d mended)\n", len(findings))
		return nil
	})
}

func backupCommand(ctx context.Context, s config.Settings, args []string, out io.Writer) error {
	if len(args) != 1 {
		return errUsage
	}
	if err := mustExist(s); err != nil {
		return err
	}
	return withApp(ctx, s, func(a *app) error {
		shown := progress{out: out}
		manifest, err := store.Backup(ctx, a.db, args[0], shown.step)
		shown.end()
		if err != nil {
			return err
		}
		disk, err := file.OpenDisk(filepath.Join(args[0], "files"))
		if err != nil {
			return err
		}
		n, wrong, err := a.files.CopyTo(ctx, disk)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d collections and %d files are in %s\n", len(manifest.Collections), n, args[0])
		return damagedFiles(out, wrong)
	})
}

func restoreCommand(ctx context.Context, s config.Settings, args []string, over bool, out io.Writer) error {
	if len(args) != 1 {
		return errUsage
	}
	db, err := openStore(ctx, s)
	if err != nil {
		return err
	}
	shown := progress{out: out}
	manifest, err := store.Restore(ctx, db, args[0], shown.step, over)
	shown.end()
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return withApp(ctx, s, func(a *app) error { // opening the collections builds the indexes
		disk, err := file.OpenDisk(filepath.Join(args[0], "files"))
		if err != nil {
			return err
		}
		n, wrong, err := a.files.CopyFrom(ctx, disk)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d collections and %d files are restored, as they were at %s; run check next\n", len(manifest.Collections), n, manifest.MadeAt.Format(time.RFC3339))
		return damagedFiles(out, wrong)
	})
}

// damagedFiles names the uploads that were not copied, and makes the command end
// with exit code 1: the rest is whole, but somebody must know.
func damagedFiles(out io.Writer, wrong []string) error {
	for _, problem := range wrong {
		fmt.Fprintln(out, problem)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d uploaded files are damaged and were left out", len(wrong))
	}
	return nil
}

// progress prints how far a copy has come: a line for each collection, and one
// for every further progressEvery documents of a large one.
type progress struct {
	out         io.Writer
	collection  string
	done, shown int64
}

const progressEvery = 100_000

func (p *progress) step(collection string, done int64) {
	if collection != p.collection {
		p.end()
		p.collection, p.shown = collection, 0
	}
	if p.done = done; done-p.shown >= progressEvery {
		p.end()
	}
}

// end prints the last figure, if it was not printed yet.
func (p *progress) end() {
	if p.collection != "" && (p.done != p.shown || p.done == 0) {
		fmt.Fprintf(p.out, "%-24s %d\n", p.collection, p.done)
	}
	p.shown = p.done
}

// seedCommand fills the demo's store.
func seedCommand(ctx context.Context, s config.Settings, again bool, out io.Writer) error {
	if !s.IsDemo() {
		return fault.New(fault.Forbidden, "").Because("seed", fmt.Errorf("MUSHARAKA_ENV is %s: invented people belong in a demo", s.Env))
	}
	if again {
		if err := forgetDemo(ctx, s); err != nil {
			return err
		}
	}
	return withApp(ctx, s, func(a *app) error {
		if err := a.seedIfEmpty(ctx, out); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, "The demo is filled. Start it with: server serve")
		return err
	})
}
