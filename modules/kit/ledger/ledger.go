package ledger

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Ledger keeps the logs of one store and signs their heads.
type Ledger struct {
	clock  clock.Clock
	origin string
	signer signer
	vkey   string

	heads     *store.Collection[headDoc, *headDoc]
	entries   *store.Collection[Entry, *Entry]
	tiles     *store.Collection[tileDoc, *tileDoc]
	published *store.Collection[Published, *Published]

	mu      sync.Mutex
	queues  map[string]*queue
	closed  bool
	running sync.WaitGroup
}

// Settings name the keeper of the logs and give the key that signs for it.
type Settings struct {
	Origin string // "participation.example": stands in every head; without spaces and "+"
	Seed   []byte // of the Ed25519 key: 32 bytes
}

// headDoc is one log. Its id is the log's name.
type headDoc struct {
	store.Meta `bson:",inline"`
	Size       int64            `bson:"size"`
	Root       []byte           `bson:"root"`
	Signed     string           `bson:"signed"`         // the head as a signed note
	Edge       [][]byte         `bson:"edge,omitempty"` // by level: the hashes of the tile that is not full
	Last       []Entry          `bson:"last,omitempty"` // the last batch
	Full       []tileDoc        `bson:"full,omitempty"` // the tiles it filled
	Sums       map[string]int64 `bson:"sums,omitempty"`
	Sealed     bool             `bson:"sealed,omitempty"`
}

// Entry is one leaf in its place.
type Entry struct {
	store.Meta `bson:",inline"` // name|hash
	Log        string           `bson:"log"`
	Index      int64            `bson:"index"`
	Data       []byte           `bson:"data"`
}

// Hash returns the leaf's hash.
func (e Entry) Hash() tlog.Hash { return tlog.RecordHash(e.Data) }

// tileDoc is a full tile: 256 hashes.
type tileDoc struct {
	store.Meta `bson:",inline"` // name|level|number
	Hashes     []byte           `bson:"hashes"`
}

// Published is a head that was published at a time.
type Published struct {
	store.Meta `bson:",inline"` // name|size
	Log        string           `bson:"log"`
	Size       int64            `bson:"size"`
	Signed     string           `bson:"signed"`
	At         time.Time        `bson:"at"`
}

// Schemas are the declarations of all collections.
var Schemas = []store.Schema{
	{Name: "ledger_heads"},
	{Name: "ledger_entries", Indexes: []store.Index{{Name: "log", Fields: []string{"log", "index"}}}},
	{Name: "ledger_tiles"},
	{Name: "ledger_published", Indexes: []store.Index{{Name: "log", Fields: []string{"log", "size"}}}},
}

// Open opens the logs of a store.
func Open(ctx context.Context, db store.DB, s Settings, clk clock.Clock) (l *Ledger, err error) {
	if len(s.Seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("ledger.Open: the key's seed has %d bytes, not %d", len(s.Seed), ed25519.SeedSize)
	}
	l = &Ledger{clock: clk, origin: s.Origin, queues: map[string]*queue{}}
	key := ed25519.NewKeyFromSeed(s.Seed)
	if l.vkey, err = note.NewEd25519VerifierKey(s.Origin, key.Public().(ed25519.PublicKey)); err != nil {
		return nil, fmt.Errorf("ledger.Open: %w", err)
	}
	verifier, err := note.NewVerifier(l.vkey)
	if err != nil {
		return nil, fmt.Errorf("ledger.Open: the origin %q: %w", s.Origin, err)
	}
	l.signer = signer{Verifier: verifier, key: key}
	if l.heads, err = store.Open[headDoc](ctx, db, Schemas[0]); err != nil {
		return nil, err
	}
	if l.entries, err = store.Open[Entry](ctx, db, Schemas[1]); err != nil {
		return nil, err
	}
	if l.tiles, err = store.Open[tileDoc](ctx, db, Schemas[2]); err != nil {
		return nil, err
	}
	l.published, err = store.Open[Published](ctx, db, Schemas[3])
	return l, err
}

// VerifierKey returns the public key in the form that note.NewVerifier reads:
// name, hash and base64, with "+" between. It is to be published widely.
func (l *Ledger) VerifierKey() string { return l.vkey }

// KeyOf returns the verifier key under the name that a head bears: the one that
// was the platform's when it was signed. Of anything else it is VerifierKey.
func (l *Ledger) KeyOf(log, signed string) string {
	line, _, _ := strings.Cut(signed, "\n")
	origin, ours := strings.CutSuffix(line, "/"+log)
	if !ours || origin == l.origin {
		return l.vkey
	}
	key, err := note.NewEd25519VerifierKey(origin, l.signer.key.Public().(ed25519.PublicKey))
	if err != nil {
		return l.vkey
	}
	return key
}

// signer signs notes.
type signer struct {
	note.Verifier
	key ed25519.PrivateKey
}

// Sign returns the signature over a note's text.
func (s signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// Head is what a log is at one moment.
type Head struct {
	Log    string
	Size   int64
	Root   tlog.Hash
	Signed string           // the note to show and to check
	Sums   map[string]int64 // of all leaves; nil when there are none
	Sealed bool
}

var errNoLog = fault.New(fault.NotFound, "There is no such log.")

// Head returns a log's head, NotFound when it was never begun.
func (l *Ledger) Head(ctx context.Context, log string) (Head, error) {
	d, err := l.heads.Get(ctx, log)
	if fault.Is(err, fault.NotFound) {
		return Head{}, errNoLog
	}
	return d.head(), fault.Wrap("ledger.Head", err)
}

func (d headDoc) head() Head {
	h := Head{Log: d.ID, Size: d.Size, Signed: d.Signed, Sums: d.Sums, Sealed: d.Sealed}
	copy(h.Root[:], d.Root)
	return h
}

// Begin makes an empty log with a signed head of size 0. No fault when there is
// one of this name already.
func (l *Ledger) Begin(ctx context.Context, log string) error {
	if !nameable(log) {
		return fault.Wrap("ledger.Begin", fmt.Errorf("a log cannot be named %q", log))
	}
	d := headDoc{Meta: store.Meta{ID: log}}
	if err := l.sign(&d); err != nil {
		return err
	}
	err := l.heads.Insert(ctx, d)
	if _, taken := store.Taken(err); taken {
		return nil
	}
	return fault.Wrap("ledger.Begin", err)
}

// nameable keeps names to what can stand in an id, a path and a line of a note.
func nameable(log string) bool {
	return log != "" && len(log) <= 200 && strings.Trim(log, "abcdefghijklmnopqrstuvwxyz0123456789-_/") == ""
}

// Seal ends a log: what is appended later is refused with Conflict. No fault
// when it is sealed already.
func (l *Ledger) Seal(ctx context.Context, log string) (Head, error) {
	d, err := l.heads.Update(ctx, log, func(d *headDoc) error {
		if d.Sealed {
			return store.ErrUnchanged
		}
		d.Sealed = true
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return Head{}, errNoLog
	}
	return d.head(), fault.Wrap("ledger.Seal", err)
}

// sign makes the head of a log as it now stands in d.
func (l *Ledger) sign(d *headDoc) error {
	root, err := edges(d.Edge).root(d.Size)
	if err != nil {
		return fault.Wrap("ledger.sign", err)
	}
	d.Root = root[:]
	text := fmt.Sprintf("%s/%s\n%d\n%s\n", l.origin, d.ID, d.Size, root)
	signed, err := note.Sign(&note.Note{Text: text}, l.signer)
	d.Signed = string(signed)
	return fault.Wrap("ledger.sign", err)
}

// Close refuses further leaves and returns when those that wait are answered,
// or with Unavailable when ctx ends before.
func (l *Ledger) Close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	done := make(chan struct{})
	go func() { l.running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "").Because("ledger.Close", ctx.Err())
	}
}

var errClosed = fault.New(fault.Unavailable, "").Because("ledger", errors.New("the ledger is closed"))

func entryID(log string, h tlog.Hash) string { return log + "|" + hex.EncodeToString(h[:]) }

func tileID(log string, level int, n int64) string { return fmt.Sprintf("%s|%d|%d", log, level, n) }

func publishedID(log string, size int64) string { return fmt.Sprintf("%s|%d", log, size) }
