package citizenspace

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/store"
)

// BenchmarkScale measures lists, the map, search, what is near and making a
// request beside many others. MUSHARAKA_REQUESTS says beside how many: 1000 when
// it is not set, "1000000" for the size that the pages are made for.
func BenchmarkScale(b *testing.B) {
	n := 1000
	if v, err := strconv.Atoi(os.Getenv("MUSHARAKA_REQUESTS")); err == nil {
		n = v
	}
	w := newWorld(b)
	w.fill(n)
	siliana, street := Bounds{35.95, 9.2, 36.25, 9.55}, Bounds{36.08, 9.36, 36.086, 9.37}
	o, err := w.Offer(w.ctx, town, "lighting")
	w.must(err)
	for _, x := range []struct {
		name string
		do   func(i int) error
	}{
		{"list", func(int) error {
			_, err := w.List(w.ctx, Filter{Authority: town, Group: OpenRequests})
			return err
		}},
		{"map of the town", func(int) error { _, err := w.Map(w.ctx, Filter{Authority: town}, siliana, 12); return err }},
		{"map of a quarter", func(int) error { _, err := w.Map(w.ctx, Filter{Authority: town}, siliana, 14); return err }},
		{"map of a street", func(int) error { _, err := w.Map(w.ctx, Filter{Authority: town}, street, 17); return err }},
		{"search", func(int) error {
			_, err := w.Search(w.ctx, "عمود المدرسة مطفأ", Filter{Authority: town})
			return err
		}},
		{"near", func(int) error {
			_, err := w.Near(w.ctx, *o.Current, Spot{Point: true, Lat: 36.085, Lng: 9.37})
			return err
		}},
		{"file", func(i int) error {
			_, err := w.File(w.ctx, auth.Actor{}, pole(fmt.Sprintf("bench %d %d", b.N, i), 36.085, 9.37))
			return err
		}},
	} {
		b.Run(fmt.Sprintf("%s/%d", x.name, n), func(b *testing.B) {
			for i := range b.N {
				if err := x.do(i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fill writes n cards as requests would have written them, and counts their cells.
func (w *world) fill(n int) {
	o, err := w.Offer(w.ctx, town, "lighting")
	w.must(err)
	settings, err := w.Settings(w.ctx, town)
	w.must(err)
	words := []string{"عمود", "مطفأ", "مدرسة", "شارع", "حديقة", "سوق", "ملعب", "محطة", "مستشفى", "جامع"}
	changed := map[string]map[string]bool{}
	var batch []Card
	for i := range n {
		r := Request{Meta: store.Meta{ID: fmt.Sprintf("bench%09d", i)}, Reference: fmt.Sprintf("EC-2025-%d", i+1), Authority: town, Offer: "lighting", OfferNo: 1, State: States[i%len(States)], Public: true,
			Description: words[i%10] + " " + words[i/10%10] + " " + words[i/100%10], Spot: Spot{Point: true, Lat: 36 + float64(i%997)/4985, Lng: 9.25 + float64(i%1009)/4036},
			CreatedAt: start.Add(-time.Duration(n-i) * time.Minute), ChangedAt: start}
		c := r.card(*o.Current, settings, 0)
		addPending(changed, c.mark())
		if batch = append(batch, c); len(batch) == 1000 || i == n-1 {
			_, err := w.cards.InsertMany(w.ctx, batch)
			w.must(err)
			batch = nil
		}
	}
	w.must(w.countCells(w.ctx, changed))
}
