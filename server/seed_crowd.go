package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"musharaka/modules/account"
)

// face is one of the crowd, as the plan needs to know them.
type face struct {
	account.Invented
	home []string // where they live, and what it lies in
}

// counts reports whether a signature of theirs would count for an authority.
func (f face) counts(authority string, age, year int) bool {
	return slices.Contains(f.home, authority) && f.Number != "" && f.BirthYear != 0 && year-f.BirthYear > age
}

// dice returns a source of chance that is always the same for the same words.
func dice(words ...string) *rand.Rand {
	h := fnv.New64a()
	for _, w := range words {
		h.Write([]byte(w + "\x00")) // a hash's Write does not fail
	}
	return rand.New(rand.NewPCG(h.Sum64(), 11))
}

// gather makes up the crowd of the data: everybody without a story.
func (s *seeding) gather() {
	for _, group := range s.data.Crowd {
		d := dice("crowd", group.Place)
		place, _ := s.places.Table().Get(group.Place)
		home := s.places.Table().Chain(group.Place)
		for range group.People {
			f := face{home: home}
			n := len(s.faces)
			f.ID = inventedID(fmt.Sprintf("crowd %d", n))
			f.Profile = s.profile(d, place.Country)
			f.Residence = group.Place
			f.Country = place.Country
			switch x := d.IntN(100); {
			case x < 13: // has not given a number yet
			case x < 32:
				f.CheckedAt = s.counterOf(home)
				fallthrough
			default:
				f.Number = cardNumber(place.Country, n)
			}
			s.faces = append(s.faces, f)
		}
	}
}

// counterOf is the authority at whose counter somebody shows a card: their
// municipality, if it takes part.
func (s *seeding) counterOf(home []string) string {
	for _, a := range s.data.Authorities {
		if a.ID == home[0] {
			return a.ID
		}
	}
	return ""
}

// cardNumber is a number of the country's shape, and plainly nobody's.
func cardNumber(country string, n int) string {
	if country == "MA" {
		return fmt.Sprintf("ZZ%06d", n+1)
	}
	return fmt.Sprintf("99%06d", n+1)
}

// profile makes up somebody: two in three write their name in Arabic.
func (s *seeding) profile(d *rand.Rand, country string) account.Profile {
	names := s.data.Names[country]
	p := account.Profile{Sex: account.Female, Lang: "ar", BirthYear: s.mark.Now.Year() - 18 - d.IntN(30) - d.IntN(26)}
	given := names.Women
	if d.IntN(100) < 52 {
		p.Sex, given = account.Male, names.Men
	}
	if d.IntN(100) < 3 {
		p.BirthYear = s.mark.Now.Year() - 15 - d.IntN(3)
	}
	if d.IntN(100) < 14 {
		p.Sex = account.Unsaid
	}
	i, j := d.IntN(len(given.AR)), d.IntN(len(names.Families.AR))
	p.Name = given.AR[i] + " " + names.Families.AR[j]
	if d.IntN(3) == 0 {
		p.Lang, p.Name = "fr", given.FR[i]+" "+names.Families.FR[j]
	}
	return p
}

// invent opens the crowd's accounts.
func (s *seeding) invent(ctx context.Context) error {
	all := make([]account.Invented, len(s.faces))
	for i, f := range s.faces {
		all[i] = f.Invented
	}
	for part := range slices.Chunk(all, 1000) {
		if err := s.accounts.Invent(ctx, part); err != nil {
			return err
		}
	}
	return nil
}
