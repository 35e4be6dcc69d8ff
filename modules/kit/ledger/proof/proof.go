// Package proof checks what a log's keeper says, with nothing but the keeper's
// public key. It is what a voter, a newspaper or an observer runs: it reads the
// JSON that is served, needs no store and trusts no server.
//
// A head is a signed note of three lines: the log's origin, the number of its
// leaves, and its root in base64 (RFC 6962, SHA-256). An Inclusion shows that a
// leaf is below a head; a Consistency shows that a head continues an earlier one.
package proof

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Head is a signed head that was checked.
type Head struct {
	Origin string // who keeps it, "/", the log's name
	Size   int64
	Root   tlog.Hash
}

// Inclusion is the proof that a leaf is in a log.
type Inclusion struct {
	Head  string           `json:"head"`  // the signed note
	Index int64            `json:"index"` // of the leaf, from 0
	Leaf  tlog.Hash        `json:"leaf"`  // its hash
	Proof tlog.RecordProof `json:"proof"`
}

// Consistency is the proof that a log grew by adding alone.
type Consistency struct {
	Head  string         `json:"head"` // the later signed note
	From  int64          `json:"from"` // size of the earlier log
	Proof tlog.TreeProof `json:"proof"`
}

// Open checks the signature of a head with the keeper's verifier key and reads it.
func Open(verifierKey, signed string) (Head, error) {
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		return Head{}, fmt.Errorf("the verifier key: %w", err)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return Head{}, fmt.Errorf("the head's signature: %w", err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return Head{}, errors.New("a head has three lines")
	}
	h := Head{Origin: lines[0]}
	if h.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || h.Size < 0 || strconv.FormatInt(h.Size, 10) != lines[1] {
		return Head{}, fmt.Errorf("%q is not a number of leaves", lines[1])
	}
	if h.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return Head{}, fmt.Errorf("the root: %w", err)
	}
	return h, nil
}

// Check verifies that the leaf is in the log that the head signs, and returns
// the head.
func (p Inclusion) Check(verifierKey string) (Head, error) {
	h, err := Open(verifierKey, p.Head)
	if err != nil {
		return h, err
	}
	if p.Index < 0 || p.Index >= h.Size {
		return h, fmt.Errorf("the log has %d leaves, and none numbered %d", h.Size, p.Index)
	}
	return h, tlog.CheckRecord(p.Proof, h.Size, h.Root, p.Index, p.Leaf)
}

// Check verifies that the later head continues the earlier one, which was
// checked before, and returns the later.
func (p Consistency) Check(verifierKey string, earlier Head) (Head, error) {
	h, err := Open(verifierKey, p.Head)
	switch {
	case err != nil:
		return h, err
	case h.Origin != earlier.Origin:
		return h, fmt.Errorf("the heads are of two logs: %s and %s", earlier.Origin, h.Origin)
	case p.From != earlier.Size:
		return h, fmt.Errorf("the proof begins at %d leaves, the earlier head has %d", p.From, earlier.Size)
	case earlier.Size > h.Size:
		return h, fmt.Errorf("the later head has fewer leaves: %d, not %d", h.Size, earlier.Size)
	case earlier.Size == h.Size && earlier.Root != h.Root:
		return h, errors.New("two heads of one size differ: the keeper shows different logs to different people")
	case earlier.Size == 0:
		return h, nil // everything continues nothing
	}
	return h, tlog.CheckTree(p.Proof, h.Size, h.Root, earlier.Size, earlier.Root)
}
