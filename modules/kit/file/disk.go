package file

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"musharaka/modules/kit/fault"
)

// Disk keeps bytes in a folder, in subfolders by the first two letters.
type Disk struct{ dir string }

// OpenDisk returns the bytes kept under dir, which is made if need be.
func OpenDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Wrap("file.OpenDisk", err)
	}
	return &Disk{dir: dir}, nil
}

var _ Blobs = (*Disk)(nil)

func (d *Disk) path(name string) string { return filepath.Join(d.dir, name[:2], name) }

// part is where bytes are written until they are complete.
func (d *Disk) part(name string) string { return d.path(name) + ".part" }

// Put implements Blobs: bytes get their name only when all of them are on the disk.
func (d *Disk) Put(ctx context.Context, name string, r io.Reader) error {
	if err := checkBlobName(name); err != nil {
		return err
	}
	err := os.MkdirAll(filepath.Dir(d.path(name)), 0o700)
	if err == nil {
		err = d.write(ctx, name, r)
	}
	if err != nil {
		_ = os.Remove(d.part(name))
	}
	return fault.Wrap("file.Put", err)
}

func (d *Disk) write(ctx context.Context, name string, r io.Reader) error {
	f, err := os.OpenFile(d.part(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(d.part(name), d.path(name))
	}
	if err == nil {
		err = syncDir(filepath.Dir(d.path(name)))
	}
	return err
}

// syncDir makes a new name in a folder durable, where the system can.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// Open implements Blobs.
func (d *Disk) Open(_ context.Context, name string) (io.ReadCloser, error) {
	if err := checkBlobName(name); err != nil {
		return nil, err
	}
	f, err := os.Open(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "").Because("file.Open", err)
	}
	if err != nil {
		return nil, fault.Wrap("file.Open", err)
	}
	return f, nil
}

// Delete implements Blobs.
func (d *Disk) Delete(_ context.Context, name string) error {
	if err := checkBlobName(name); err != nil {
		return err
	}
	for _, path := range []string{d.part(name), d.path(name)} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.Wrap("file.Delete", err)
		}
	}
	return nil
}
