package main

import (
	"context"
	"fmt"
	"io"

	"musharaka/modules/account"
)

// demoPeople are the people whom anybody may sign in as.
var demoPeople = []account.DemoPerson{}

func (a *app) seedIfEmpty(context.Context, io.Writer) error { return nil }

func (a *app) greet(out io.Writer) { fmt.Fprintf(out, "Musharaka: %s\n", a.settings.PublicURL) }
