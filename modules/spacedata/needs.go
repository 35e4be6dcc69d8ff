package spacedata

import (
	"context"
	"time"
)

// Card is a public request as everybody may see it.
type Card struct {
	ID, Reference, Service string
	ServiceNames           map[string]string
	State, StateLabel      string // StateLabel is a message id
	Open                   bool
	Notes, Description     string
	Address, Zip           string
	Located                bool
	Lat, Lng               float64
	RequestedAt, UpdatedAt time.Time
	ExpectedAt, EndedAt    time.Time
	Supports               int64
	Path                   string // of its page, without the language
}

// Offered is a service of a catalogue.
type Offered struct {
	Code, Group    string // Group is a message id
	Names, Summary map[string]string
	Who, Notice    map[string]string
	Fee            int64 // minor units
	FeeVaries      bool
	Promise        int // 0 for none
	Unit           string
	Legal          bool
	Public, Online bool
	Version        int
	PublishedAt    time.Time
	Papers         []map[string]string
}

// Fact is what is counted of a request.
type Fact struct {
	ID, Service, Zone   string
	Public              bool // everybody may know of the request
	ReceivedAt, EndedAt time.Time
	ChangedAt           time.Time // by which Changed is ordered
	Solved              bool      // ended by what was asked for being done
	Duplicate           bool      // counted with the one it repeats
	Promised, Kept      bool
}

// Space is an authority with a Citizen Space.
type Space struct {
	ID, Country string
	Names       map[string]string
}

// Requests gives what is published: the Citizen Space does.
type Requests interface {
	// Spaces are the authorities with an open Citizen Space, by id.
	Spaces(ctx context.Context) ([]Space, error)
	// Space is one of them; NotFound when there is none.
	Space(ctx context.Context, id string) (Space, error)
	// Services are the services that can be asked for there.
	Services(ctx context.Context, place string) ([]Offered, error)
	// Cards pages through the public requests, the newest first; next is "" at the end.
	Cards(ctx context.Context, place, after string, limit int) (cards []Card, next string, err error)
	// Changed visits what is counted of each request that changed from a time to
	// before another, the oldest change first.
	Changed(ctx context.Context, place string, from, to time.Time, visit func(Fact) error) error
}

// Network is a network of authorities.
type Network struct {
	ID      string
	Names   map[string]string
	Members []string
}

// Networks knows the networks of authorities.
type Networks interface {
	// Network returns one; NotFound when there is none.
	Network(ctx context.Context, id string) (Network, error)
	// Networks returns those that are active, at most a hundred.
	Networks(ctx context.Context) ([]Network, error)
}
