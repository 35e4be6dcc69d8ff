package file

import (
	"context"
	"errors"
	"io"
	"sync"

	"musharaka/modules/kit/fault"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// GridFS keeps bytes in MongoDB, in the collections blobs.files and
// blobs.chunks. A reader sees bytes only when all of them are there, as the
// entry in blobs.files is written last.
type GridFS struct {
	bucket *mongo.GridFSBucket
	first  sync.Mutex // the driver's bucket makes its indexes on the first write, unguarded
}

// OpenGridFS returns the bytes kept in a database.
func OpenGridFS(db *mongo.Database) *GridFS {
	return &GridFS{bucket: db.GridFSBucket(options.GridFSBucket().SetName("blobs").SetWriteConcern(writeconcern.Majority()))}
}

var _ Blobs = (*GridFS)(nil)

// Put implements Blobs.
func (g *GridFS) Put(ctx context.Context, name string, r io.Reader) error {
	if err := g.Delete(ctx, name); err != nil {
		return err
	}
	upload, err := g.upload(ctx, name)
	if err != nil {
		return unreachable("file.Put", err)
	}
	if _, err = io.Copy(upload, r); err == nil {
		err = upload.Close()
	} else {
		_ = upload.Abort()
	}
	if err != nil { // Abort cannot work when it was ctx that ended: try once more
		_ = g.Delete(context.WithoutCancel(ctx), name)
	}
	return unreachable("file.Put", err)
}

func (g *GridFS) upload(ctx context.Context, name string) (*mongo.GridFSUploadStream, error) {
	g.first.Lock()
	defer g.first.Unlock()
	return g.bucket.OpenUploadStreamWithID(ctx, name, name)
}

// Open implements Blobs.
func (g *GridFS) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := checkBlobName(name); err != nil {
		return nil, err
	}
	stream, err := g.bucket.OpenDownloadStream(ctx, name)
	if errors.Is(err, mongo.ErrFileNotFound) {
		return nil, fault.New(fault.NotFound, "").Because("file.Open", err)
	}
	if err != nil {
		return nil, unreachable("file.Open", err)
	}
	return stream, nil
}

// Delete implements Blobs.
func (g *GridFS) Delete(ctx context.Context, name string) error {
	if err := checkBlobName(name); err != nil {
		return err
	}
	err := g.bucket.Delete(ctx, name) // removes stray chunks also when there is no such file
	if errors.Is(err, mongo.ErrFileNotFound) {
		return nil
	}
	return unreachable("file.Delete", err)
}

// unreachable sorts the driver's errors: a server that does not answer is Unavailable.
func unreachable(op string, err error) error {
	if err != nil && (mongo.IsNetworkError(err) || mongo.IsTimeout(err)) {
		return fault.New(fault.Unavailable, "").Because(op, err)
	}
	return fault.Wrap(op, err)
}
