package ledger

import (
	"context"
	"fmt"

	"musharaka/modules/kit/store"

	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight says how many levels of the tree one tile spans: 2^8 hashes.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// edges are the tiles that are not full, by tile level; each is a row of hashes.
type edges [][]byte

// add appends one leaf's hash to the tree of so many leaves, and returns the
// tiles that it filled.
func (e *edges) add(log string, size int64, h tlog.Hash) []tileDoc {
	var full []tileDoc
	for level := 0; ; level++ {
		if level == len(*e) {
			*e = append(*e, nil)
		}
		(*e)[level] = append((*e)[level], h[:]...)
		row := (*e)[level]
		if len(row) < tileWidth*tlog.HashSize {
			return full
		}
		n := size >> (tileHeight * (level + 1)) // how many full tiles of this level there were
		full = append(full, tileDoc{Meta: store.Meta{ID: tileID(log, level, n)}, Hashes: row})
		h = subtree(row)
		(*e)[level] = nil
	}
}

// subtree returns the root over a row of 2^n hashes.
func subtree(row []byte) tlog.Hash {
	if len(row) == tlog.HashSize {
		return tlog.Hash(row)
	}
	half := len(row) / 2
	return tlog.NodeHash(subtree(row[:half]), subtree(row[half:]))
}

// root returns the root of the tree of so many leaves.
func (e edges) root(size int64) (tlog.Hash, error) {
	return tlog.TreeHash(size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			span := int64(1) << (level % tileHeight) // hashes of the tile's level below this one
			from := (n * span) % tileWidth * tlog.HashSize
			to := from + span*tlog.HashSize
			if level/tileHeight >= len(e) || to > int64(len(e[level/tileHeight])) {
				return nil, fmt.Errorf("the tree of %d leaves has no hash %d at level %d at its edge", size, n, level)
			}
			hashes[i] = subtree(e[level/tileHeight][from:to])
		}
		return hashes, nil
	}))
}

// reader reads the hashes of a log as it was in d, checked against d's root.
func (l *Ledger) reader(ctx context.Context, d headDoc) tlog.HashReader {
	tree := tlog.Tree{N: d.Size}
	copy(tree.Hash[:], d.Root)
	return tlog.TileHashReader(tree, tileReader{l: l, ctx: ctx, d: d})
}

// tileReader reads tiles for one proof.
type tileReader struct {
	l   *Ledger
	ctx context.Context
	d   headDoc
}

// Height is the tiles' height.
func (r tileReader) Height() int { return tileHeight }

// SaveTiles does nothing: the tiles are here already.
func (r tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles returns the tiles' hashes: the edge's from the log's document, full
// ones from there too when they are new, or from their own documents.
func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	known := map[string][]byte{}
	for _, f := range r.d.Full {
		known[f.ID] = f.Hashes
	}
	for level, row := range r.d.Edge {
		known[tileID(r.d.ID, level, r.d.Size>>(tileHeight*(level+1)))] = row
	}
	var ids []string
	for _, t := range tiles {
		if id := tileID(r.d.ID, t.L, t.N); known[id] == nil {
			ids = append(ids, id)
		}
	}
	stored, err := r.l.tiles.GetMany(r.ctx, ids)
	if err != nil {
		return nil, err
	}
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		id := tileID(r.d.ID, t.L, t.N)
		row := known[id]
		if row == nil {
			row = stored[id].Hashes
		}
		if len(row) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %s is missing or cut off", id)
		}
		data[i] = row[:t.W*tlog.HashSize]
	}
	return data, nil
}
