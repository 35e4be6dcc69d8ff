package main

import (
	"context"
	"io"

	"musharaka/modules/association"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/web"
	"musharaka/modules/partnership"
	"musharaka/views/ui"
)

// buildPartnerships opens the registers of agreements and joint projects.
func (a *app) buildPartnerships(ctx context.Context) (err error) {
	a.partnerships, err = partnership.New(ctx, partnership.Needs{
		DB: a.db, Audit: a.audit, Places: partnershipPlaces{a}, Associations: partnershipAssociations{a}, Files: partnershipFiles{a}, Clock: a.clock, Ident: a.ident,
	})
	return err
}

// partnershipPlaces tells partnerships of authorities.
type partnershipPlaces struct{ *app }

func (p partnershipPlaces) Country(ctx context.Context, id string) (string, error) {
	a, err := p.places.Get(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && !a.IsActive() {
		return "", nil
	}
	return a.Place.Country, err
}

func (p partnershipPlaces) PlaceName(id, lang string) string {
	return associationPlaces(p).PlaceName(id, lang)
}

func (p partnershipPlaces) Taking(ctx context.Context, lang string) ([]ui.Option, error) {
	return petitionChoices(p).ActivePlaces(ctx, lang)
}

// Keeping returns the authorities whose registers an actor keeps.
func (p partnershipPlaces) Keeping(ctx context.Context, who auth.Actor, lang string) ([]ui.Option, error) {
	return associationPlaces(p).SeatsFor(ctx, who, lang)
}

// Registered returns the associations of an authority, by name, at most two hundred.
func (p partnershipPlaces) Registered(ctx context.Context, place, lang string) ([]ui.Option, error) {
	page, err := p.associations.List(ctx, place, "", 200)
	var options []ui.Option
	for _, x := range page.Items {
		options = append(options, ui.Option{Value: x.ID, Label: x.Name(lang), AutoDir: true})
	}
	return options, err
}

// partnershipAssociations tells partnerships of associations.
type partnershipAssociations struct{ *app }

func (p partnershipAssociations) Name(ctx context.Context, id, lang string) (string, error) {
	x, err := p.associations.Get(ctx, id)
	if err == nil && !x.State.IsPublic() {
		err = fault.New(fault.NotFound, "")
	}
	return x.Name(lang), err
}

func (p partnershipAssociations) MayLog(ctx context.Context, who auth.Actor, id string) bool {
	return p.associations.MayAct(ctx, who, id, association.ScopeProject)
}

// partnershipFiles keeps the documents of agreements. A file's subject is
// "agreement:AGREEMENT:PERSON".
type partnershipFiles struct{ *app }

func (f partnershipFiles) Take(ctx context.Context, personID, agreementID, name string, body io.Reader) (partnership.File, error) {
	kept, err := f.files.Accept(ctx, file.Upload{Subject: "agreement:" + agreementID + ":" + personID, Name: name, Body: body, Limits: file.Attachments})
	return partnershipFile(kept), err
}

func partnershipFile(f file.File) partnership.File {
	return partnership.File{ID: f.ID, Name: f.Name, Path: f.Path(file.Full), Type: f.Type, SHA256: f.SHA256, Size: f.Size}
}

func (f partnershipFiles) Get(ctx context.Context, id string) (partnership.File, error) {
	kept, err := f.files.Get(ctx, id)
	return partnershipFile(kept), err
}

func (f partnershipFiles) Discard(ctx context.Context, ids []string) error {
	return petitionFiles(f).Discard(ctx, ids)
}

// agreementFileRule: everybody may read the document of an agreement in the
// register, officers of the authority that of a draft.
func agreementFileRule(a *app, c *web.Ctx, f file.File, about []string) (public bool, err error) {
	if len(about) != 2 {
		return false, errNoFile
	}
	x, err := a.partnerships.Agreement(c.Std(), c.Actor, about[0])
	if err == nil && x.File != f.ID {
		err = errNoFile
	}
	return err == nil && x.State != partnership.Draft, err
}
