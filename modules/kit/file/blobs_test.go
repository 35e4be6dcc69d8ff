package file

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/mongostore"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// eachBlobs runs a test on the disk and, where there is one, on MongoDB.
func eachBlobs(t *testing.T, test func(t *testing.T, b Blobs, left func() int)) {
	t.Run("disk", func(t *testing.T) {
		dir := t.TempDir()
		d, err := OpenDisk(filepath.Join(dir, "files"))
		must(t, err)
		test(t, d, func() int { return countFiles(t, dir) })
	})
	t.Run("gridfs", func(t *testing.T) {
		uri := os.Getenv("MONGODB_TEST_URI")
		if uri == "" {
			t.Skip("no MongoDB: set MONGODB_TEST_URI, or start one with `cd .ci/mongo && go run .` and set it to mongodb://127.0.0.1:27027/?maxPoolSize=1")
		}
		db, err := mongostore.Open(t.Context(), uri, "musharaka_test_"+ident.New().ID())
		must(t, err)
		t.Cleanup(func() {
			if err := db.Database().Drop(context.Background()); err != nil {
				t.Error(err)
			}
			_ = db.Close()
		})
		test(t, OpenGridFS(db.Database()), func() int {
			n, err := db.Database().Collection("blobs.chunks").CountDocuments(t.Context(), bson.D{})
			must(t, err)
			return int(n)
		})
	})
}

func countFiles(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	must(t, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	}))
	return n
}

func content(t *testing.T, b Blobs, name string) string {
	t.Helper()
	r, err := b.Open(t.Context(), name)
	must(t, err)
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(r)
	must(t, err)
	return string(data)
}

func TestBytesAreKeptReplacedAndRemoved(t *testing.T) {
	eachBlobs(t, func(t *testing.T, b Blobs, left func() int) {
		large := strings.Repeat("0123456789", 70_000) // more than one chunk
		for _, want := range []string{"one", large, ""} {
			must(t, b.Put(t.Context(), "abc", strings.NewReader(want)))
			must(t, b.Put(t.Context(), "abc-thumb", strings.NewReader("small")))
			if got := content(t, b, "abc"); got != want {
				t.Fatalf("%d bytes came back of %d", len(got), len(want))
			}
		}
		for range 2 {
			must(t, b.Delete(t.Context(), "abc"))
			must(t, b.Delete(t.Context(), "abc-thumb"))
		}
		if _, err := b.Open(t.Context(), "abc"); !fault.Is(err, fault.NotFound) {
			t.Errorf("after deletion: %v, want not found", err)
		}
		if n := left(); n != 0 {
			t.Errorf("%d left behind", n)
		}
	})
}

func TestAnUploadBrokenOffLeavesNothing(t *testing.T) {
	eachBlobs(t, func(t *testing.T, b Blobs, left func() int) {
		broken := io.MultiReader(bytes.NewReader(make([]byte, 600_000)), iotest.ErrReader(errors.New("connection reset")))
		if err := b.Put(t.Context(), "abc", broken); err == nil {
			t.Error("no error although the upload broke off")
		}
		gone, cancel := context.WithCancel(t.Context())
		stopping := io.MultiReader(bytes.NewReader(make([]byte, 600_000)), readerFunc(func([]byte) (int, error) { cancel(); return 0, io.EOF }))
		if err := b.Put(gone, "abd", stopping); err == nil {
			t.Error("no error although the person was gone")
		}
		for _, name := range []string{"abc", "abd"} {
			if _, err := b.Open(t.Context(), name); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v, want not found", name, err)
			}
		}
		if n := left(); n != 0 {
			t.Errorf("%d left behind", n)
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestNamesThatAreNoNamesReachNothing(t *testing.T) {
	eachBlobs(t, func(t *testing.T, b Blobs, left func() int) {
		for _, name := range []string{"", "a", "../secret", "..", "ab/cd", `ab\cd`, "ab.part", "ab\x00", strings.Repeat("a", 100)} {
			if err := b.Put(t.Context(), name, strings.NewReader("x")); !fault.Is(err, fault.NotFound) {
				t.Errorf("Put %q: %v", name, err)
			}
			if _, err := b.Open(t.Context(), name); !fault.Is(err, fault.NotFound) {
				t.Errorf("Open %q: %v", name, err)
			}
			if err := b.Delete(t.Context(), name); !fault.Is(err, fault.NotFound) {
				t.Errorf("Delete %q: %v", name, err)
			}
		}
		if n := left(); n != 0 {
			t.Errorf("%d left behind", n)
		}
	})
}
