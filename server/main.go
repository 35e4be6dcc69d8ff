package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"musharaka/config"
)

// The exit codes: what an operator's script can tell apart.
const (
	exitOK       = 0
	exitFailed   = 1 // the command ran and did not succeed; for check: something is wrong with the data
	exitUnusable = 2 // the command line or a setting is wrong; nothing was done
)

// command is one of the binary's commands.
type command struct {
	name  string
	does  string // one line for the list
	help  string // what --help says below the usage line
	args  string // what stands behind the flags, for the usage line
	flags func(*flag.FlagSet)
	run   func(ctx context.Context, s config.Settings, args []string, out io.Writer) error
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr))
}

// errUsage says that the command line is wrong and that this has been said already.
var errUsage = errors.New("usage")

// run finds the command, reads the settings and runs it; it returns the exit code.
func run(ctx context.Context, args []string, lookup func(string) (string, bool), out, errs io.Writer) int {
	name := "serve"
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		name, args = args[0], args[1:]
	} else if len(args) > 0 && (args[0] == "-h" || args[0] == "--help" || args[0] == "-help") {
		listCommands(out)
		return exitOK
	}
	for _, c := range commands() {
		if c.name == name {
			return c.start(ctx, args, lookup, out, errs)
		}
	}
	if name == "help" {
		listCommands(out)
		return exitOK
	}
	fmt.Fprintf(errs, "There is no command %q. These are the commands:\n\n", name)
	listCommands(errs)
	return exitUnusable
}

func (c command) start(ctx context.Context, args []string, lookup func(string) (string, bool), out, errs io.Writer) int {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "Usage: server %s [flags] %s\n\n%s\n", c.name, c.args, c.help)
		flags.PrintDefaults()
	}
	if c.flags != nil {
		c.flags(flags)
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUnusable
	}
	if c.args == "" && flags.NArg() > 0 {
		fmt.Fprintf(errs, "server %s takes no %q.\n", c.name, flags.Arg(0))
		flags.Usage()
		return exitUnusable
	}
	settings, err := config.Load(lookup)
	if err != nil {
		fmt.Fprintln(errs, "Setting", err)
		return exitUnusable
	}
	setLog(settings, errs)
	switch err := c.run(ctx, settings, flags.Args(), out); {
	case errors.Is(err, errUsage):
		flags.Usage()
		return exitUnusable
	case errors.As(err, new(unusable)):
		fmt.Fprintln(errs, sentence(err))
		return exitUnusable
	case err != nil:
		fmt.Fprintln(errs, sentence(err))
		return exitFailed
	}
	return exitOK
}

func listCommands(w io.Writer) {
	fmt.Fprintln(w, "Musharaka: citizen participation for municipalities and regions.\n\nUsage: server [command] [flags]\n\nCommands:")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.does)
	}
	fmt.Fprintln(w, "\nserver COMMAND --help tells more. Settings come from the environment; server config shows them.")
}

// setLog sends structured log lines to errs: as text on a person's machine, as
// JSON in production, where programs read them.
func setLog(s config.Settings, errs io.Writer) {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // config has checked it
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(errs, options)
	if !s.IsDemo() {
		h = slog.NewJSONHandler(errs, options)
	}
	slog.SetDefault(slog.New(h))
}
