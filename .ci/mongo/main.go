// Command mongo is a server that speaks MongoDB's protocol, for tests on a
// machine without MongoDB. It is FerretDB on SQLite, in a module of its own so
// that the product does not depend on it.
//
// It loses updates of parallel connections, so tests talk to it through one:
//
//	MONGODB_TEST_URI="mongodb://127.0.0.1:27027/?maxPoolSize=1"
//
// Its other faults are named in modules/kit/store/storetest.
package main

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27027", "address to listen on")
	flag.Parse()
	if err := serve(*listen); err != nil {
		log.Fatal(err)
	}
}

// serve runs until it is told to stop; what it stored is then removed.
func serve(listen string) error {
	dir, err := os.MkdirTemp("", "musharaka-ci-mongo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: listen},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return server.Run(ctx)
}
