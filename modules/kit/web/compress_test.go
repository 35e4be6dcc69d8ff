package web

import "testing"

func TestACodingIsTakenUnlessItIsRefused(t *testing.T) {
	for accepted, want := range map[string]bool{
		"br": true, "gzip, br": true, "gzip, deflate, br;q=0.5": true, "br; q=1.000": true,
		"": false, "gzip": false, "brotli": false, "br;q=0": false, "gzip, br; q=0.000": false, "Q=0": false,
	} {
		if got := takes(accepted, "br"); got != want {
			t.Errorf("%q: %v", accepted, got)
		}
	}
}
