package place

import (
	"mime/multipart"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/placeview"
)

// logoSubject is what an authority's logo is kept under.
func logoSubject(id string) string { return "authority:" + id }

// logo is the address of an authority's logo, "" when it has none.
func (h *Pages) logo(c *web.Ctx, a Authority) (string, error) {
	if a.Look.LogoFile == "" {
		return "", nil
	}
	kept, err := h.files.Get(c.Std(), a.Look.LogoFile)
	if fault.Is(err, fault.NotFound) {
		return "", nil // deleted this moment
	}
	return kept.Path(file.Thumb), err
}

// saveLogo takes the picture that was sent as the authority's logo, or takes
// the logo off. The one before is deleted.
func (h *Pages) saveLogo(c *web.Ctx) error {
	none := struct{}{}
	header, err := c.FormFile("logo")
	chosen := err == nil && header.Size > 0
	done := i18n.Msg("The logo is saved.")
	if c.FormValue("remove") != "" {
		done = i18n.Msg("The logo was taken off.")
	}
	return h.save(c, actLook, &none, done, "logo", func(a Authority) error {
		look := a.Look
		look.LogoFile = ""
		switch {
		case c.FormValue("remove") != "":
		case !chosen:
			return fault.New(fault.Invalid, "Choose a picture first.")
		default:
			kept, err := h.takeLogo(c, a.ID, header)
			if err != nil {
				return err
			}
			look.LogoFile = kept.ID
		}
		_, err := h.service.SetLook(c.Std(), c.Actor, a.ID, look)
		unused := a.Look.LogoFile
		if err != nil {
			unused = look.LogoFile
		}
		return h.discardLogo(c, unused, err)
	}, func(*placeview.DeskPage, Authority) {})
}

// takeLogo keeps a picture.
func (h *Pages) takeLogo(c *web.Ctx, id string, header *multipart.FileHeader) (file.File, error) {
	body, err := header.Open()
	if err != nil {
		return file.File{}, fault.Wrap("place.takeLogo", err)
	}
	defer body.Close()
	return h.files.Accept(c.Std(), file.Upload{Subject: logoSubject(id), Name: header.Filename, Body: body, Limits: file.Pictures})
}

// discardLogo deletes a logo that is not shown any more, and returns what went
// wrong before.
func (h *Pages) discardLogo(c *web.Ctx, id string, before error) error {
	if id == "" {
		return before
	}
	if err := h.files.Delete(c.Std(), id); before == nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return before
}
