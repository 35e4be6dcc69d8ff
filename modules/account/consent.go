package account

import "context"

// Controller is who is answerable for personal data, as the laws of both
// countries want it named on every form (organic law 2004-63 in Tunisia, law
// 09-08 in Morocco).
type Controller struct {
	Name      string // the municipality or region, in the reader's language
	Contact   string // how to reach it about personal data
	Regulator string // "INPDP", "CNDP"
	Receipt   string // number of the declaration or authorisation; "" while there is none
	Hosting   string // where the data is kept
	// AsksNumber says whether this authority asks for identity numbers at all.
	AsksNumber bool
}

// Controllers tells who is answerable for a place's data; "" is the platform
// itself.
type Controllers interface {
	Controller(ctx context.Context, placeID, lang string) (Controller, error)
}
