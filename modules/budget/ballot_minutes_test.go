package budget

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/golden"
	"musharaka/modules/kit/pdf/pdftest"
)

// goldenPaper compares the words of a PDF, page by page, with a file.
func goldenPaper(t *testing.T, name string, file []byte) {
	t.Helper()
	golden.Text(t, name+".txt", strings.Join(pdftest.Text(t, file), "\n\f\n")+"\n")
}

func TestTheMinutesOfAVoteSayWhatClosedItAndHowManyVoted(t *testing.T) {
	h := newHall(t)
	e := h.vote(func(e *Edition) {
		e.ID = "minutes"
		e.Texts = map[string]EditionText{"fr": {Title: "Budget de la ville <script>"}, "ar": {Title: "ميزانية المدينة (Ville) 2026"}}
	})
	if err := h.VoteMinutes(h.ctx, e, "fr", "Ville", io.Discard); !fault.Is(err, fault.Conflict) {
		t.Fatalf("minutes of a vote that runs: %v", err)
	}
	for _, who := range []string{"one", "two", "three", "four", "five", "six"} {
		h.castBy(who, e, picks(1, 2))
	}
	h.castBy("six", e, picks(3))
	h.castBy("seven", e, Choice{Blank: true})
	h.must(h.TickOff(h.ctx, deskOf("clerk", "front_desk"), e.ID, Mark{Channel: Paper, Number: "n-salma", Birth: 1980, Sex: "f"}))
	h.close(e)
	e, err := h.Edition(h.ctx, deskOf("clerk", "officer"), e.ID)
	h.must(err)
	for lang, name := range map[string]string{"ar": "جماعة المدينة", "fr": "Commune de la Ville"} {
		var first, second bytes.Buffer
		h.must(h.VoteMinutes(h.ctx, e, lang, name, &first))
		h.must(h.VoteMinutes(h.ctx, e, lang, name, &second))
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Error("the same vote gives other bytes")
		}
		// The nonces of ballots are drawn: the root and the signature are others each time a fixture changes.
		goldenPaper(t, "vote."+lang, first.Bytes())
	}
	h.inOrder(e)
	_, err = h.urns.Update(h.ctx, e.ID, func(u *urnDoc) error { u.Blank = 3; return nil })
	h.must(err)
	if v, err := h.Verify(h.ctx, e.ID); err != nil || len(v.Problems) != 1 {
		t.Errorf("a wrong number of blank ballots: %q, %v", v.Problems, err)
	}
}
