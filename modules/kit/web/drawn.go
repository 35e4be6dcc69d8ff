package web

import (
	"container/list"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/singleflight"
)

// Drawings keep files that are dear to make and asked for by many, such as the
// picture beside a shared link, a poster, a PDF. Each is drawn once for each
// change, however many ask at once; those that nobody has asked for longest are
// forgotten when there are too many. The zero value is of no use: NewDrawings.
type Drawings struct {
	mu     sync.Mutex
	kept   map[string]*list.Element // of *drawn, by key
	recent list.List                // most recently asked for first
	bytes  int
	limit  int
	flight singleflight.Group
}

// NewDrawings returns an empty shelf that holds as many bytes.
func NewDrawings(limit int) *Drawings {
	return &Drawings{kept: map[string]*list.Element{}, limit: limit}
}

// Drawing tells of one file that is asked for. The caller has judged already
// whether the asker may see it.
type Drawing struct {
	Key   string        // which file, without the language
	Stamp string        // different whenever something changed that must be shown at once
	Count string        // different whenever something changed that may be behind by Age
	Age   time.Duration //
	Type  string        // content type
	Cache string        // Cache-Control
	Name  string        // of the file when it is stored, "" where that does not matter
	Draw  func() ([]byte, error)
}

// drawn is a file as it was at one stamp. Its bytes never change.
type drawn struct {
	key, stamp, count, etag string
	made                    time.Time
	body                    []byte
}

// Send answers with a file, from memory where it is still right.
func (s *Drawings) Send(c *Ctx, d Drawing) error {
	d.Key += "/" + c.Locale.Lang() + "-" + c.Locale.Country()
	found := s.find(d, c.Now())
	if found == nil {
		made, err, _ := s.flight.Do(d.Key+"|"+d.Stamp+"|"+d.Count, func() (any, error) {
			body, err := d.Draw()
			if err != nil {
				return nil, err
			}
			sum := sha256.Sum256(body)
			made := &drawn{key: d.Key, stamp: d.Stamp, count: d.Count, made: c.Now(), body: body, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`}
			s.keep(made)
			return made, nil
		})
		if err != nil {
			return err
		}
		found = made.(*drawn)
	}
	c.Set(fiber.HeaderCacheControl, d.Cache)
	c.Set(fiber.HeaderETag, found.etag)
	if strings.Contains(c.Get(fiber.HeaderIfNoneMatch), found.etag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, d.Type)
	if d.Name != "" {
		c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`inline; filename="%s"`, d.Name))
	}
	c.Response().SetBodyRaw(found.body) // never changed afterwards, so no copy is needed
	return nil
}

// find returns a kept file that is still right, or nil.
func (s *Drawings) find(d Drawing, now time.Time) *drawn {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.kept[d.Key]
	if e == nil {
		return nil
	}
	kept := e.Value.(*drawn)
	if kept.stamp != d.Stamp || kept.count != d.Count && now.Sub(kept.made) >= d.Age {
		return nil
	}
	s.recent.MoveToFront(e)
	return kept
}

// keep puts a file in the place of the one before.
func (s *Drawings) keep(made *drawn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.kept[made.key]; e != nil {
		s.bytes += len(made.body) - len(e.Value.(*drawn).body)
		e.Value = made
		s.recent.MoveToFront(e)
	} else {
		s.kept[made.key] = s.recent.PushFront(made)
		s.bytes += len(made.body)
	}
	for s.bytes > s.limit && s.recent.Len() > 1 {
		old := s.recent.Remove(s.recent.Back()).(*drawn)
		delete(s.kept, old.key)
		s.bytes -= len(old.body)
	}
}

// Clear forgets every file.
func (s *Drawings) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.kept)
	s.recent.Init()
	s.bytes = 0
}
