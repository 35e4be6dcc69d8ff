package association

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// Submit hands a request to the officers. Its statutes must be attached.
func (s *Service) Submit(ctx context.Context, who auth.Actor, id string) (Association, error) {
	return s.act(ctx, who, id, actSubmit, "", func(a *Association) error {
		if !slices.ContainsFunc(a.Documents, func(d Document) bool { return d.Kind == Statutes }) {
			return &InputError{Field: "file", Message: i18n.Msg("Attach the statutes first")}
		}
		if a.Representative == "" {
			return &InputError{Field: "representative", Message: i18n.Msg("Give the name of the legal representative")}
		}
		a.SubmittedAt = s.Clock.Now()
		return nil
	})
}

// Retract takes a request back while no officer has decided; it can be
// submitted again.
func (s *Service) Retract(ctx context.Context, who auth.Actor, id string) (Association, error) {
	return s.act(ctx, who, id, actRetract, "", func(a *Association) error {
		a.Examination = nil
		return nil
	})
}

// DeleteRequest deletes a draft with its papers. No fault if it is gone.
func (s *Service) DeleteRequest(ctx context.Context, who auth.Actor, id string) error {
	a, err := s.all.Get(ctx, id)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return fault.Wrap("association.DeleteRequest", err)
	}
	switch {
	case !who.SignedIn() || a.AskedBy != who.PersonID:
		return errNone
	case a.State != Draft:
		return fault.New(fault.Conflict, "Only a request that was not submitted can be deleted.")
	}
	return fault.Wrap("association.DeleteRequest", s.dropRequest(ctx, a))
}

func (s *Service) dropRequest(ctx context.Context, a Association) error {
	if err := s.all.Delete(ctx, a.ID); err != nil && !isNotFound(err) {
		return err
	}
	var files []string
	for _, d := range a.Documents {
		files = append(files, d.File)
	}
	return s.Files.Discard(ctx, files)
}

// Attach keeps a paper of an association. The bytes come first: one that is not
// taken into the entry is deleted again.
func (s *Service) Attach(ctx context.Context, who auth.Actor, id string, kind DocumentKind, public bool, name string, body io.Reader) (Association, error) {
	if !slices.Contains(DocumentKinds, kind) {
		return Association{}, &InputError{Field: "kind", Message: i18n.Msg("Choose what the document is")}
	}
	if _, err := s.act(ctx, who, id, actDocuments, "", func(*Association) error { return errMayAttach }); !errors.Is(err, errMayAttach) {
		return Association{}, err
	}
	file, err := s.Files.Take(ctx, who.PersonID, id, name, body)
	if err != nil {
		return Association{}, err
	}
	a, err := s.act(ctx, who, id, actDocuments, "", func(a *Association) error {
		if len(a.Documents) >= MaxDocuments {
			return &InputError{Field: "file", Message: i18n.Msg("There are {limit} documents already: take one off first"), Args: []any{"limit", MaxDocuments}}
		}
		a.Documents = append(a.Documents, Document{File: file, Kind: kind, Public: public})
		return nil
	})
	if err != nil {
		if bad := s.Files.Discard(context.WithoutCancel(ctx), []string{file}); bad != nil {
			s.Log.Error("an upload that nobody uses was not deleted", "file", file, "err", bad)
		}
	}
	return a, err
}

// errMayAttach ends the question whether somebody may attach a paper, before its
// bytes are read.
var errMayAttach = errors.New("association: it may be attached")

// Detach takes a paper off and deletes it.
func (s *Service) Detach(ctx context.Context, who auth.Actor, id, file string) (Association, error) {
	had := false
	a, err := s.act(ctx, who, id, actDocuments, "", func(a *Association) error {
		before := len(a.Documents)
		a.Documents = slices.DeleteFunc(a.Documents, func(d Document) bool { return d.File == file })
		had = len(a.Documents) < before
		return nil
	})
	if err == nil && had {
		err = s.Files.Discard(ctx, []string{file})
	}
	return a, err
}

// Decision is what an officer decides about a request.
type Decision struct {
	Findings      []Finding
	Reason        string
	DelegateUntil time.Time // the person who asked becomes a delegate until then; zero: not
}

// Examine keeps what an officer found about the conditions, all or some, without
// deciding.
func (s *Service) Examine(ctx context.Context, who auth.Actor, id string, findings []Finding) (Association, error) {
	return s.act(ctx, who, id, actExamine, "", func(a *Association) error { return s.examine(a, who, findings, false) })
}

func (s *Service) examine(a *Association, who auth.Actor, findings []Finding, whole bool) error {
	pack, conditions := s.Conditions(*a, s.Clock.Now())
	if whole || a.State == Registered {
		if err := complete(conditions, findings); err != nil {
			return err
		}
	}
	kept := slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool {
		return !slices.Contains(Verdicts, f.Verdict) || !slices.ContainsFunc(conditions, func(c Condition) bool { return c.Code == f.Code })
	})
	a.Examination = &Examination{Pack: pack.Name, At: s.Clock.Now(), By: who.PersonID, Findings: kept}
	return nil
}

// Accept enters an association at its request, once every condition is decided.
// The person who asked becomes its first delegate if the officer saw the proof.
func (s *Service) Accept(ctx context.Context, who auth.Actor, id string, d Decision) (Association, error) {
	a, err := s.act(ctx, who, id, actAccept, "", func(a *Association) error { return s.examine(a, who, d.Findings, true) })
	if err == nil && !d.DelegateUntil.IsZero() {
		_, err = s.appoint(ctx, who, a, a.AskedBy, Scopes, s.Clock.Now(), d.DelegateUntil)
	}
	if err == nil {
		err = s.tell(ctx, a, "accepted")
	}
	return a, err
}

// Return sends a request back to be completed, with what is missing.
func (s *Service) Return(ctx context.Context, who auth.Actor, id string, d Decision) (Association, error) {
	a, err := s.act(ctx, who, id, actReturn, d.Reason, func(a *Association) error { return s.examine(a, who, d.Findings, false) })
	if err == nil {
		err = s.tell(ctx, a, "returned")
	}
	return a, err
}

// Refuse ends a request, with reasons.
func (s *Service) Refuse(ctx context.Context, who auth.Actor, id string, d Decision) (Association, error) {
	a, err := s.act(ctx, who, id, actRefuse, d.Reason, func(a *Association) error { return s.examine(a, who, d.Findings, false) })
	if err == nil {
		err = s.tell(ctx, a, "refused")
	}
	return a, err
}
