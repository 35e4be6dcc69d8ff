package main

import (
	"context"
	"slices"
	"strings"
	"sync"

	"musharaka/modules/kit/store"
)

// recorder is a store that remembers which collections the modules declared,
// so that check can ask each of them and none can be forgotten.
type recorder struct {
	store.DB
	mu       sync.Mutex
	declared []store.Schema
}

// Ensure declares a collection and remembers it.
func (r *recorder) Ensure(ctx context.Context, s store.Schema) error {
	if err := r.DB.Ensure(ctx, s); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.declared = append(r.declared, s)
	return nil
}

// schemas returns the declarations by name.
func (r *recorder) schemas() []store.Schema {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.Clone(r.declared)
	slices.SortFunc(list, func(a, b store.Schema) int { return strings.Compare(a.Name, b.Name) })
	return list
}
