package account

import (
	"context"
	"time"

	"musharaka/modules/kit/store"
)

// signin is a flow under way. Its id is the hash of the state, or of the token
// of a question that is still to be answered (see Question).
type signin struct {
	store.Meta `bson:",inline"`
	Purpose    string    `bson:"purpose"`
	Provider   string    `bson:"provider"`
	Verifier   string    `bson:"verifier"`
	Nonce      string    `bson:"nonce"`
	Browser    string    `bson:"browser"` // hash of the token in the browser's cookie
	Return     string    `bson:"return"`
	Lang       string    `bson:"lang"`
	PersonID   string    `bson:"person"` // whose space it was begun from, or the account in question
	Asserted   assertion `bson:"asserted"`
	Proven     *number   `bson:"proven,omitempty"`
	CreatedAt  time.Time `bson:"created"`
	ExpiresAt  time.Time `bson:"expires"`
}

// The purposes of a flow.
const (
	toSignIn  = "sign_in"
	toAdd     = "add"      // another login for somebody who is signed in
	askEmail  = "ask_mail" // an account with this verified address exists: the same person?
	askJoin   = "ask_join" // the login belongs to another account: join the two?
	flowLasts = 10 * time.Minute
)

// loginDoc says whose a login is. Its id is a hash of issuer and subject, so
// that a login belongs to one person whatever happens at the same moment.
type loginDoc struct {
	store.Meta `bson:",inline"`
	PersonID   string `bson:"person"`
}

// identityDoc says whose an identity number is. Its id is version, colon and
// keyed hash.
type identityDoc struct {
	store.Meta `bson:",inline"`
	PersonID   string    `bson:"person"`
	Proven     bool      `bson:"proven"`
	Left       bool      `bson:"left"`             // the account was deleted; only the hash is left
	KeepUntil  time.Time `bson:"keep_until"`       // when Left: until the law no longer needs the signatures
	From       string    `bson:"from"`             // whose it was, while what follows from the change is not done
	Shadow     string    `bson:"shadow,omitempty"` // who stands for the number on paper; see Shadow
}

// codeDoc is a code that a person shows at a counter. Its id is the code's hash.
type codeDoc struct {
	store.Meta `bson:",inline"`
	PersonID   string    `bson:"person"`
	ExpiresAt  time.Time `bson:"expires"`
}

// collections are those of this module.
type collections struct {
	people     *store.Collection[Person, *Person]
	logins     *store.Collection[loginDoc, *loginDoc]
	identities *store.Collection[identityDoc, *identityDoc]
	signins    *store.Collection[signin, *signin]
	codes      *store.Collection[codeDoc, *codeDoc]
}

func openCollections(ctx context.Context, db store.DB) (c collections, err error) {
	if c.people, err = store.Open[Person](ctx, db, store.Schema{Name: "people", Indexes: []store.Index{
		{Name: "email", Fields: []string{"email_key", "created"}},
		{Name: "org", Fields: []string{"orgs", "created"}, Multi: true},
		{Name: "unfinished", Fields: []string{"unfinished"}},
		{Name: "untold", Fields: []string{"untold"}},
	}}); err != nil {
		return c, err
	}
	if c.logins, err = store.Open[loginDoc](ctx, db, store.Schema{Name: "logins"}); err != nil {
		return c, err
	}
	if c.identities, err = store.Open[identityDoc](ctx, db, store.Schema{Name: "identities", Indexes: []store.Index{
		{Name: "left", Fields: []string{"left", "keep_until"}},
		{Name: "from", Fields: []string{"from"}},
		{Name: "shadow", Fields: []string{"shadow"}},
	}}); err != nil {
		return c, err
	}
	if c.signins, err = store.Open[signin](ctx, db, store.Schema{Name: "signins", Indexes: []store.Index{
		{Name: "expiry", Fields: []string{"expires"}},
	}}); err != nil {
		return c, err
	}
	c.codes, err = store.Open[codeDoc](ctx, db, store.Schema{Name: "codes", Indexes: []store.Index{
		{Name: "person", Fields: []string{"person"}},
		{Name: "expiry", Fields: []string{"expires"}},
	}})
	return c, err
}
