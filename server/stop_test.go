package main

import (
	"net"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
)

func TestAClientThatNeverEndsItsRequestDoesNotSpoilTheStop(t *testing.T) {
	r := startPlatform(t, clock.System())
	slow, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	if _, err := slow.Write([]byte("POST /ar/petitions/new HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")); err != nil {
		t.Fatal(err)
	}
	if !eventually(t, func() bool { return r.site.App.Server().GetOpenConnectionsCount() > 0 }) {
		t.Fatal("the platform never saw the client")
	}
	if err := r.shutDown(2 * time.Second); err != nil {
		t.Errorf("batches and jobs were not ended cleanly: %v", err)
	}
}
