package file

import (
	"context"
	"io"
	"regexp"

	"musharaka/modules/kit/fault"
)

// Blobs keeps bytes by name. Names are letters, digits and "-".
type Blobs interface {
	// Put keeps what r gives, all of it or nothing; what was kept under the
	// name before is replaced. After nil it is durable.
	Put(ctx context.Context, name string, r io.Reader) error
	// Open returns the bytes, or NotFound.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// Delete removes the bytes and what a broken Put left; absent ones are no fault.
	Delete(ctx context.Context, name string) error
}

var blobName = regexp.MustCompile(`^[0-9A-Za-z]{2,40}(-[0-9a-z]{1,20})?$`)

// checkBlobName keeps anything but a name from becoming a path.
func checkBlobName(name string) error {
	if !blobName.MatchString(name) {
		return fault.New(fault.NotFound, "")
	}
	return nil
}
