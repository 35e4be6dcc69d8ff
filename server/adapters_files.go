package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/web"
	"musharaka/modules/petition"
)

// petitionFiles keeps and shows the files of petitions. A file's subject is
// "petition:PETITION:PERSON": what it goes with, and whose upload it was.
type petitionFiles struct{ *app }

func (f petitionFiles) Take(ctx context.Context, personID, petitionID, name string, body io.Reader) (string, error) {
	kept, err := f.files.Accept(ctx, file.Upload{
		Subject: "petition:" + petitionID + ":" + personID, Name: name, Body: body, Limits: file.Attachments,
	})
	return kept.ID, err
}

func (f petitionFiles) Uploaded(ctx context.Context, petitionID string, ids []string) (bool, error) {
	for _, id := range ids {
		kept, err := f.files.Get(ctx, id)
		if fault.Is(err, fault.NotFound) || err == nil && !strings.HasPrefix(kept.Subject, "petition:"+petitionID+":") {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

func (f petitionFiles) Discard(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := f.files.Delete(ctx, id); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

func (f petitionFiles) Documents(ctx context.Context, ids []string) ([]petition.Document, error) {
	var docs []petition.Document
	for _, id := range ids {
		kept, err := f.files.Get(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, petition.Document{ID: kept.ID, Name: kept.Name, Path: kept.Path(file.Full), Type: kept.Type, Size: kept.Size})
	}
	return docs, nil
}

// serveFile gives a file to whoever may read what it goes with: to everybody
// once that is published, before that to those who work on it. A text that is
// taken out of sight takes its files along.
func (a *app) serveFile(c *web.Ctx) error {
	kept, err := a.files.Get(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	variant := file.Full
	if c.Params("name") == string(file.Thumb) {
		variant = file.Thumb
	}
	if c.Params("tag") != kept.Tag() {
		return fault.New(fault.NotFound, "")
	}
	public, err := a.mayRead(c, kept)
	if err != nil {
		return err
	}
	body, err := a.files.Read(c.Std(), kept, variant)
	if err != nil {
		return err
	}
	for name, value := range kept.Headers(variant) {
		c.Set(name, value)
	}
	if public {
		c.Set("Cache-Control", "public, max-age=300") // not for ever: a petition's text can be taken out of sight
	}
	size := kept.Size
	if variant == file.Thumb {
		size = kept.ThumbSize
	}
	return c.SendStream(body, int(size))
}

// fileRule reports whether everybody may read a file; NotFound when the asker
// may not. about are the parts of the file's subject after its first.
type fileRule func(a *app, c *web.Ctx, f file.File, about []string) (public bool, err error)

// fileRules say who may read what was uploaded, by the first part of the
// file's subject ("petition:…"). A file of any other subject is served to
// nobody.
var fileRules = map[string]fileRule{
	"petition":    petitionFileRule,
	"association": associationFileRule,
	"agreement":   agreementFileRule,
	"authority":   authorityFileRule,
	"proposal":    proposalFileRule,
	"network":     federationFileRule,
	"request":     requestFileRule,
}

// mayRead asks the rule of what the file goes with.
func (a *app) mayRead(c *web.Ctx, f file.File) (public bool, err error) {
	parts := strings.Split(f.Subject, ":")
	rule, ok := fileRules[parts[0]]
	if !ok {
		return false, errNoFile
	}
	return rule(a, c, f, parts[1:])
}

var errNoFile = fault.New(fault.NotFound, "")

// petitionFileRule: everybody may read what the published petition or answer
// shows; not what was taken off again, and not what goes with an answer being
// drafted.
func petitionFileRule(a *app, c *web.Ctx, f file.File, about []string) (public bool, err error) {
	if len(about) != 2 {
		return false, errNoFile
	}
	p, err := a.petitions.Get(c.Std(), auth.Actor{}, about[0])
	if err == nil && !p.TextHidden() && shows(p, f.ID) {
		return true, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return false, err
	}
	p, err = a.petitions.Get(c.Std(), c.Actor, about[0])
	if err != nil {
		return false, err
	}
	switch {
	case p.TextHidden():
		if !c.Actor.Holds(p.Authority, auth.Officer, auth.President) {
			return false, errNoFile
		}
	case c.Actor.Holds(p.Authority, auth.Officer, auth.President, auth.Councillor), p.Unserved && c.Actor.Holds(auth.PlatformID, auth.Administrator):
	case p.IsAuthor(c.Actor.PersonID) && slices.Contains(p.Attachments, f.ID):
	default:
		return false, errNoFile
	}
	return false, nil
}

// authorityFileRule: everybody may read the logo an authority has now.
func authorityFileRule(a *app, c *web.Ctx, f file.File, about []string) (public bool, err error) {
	if len(about) != 1 {
		return false, errNoFile
	}
	of, err := a.places.Get(c.Std(), about[0])
	if err == nil && of.Look.LogoFile != f.ID {
		err = errNoFile
	}
	return err == nil, err
}

// shows reports whether a petition as everybody sees it shows a file.
func shows(p petition.Petition, id string) bool {
	answer, _ := p.Answer.Shown()
	return slices.Contains(p.Attachments, id) || slices.Contains(answer.Attachments, id)
}
