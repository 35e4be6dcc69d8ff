package petition

import (
	"context"
	"fmt"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/seal"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
)

// demoKey returns what the demo says of the key in use: where its private file
// is, and the passphrase. Nil outside the demo, and where somebody made a key of
// their own.
func (x *Procedure) demoKey(c *web.Ctx, ring seal.Ring) (*petitionview.DemoKey, error) {
	if _, _, err := x.demoPair(c.Std(), ring); fault.Is(err, fault.NotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return &petitionview.DemoKey{Href: c.URL("/desk/sealing/demo") + "?authority=" + ring.ID, Passphrase: x.demoKeys.Passphrase()}, nil
}

// demoPair returns the private file that the demo made for an authority, and
// the version of its key. NotFound unless that key is in use.
func (x *Procedure) demoPair(ctx context.Context, ring seal.Ring) ([]byte, int, error) {
	active, ok := ring.Active()
	if x.demoKeys == nil || !ok {
		return nil, 0, errNoKeys
	}
	file, err := x.demoKeys.PrivateFile(ctx, ring.ID)
	if err != nil {
		return nil, 0, err
	}
	if seal.FingerprintOf(file) != active.Fingerprint {
		return nil, 0, errNoKeys
	}
	return file, active.Version, nil
}

// demoFile hands out the private file of the demo's key.
func (x *Procedure) demoFile(c *web.Ctx) error {
	org, ring, err := x.keysOf(c)
	if err != nil {
		return err
	}
	file, version, err := x.demoPair(c.Std(), ring)
	if err != nil {
		return err
	}
	return sendKey(c, org, version, file)
}

// sendKey answers with a private file, for the browser to save.
func sendKey(c *web.Ctx, org string, version int, file []byte) error {
	c.Set("Content-Type", "text/plain; charset=utf-8")
	c.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="musharaka-%s-key-%d.txt"`, org, version))
	c.Set("Cache-Control", "private, no-store")
	c.Set("X-Content-Type-Options", "nosniff")
	return c.Send(file)
}
