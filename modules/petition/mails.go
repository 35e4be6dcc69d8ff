package petition

import (
	"context"

	"musharaka/modules/kit/mail"
)

type letterAbout struct {
	Petition  Petition
	Authority Authority
	Tally     Tally
	Person    Person
	As        string
	Milestone Milestone
	Notice    string
}

func (s *Service) render(ctx context.Context, key string, l letterAbout) (mail.Message, error) {
	return mail.Message{Key: key, To: l.Person.Email, Lang: l.Person.Lang, Subject: "x", Text: "x", HTML: "x"}, nil
}
