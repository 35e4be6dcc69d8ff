package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The format of a backup: a folder with one file per collection, its documents
// as BSON one after the other (as mongodump writes them), and a manifest.
const (
	backupFormat = 1
	manifestName = "manifest.json"
	backupPage   = 250     // documents read at once
	restoreBytes = 4 << 20 // written at once
	restorePage  = 500
	maxDocument  = 16 << 20
)

// Manifest says what a backup holds. It is written last: a folder without it is
// not a backup.
type Manifest struct {
	Format      int              `json:"format"`
	MadeAt      time.Time        `json:"made_at"`
	Collections []ManifestedFile `json:"collections"`
}

// ManifestedFile is the file of one collection, <name>.bson.
type ManifestedFile struct {
	Name      string `json:"name"`
	Documents int64  `json:"documents"`
	Bytes     int64  `json:"bytes"`
	SHA256    string `json:"sha256"`
}

// Progress is told how many documents of a collection are done. It may be nil.
type Progress func(collection string, done int64)

// Backup copies all collections into dir, which is made, or must be empty.
// Writing may go on meanwhile: each document is copied as it stands when its
// turn comes, and what belongs together but lies in two collections is put
// right by `server check` after a restore. Files kept in GridFS are not part of
// it. Faults: Invalid (the folder is not empty), Unavailable, Internal.
func Backup(ctx context.Context, db DB, dir string, progress Progress) (Manifest, error) {
	m := Manifest{Format: backupFormat, MadeAt: clock.System().Now()}
	if err := emptyFolder(dir); err != nil {
		return m, fault.Wrap("store.Backup", err)
	}
	names, err := db.Collections(ctx)
	if err != nil {
		return m, fault.Wrap("store.Backup", err)
	}
	for _, name := range names {
		f, err := backupCollection(ctx, db, dir, name, progress)
		if err != nil {
			return m, fault.Wrap("store.Backup "+name, err)
		}
		m.Collections = append(m.Collections, f)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, fault.Wrap("store.Backup", err)
	}
	return m, fault.Wrap("store.Backup", writeDurably(filepath.Join(dir, manifestName), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	}))
}

func emptyFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		return fault.New(fault.Invalid, "The folder {folder} is not empty. Please name a new one.", "folder", dir)
	}
	return err
}

// writeDurably writes a file under another name, syncs it and gives it its own,
// so that a file with that name is whole.
func writeDurably(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err = write(w); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

func backupCollection(ctx context.Context, db DB, dir, name string, progress Progress) (ManifestedFile, error) {
	file := ManifestedFile{Name: name}
	sum := sha256.New()
	err := writeDurably(filepath.Join(dir, name+".bson"), func(w io.Writer) error {
		w = io.MultiWriter(w, sum)
		q := Query{Limit: backupPage}
		for {
			docs, next, err := db.Find(ctx, Schema{Name: name}, q)
			if err != nil {
				return err
			}
			for _, doc := range docs {
				n, err := w.Write(doc)
				if err != nil {
					return err
				}
				file.Documents++
				file.Bytes += int64(n)
			}
			progress.tell(name, file.Documents)
			if next == "" {
				return nil
			}
			q.After = next
		}
	})
	file.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return file, err
}

func (p Progress) tell(collection string, done int64) {
	if p != nil {
		p(collection, done)
	}
}

// Restore writes a backup into the store, whichever adapter wrote it. All files
// are checked against the manifest before anything is written. A store that
// holds documents is refused unless over is true: then those with the same ids
// are replaced and others stay. A restore that was interrupted can be repeated
// with over. Indexes are built when the collections are opened.
// Faults: Invalid (no backup, a newer or damaged one), Conflict (the store is
// not empty), Unavailable, Internal.
func Restore(ctx context.Context, db DB, dir string, progress Progress, over bool) (Manifest, error) {
	m, err := readManifest(dir)
	if err != nil {
		return m, fault.Wrap("store.Restore", err)
	}
	for _, f := range m.Collections {
		if err := f.verify(ctx, dir); err != nil {
			return m, fault.Wrap("store.Restore "+f.Name, err)
		}
	}
	if !over {
		if err := mustBeEmpty(ctx, db); err != nil {
			return m, fault.Wrap("store.Restore", err)
		}
	}
	for _, f := range m.Collections {
		if err := f.restore(ctx, db, dir, progress); err != nil {
			return m, fault.Wrap("store.Restore "+f.Name, err)
		}
	}
	return m, nil
}

var backupName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func readManifest(dir string) (Manifest, error) {
	var m Manifest
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, os.ErrNotExist) {
		return m, fault.New(fault.Invalid, "The folder {folder} holds no complete backup.", "folder", dir)
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, damaged(manifestName, err)
	}
	if m.Format > backupFormat {
		return m, fault.New(fault.Invalid, "This backup was made by a newer version of Musharaka. Please restore it with that version.")
	}
	seen := map[string]bool{}
	for _, f := range m.Collections {
		if !backupName.MatchString(f.Name) || seen[f.Name] {
			return m, damaged(manifestName, fmt.Errorf("the name %q", f.Name))
		}
		seen[f.Name] = true
	}
	if m.Format < 1 {
		return m, damaged(manifestName, fmt.Errorf("format %d", m.Format))
	}
	return m, nil
}

func damaged(file string, cause error) error {
	return fault.New(fault.Invalid, "The backup is damaged: {file} is not as it was written.", "file", file).Because("store.Restore", cause)
}

// verify reads the whole file and compares it with the manifest.
func (f ManifestedFile) verify(ctx context.Context, dir string) error {
	sum := sha256.New()
	var documents, bytes int64
	err := f.each(dir, func(doc bson.Raw) error {
		documents++
		bytes += int64(len(doc))
		sum.Write(doc)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 || documents != f.Documents || bytes != f.Bytes {
		return damaged(f.Name+".bson", fmt.Errorf("%d documents, %d bytes, SHA-256 %s", documents, bytes, got))
	}
	return nil
}

// each reads the file document by document.
func (f ManifestedFile) each(dir string, visit func(bson.Raw) error) error {
	name := f.Name + ".bson"
	file, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		return damaged(name, err)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 1<<20)
	for {
		var length [4]byte
		if _, err := io.ReadFull(r, length[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return damaged(name, err)
		}
		n := binary.LittleEndian.Uint32(length[:])
		if n < 5 || n > maxDocument {
			return damaged(name, fmt.Errorf("a document of %d bytes", n))
		}
		doc := make(bson.Raw, n)
		copy(doc, length[:])
		if _, err := io.ReadFull(r, doc[4:]); err != nil {
			return damaged(name, err)
		}
		if err := doc.Validate(); err != nil {
			return damaged(name, err)
		}
		if err := visit(doc); err != nil {
			return err
		}
	}
}

func mustBeEmpty(ctx context.Context, db DB) error {
	names, err := db.Collections(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		docs, _, err := db.Find(ctx, Schema{Name: name}, Query{Limit: 1})
		if err != nil {
			return err
		}
		if len(docs) > 0 {
			return fault.New(fault.Conflict, "The store is not empty. Restore into a new one, or ask for documents with the same ids to be replaced.").
				Because("store.Restore", fmt.Errorf("%s holds documents", name))
		}
	}
	return nil
}

func (f ManifestedFile) restore(ctx context.Context, db DB, dir string, progress Progress) error {
	var batch []bson.Raw
	var bytes int
	var done int64
	flush := func() error {
		err := db.Restore(ctx, f.Name, batch)
		done += int64(len(batch))
		batch, bytes = nil, 0
		if err == nil {
			progress.tell(f.Name, done)
		}
		return err
	}
	err := f.each(dir, func(doc bson.Raw) error {
		batch = append(batch, doc)
		if bytes += len(doc); bytes < restoreBytes && len(batch) < restorePage {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush() // an empty collection is made, too
}
