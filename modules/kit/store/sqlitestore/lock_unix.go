//go:build unix

package sqlitestore

import (
	"os"
	"syscall"
)

// fileLock is an open file with an exclusive lock that the system frees when
// the process ends, however it ends.
type fileLock struct{ f *os.File }

func takeLock(path string) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return &fileLock{f}, nil
}

// release leaves the file in place: removing it would let a third process lock
// a new one while a second still waits on the old.
func (l *fileLock) release() error { return l.f.Close() }
