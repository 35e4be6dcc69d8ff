package citizenspace

import (
	"context"
	"math"
	"slices"
	"strings"

	"musharaka/modules/kit/store"
)

// The map is cut into the tiles of web maps, each named by its quadkey: one
// digit for each level, so that the first n digits name the tile of level n that
// holds it. Requests are counted in the leaves; a coarser cell is the sum of the
// sixteen cells two levels below. Recounting a leaf and adding up its ancestors
// can be repeated at will: nothing is ever increased.
const (
	leafLevel = 16 // about 500 m at these latitudes
	rootLevel = 6
	levelStep = 2
)

// Cell is how many public requests lie in one tile. Its id is authority|quadkey.
type Cell struct {
	store.Meta `bson:",inline"`
	N          map[string]int64 `bson:"n"` // by countKey
}

// countKey names a count of a cell: of all services ("") or of one, by group.
func countKey(offer string, g Group) string { return offer + "|" + string(g) }

// N of a filter, all groups together when it names none.
func (c Cell) count(offer string, g Group) int64 {
	if g != AllRequests {
		return c.N[countKey(offer, g)]
	}
	return c.N[countKey(offer, OpenRequests)] + c.N[countKey(offer, EndedRequests)]
}

// quadkey returns the tile of a level in which a point lies.
func quadkey(lat, lng float64, level int) string {
	x, y := tileAt(lat, lng, level)
	return tileKey(x, y, level)
}

// tileAt returns the column and row of the tile of a level.
func tileAt(lat, lng float64, level int) (x, y int) {
	n := float64(int(1) << level)
	lat = max(-85, min(85, lat))
	rad := lat * math.Pi / 180
	x = int(math.Floor((lng + 180) / 360 * n))
	y = int(math.Floor((1 - math.Log(math.Tan(rad)+1/math.Cos(rad))/math.Pi) / 2 * n))
	edge := int(n) - 1
	return max(0, min(edge, x)), max(0, min(edge, y))
}

func tileKey(x, y, level int) string {
	var b strings.Builder
	for i := level; i > 0; i-- {
		bit := 1 << (i - 1)
		d := byte('0')
		if x&bit != 0 {
			d++
		}
		if y&bit != 0 {
			d += 2
		}
		b.WriteByte(d)
	}
	return b.String()
}

// tileMiddle returns the point in the middle of a tile.
func tileMiddle(key string) (lat, lng float64) {
	var x, y int
	for _, d := range key {
		x, y = x<<1|int(d-'0')&1, y<<1|int(d-'0')>>1
	}
	n := float64(int(1) << len(key))
	lng = (float64(x)+0.5)/n*360 - 180
	lat = math.Atan(math.Sinh(math.Pi*(1-2*(float64(y)+0.5)/n))) * 180 / math.Pi
	return lat, lng
}

// Bounds is a part of the map.
type Bounds struct{ South, West, North, East float64 }

// Valid reports whether the bounds are some part of the world.
func (b Bounds) Valid() bool {
	for _, v := range []float64{b.South, b.West, b.North, b.East} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return b.South < b.North && b.West < b.East && b.South >= -90 && b.North <= 90 && b.West >= -180 && b.East <= 180
}

// tiles returns the tiles of a level that touch the bounds, none when they are
// more than most.
func (b Bounds) tiles(level, most int) []string {
	x1, y1 := tileAt(b.North, b.West, level)
	x2, y2 := tileAt(b.South, b.East, level)
	if (x2-x1+1)*(y2-y1+1) > most {
		return nil
	}
	var keys []string
	for y := y1; y <= y2; y++ {
		for x := x1; x <= x2; x++ {
			keys = append(keys, tileKey(x, y, level))
		}
	}
	return keys
}

func (b Bounds) holds(lat, lng float64) bool {
	return lat >= b.South && lat <= b.North && lng >= b.West && lng <= b.East
}

// metres is the distance between two points that are near each other.
func metres(lat1, lng1, lat2, lng2 float64) float64 {
	const perDegree = 111_195
	dy := (lat2 - lat1) * perDegree
	dx := (lng2 - lng1) * perDegree * math.Cos((lat1+lat2)/2*math.Pi/180)
	return math.Hypot(dx, dy)
}

// around returns the bounds of everything within some metres of a point.
func around(lat, lng, within float64) Bounds {
	dLat := within / 111_195
	dLng := dLat / math.Cos(lat*math.Pi/180)
	return Bounds{lat - dLat, lng - dLng, lat + dLat, lng + dLng}
}

// recountSoon counts what just changed, unless somebody here is counting already:
// the job counts what is left.
func (s *Service) recountSoon(ctx context.Context) error {
	if !s.counting.TryLock() {
		return nil
	}
	defer s.counting.Unlock()
	return s.recount(ctx)
}

// recount brings the counts of the cells up to date for everything that changed
// since the last time. What a card changed stays marked on it until its cells
// were counted.
func (s *Service) recount(ctx context.Context) error {
	for {
		page, err := s.cards.Find(ctx, store.Query{Index: "pending", Equal: []any{pendingMark}, Limit: 500})
		if err != nil || len(page.Items) == 0 {
			return err
		}
		changed := map[string]map[string]bool{} // by cell id: the counts that may have changed
		for _, c := range page.Items {
			for _, p := range c.Pending {
				addPending(changed, p)
			}
		}
		if err := s.countCells(ctx, changed); err != nil {
			return err
		}
		for _, c := range page.Items {
			if err := s.ticked(ctx, c); err != nil {
				return err
			}
		}
	}
}

// addPending notes a mark "authority|quadkey|offer|group" under its cell.
func addPending(changed map[string]map[string]bool, mark string) {
	parts := strings.SplitN(mark, "|", 4)
	if len(parts) != 4 {
		return
	}
	id := parts[0] + "|" + parts[1]
	if changed[id] == nil {
		changed[id] = map[string]bool{}
	}
	for _, offer := range []string{"", parts[2]} {
		changed[id][offer+"|"+parts[3]] = true
	}
}

// ticked takes the marks off a card whose cells were counted, but for those that
// an act added meanwhile; a card that is listed nowhere any more goes away.
func (s *Service) ticked(ctx context.Context, counted Card) error {
	c, err := s.cards.Update(ctx, counted.ID, func(c *Card) error {
		c.Pending = slices.DeleteFunc(c.Pending, func(p string) bool { return slices.Contains(counted.Pending, p) && c.Version == counted.Version })
		c.settle()
		return nil
	})
	if isNotFound(err) || err != nil {
		return ignoreNotFound(err)
	}
	if c.Gone && len(c.Pending) == 0 {
		return ignoreNotFound(s.cards.Delete(ctx, c.ID))
	}
	return nil
}

// countCells recounts leaves, then adds up each level above.
func (s *Service) countCells(ctx context.Context, changed map[string]map[string]bool) error {
	for level := leafLevel; level >= rootLevel; level -= levelStep {
		above := map[string]map[string]bool{}
		for id, keys := range changed {
			if err := s.putCell(ctx, id, keys, level == leafLevel); err != nil {
				return err
			}
			parent := id[:len(id)-levelStep]
			if above[parent] == nil {
				above[parent] = map[string]bool{}
			}
			for k := range keys {
				above[parent][k] = true
			}
		}
		changed = above
	}
	return nil
}

// putCell writes some counts of one cell. They are read after the cell was, and
// written in any case: of two who count at once, the one who writes last has read
// what the other had written below.
func (s *Service) putCell(ctx context.Context, id string, keys map[string]bool, leaf bool) error {
	for {
		_, err := s.cells.Update(ctx, id, func(c *Cell) error {
			counts, err := s.countsOf(ctx, id, keys, leaf)
			if err != nil {
				return err
			}
			if c.N == nil {
				c.N = map[string]int64{}
			}
			for k, n := range counts {
				if c.N[k] = n; n == 0 {
					delete(c.N, k)
				}
			}
			return nil
		})
		if !isNotFound(err) {
			return err
		}
		if err := s.cells.Insert(ctx, Cell{Meta: store.Meta{ID: id}}); err != nil && !isConflict(err) {
			return err
		}
	}
}

func (s *Service) countsOf(ctx context.Context, id string, keys map[string]bool, leaf bool) (map[string]int64, error) {
	counts := map[string]int64{}
	if leaf {
		for k := range keys {
			n, err := s.cards.Count(ctx, store.Query{Index: "cells", Equal: []any{id + "|" + k}})
			if err != nil {
				return nil, err
			}
			counts[k] = n
		}
		return counts, nil
	}
	var below []string
	for i := range 16 {
		below = append(below, id+string([]byte{'0' + byte(i/4), '0' + byte(i%4)}))
	}
	children, err := s.cells.GetMany(ctx, below)
	if err != nil {
		return nil, err
	}
	for k := range keys {
		counts[k] = 0
		for _, c := range children {
			counts[k] += c.N[k]
		}
	}
	return counts, nil
}

// Cluster is one mark on the map: requests that lie in one cell, or one request.
type Cluster struct {
	Lat, Lng float64
	N        int64
	Card     *Card // when it is one request shown by itself
}

// MapView is what a part of the map shows.
type MapView struct {
	Clusters []Cluster
	Total    int64
	Cut      bool // there are more than are shown: look closer
}

// The bounds of an answer to the map.
const (
	mostTiles  = 600 // cells looked at for one view
	pointZoom  = 16  // from here on requests are shown one by one
	mostPoints = 400
)

// Map returns what to show of a part of the map at a zoom of a web map: counts
// by cell, from pointZoom on single requests. What it reads is bounded by the
// view, however many requests there are.
func (s *Service) Map(ctx context.Context, f Filter, b Bounds, zoom int) (MapView, error) {
	if !b.Valid() || f.Authority == "" {
		return MapView{}, nil
	}
	if zoom >= pointZoom {
		if tiles := b.tiles(leafLevel, 64); tiles != nil {
			return s.points(ctx, f, b, tiles)
		}
	}
	level := max(rootLevel, min(leafLevel, (zoom+2)/levelStep*levelStep))
	tiles := b.tiles(level, mostTiles)
	for tiles == nil && level > rootLevel {
		level -= levelStep
		tiles = b.tiles(level, mostTiles)
	}
	ids := make([]string, len(tiles))
	for i, t := range tiles {
		ids[i] = f.Authority + "|" + t
	}
	cells, err := s.cells.GetMany(ctx, ids)
	if err != nil {
		return MapView{}, err
	}
	var v MapView
	for _, id := range ids {
		if n := cells[id].count(f.Offer, f.Group); n > 0 {
			lat, lng := tileMiddle(id[len(f.Authority)+1:])
			v.Clusters = append(v.Clusters, Cluster{Lat: lat, Lng: lng, N: n})
			v.Total += n
		}
	}
	return v, nil
}

// points returns the requests in some leaves, newest first, one by one.
func (s *Service) points(ctx context.Context, f Filter, b Bounds, tiles []string) (v MapView, err error) {
	for _, t := range tiles {
		q := store.Query{Index: "cells", Equal: []any{f.Authority + "|" + t + "|" + f.Offer + "|" + string(f.Group)}, Desc: true, Limit: 100}
		page, err := s.cards.Find(ctx, q)
		if err != nil {
			return v, err
		}
		v.Cut = v.Cut || page.Next != ""
		for _, c := range page.Items {
			if !b.holds(c.Lat, c.Lng) {
				continue
			}
			if len(v.Clusters) >= mostPoints {
				v.Cut = true
				return v, nil
			}
			v.Clusters = append(v.Clusters, Cluster{Lat: c.Lat, Lng: c.Lng, N: 1, Card: &c})
			v.Total++
		}
	}
	return v, nil
}
