package web

import (
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// Audience is who a route is for.
type Audience struct {
	Name    string // for the table of routes
	session bool   // whether the session is read at all
	admits  func(auth.Actor) error
}

// Public routes are the same for everybody: no session is read and the answer
// may be cached by anyone.
var Public = Audience{Name: "public", admits: func(auth.Actor) error { return nil }}

// Anyone routes are open to all, and know who is signed in.
var Anyone = Audience{Name: "anyone", session: true, admits: func(auth.Actor) error { return nil }}

// Programs routes are for other programs, which show a key of their own to the
// act itself: no session is read, and the answer is the asker's alone.
var Programs = Audience{Name: "programs", admits: func(auth.Actor) error { return nil }}

// SignedIn routes need a signed-in person; others are sent to sign in and come back.
var SignedIn = Audience{Name: "signed in", session: true, admits: func(a auth.Actor) error {
	if !a.SignedIn() {
		return fault.New(fault.SignIn, "Sign in to go on.")
	}
	return nil
}}

// Roles routes are for people who hold one of the roles in some organisation;
// in which one is decided by the act itself. Administrators of the platform
// are not admitted everywhere: name the role where they are.
func Roles(roles ...auth.Role) Audience {
	name := "roles:"
	for _, r := range roles {
		name += " " + string(r)
	}
	return Audience{Name: name, session: true, admits: func(a auth.Actor) error {
		if err := SignedIn.admits(a); err != nil {
			return err
		}
		if !a.HoldsAny(roles...) {
			return fault.New(fault.Forbidden, "This page is for people with another role.")
		}
		return nil
	}}
}
