package petition

import (
	"errors"
	"mime/multipart"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

// saveFiles takes a file on, takes one off, or goes on.
func (h *Pages) saveFiles(c *web.Ctx) error {
	p, err := h.draft(c)
	if err != nil {
		return err
	}
	if remove := c.FormValue("remove"); remove != "" {
		return h.detach(c, p, remove)
	}
	if header, err := c.FormFile("file"); err == nil && header.Size > 0 {
		return h.attach(c, p, header)
	}
	if c.FormValue("attach") != "" {
		return h.askAgain(c, p, StepAttachments, []ui.FieldError{{Field: "file", Message: c.T("Choose a file first")}})
	}
	if _, err := h.service.SaveStep(c.Std(), c.Actor, p.ID, StepAttachments, Input{Attachments: p.Attachments}); err != nil {
		return err
	}
	return c.SeeOther(stepPath(p, ""))
}

// detach takes a file off the draft, and deletes it if it was the draft's.
func (h *Pages) detach(c *web.Ctx, p Petition, id string) error {
	if _, err := h.service.Detach(c.Std(), c.Actor, p.ID, id); err != nil {
		return err
	}
	if slices.Contains(p.Attachments, id) {
		if err := h.service.Files.Discard(c.Std(), []string{id}); err != nil {
			return err
		}
	}
	return c.SeeOther(stepPath(p, StepAttachments))
}

// attach adds the file that was sent; one that cannot be kept is not kept.
func (h *Pages) attach(c *web.Ctx, p Petition, header *multipart.FileHeader) error {
	body, err := header.Open()
	if err != nil {
		return fault.Wrap("petition.attach", err)
	}
	defer body.Close()
	refuse := func(message string, args ...any) error {
		return h.askAgain(c, p, StepAttachments, []ui.FieldError{{Field: "file", Message: c.T(message, args...)}})
	}
	id, err := h.shelf.Take(c.Std(), c.Actor.PersonID, p.ID, header.Filename, body)
	if message, args := fault.Shown(err); message != "" && !fault.Is(err, fault.Internal) {
		return refuse(message, args...)
	}
	if err != nil {
		return err
	}
	if _, err = h.service.Attach(c.Std(), c.Actor, p.ID, id); err == nil {
		return c.SeeOther(stepPath(p, StepAttachments))
	}
	if gone := h.service.Files.Discard(c.Std(), []string{id}); gone != nil {
		return errors.Join(err, gone)
	}
	if wrong := new(Broken); errors.As(err, &wrong) {
		return refuse(i18n.Msg("Attach at most {limit} files"), "limit", MaxAttachments)
	}
	return err
}
