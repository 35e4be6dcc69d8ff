package association

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestATextTakesTheReadersLanguageElseTheOtherAndSaysWhich(t *testing.T) {
	both, ar, fr := Text{AR: "طريق مضاء", FR: "Un chemin éclairé"}, Text{AR: "طريق مضاء"}, Text{FR: "Un chemin éclairé"}
	for _, c := range []struct {
		text                Text
		lang, want, written string
	}{
		{both, "ar", both.AR, "ar"}, {both, "fr", both.FR, "fr"}, {both, "en", both.FR, "fr"},
		{ar, "fr", ar.AR, "ar"}, {ar, "en", ar.AR, "ar"}, {fr, "ar", fr.FR, "fr"}, {Text{}, "ar", "", ""},
	} {
		if got, written := c.text.Said(c.lang); got != c.want || written != c.written || c.text.In(c.lang) != c.want {
			t.Errorf("%v in %s: %q, written in %q", c.text, c.lang, got, written)
		}
	}
}

func TestACampaignKeptInOneLanguageIsStillRead(t *testing.T) {
	for stored, want := range map[any]Text{
		"طريق المدرسة مضاء":                  {AR: "طريق المدرسة مضاء"},
		"Le chemin de l’école":               {FR: "Le chemin de l’école"},
		"":                                   {},
		Text{AR: "طريق"}:                     {AR: "طريق"},
		Text{AR: "طريق", FR: "Un chemin"}:    {AR: "طريق", FR: "Un chemin"},
		Text{FR: "Un chemin \u202e<script>"}: {FR: "Un chemin \u202e<script>"},
	} {
		raw, err := bson.Marshal(bson.M{"title": stored, "appeal": stored})
		if err != nil {
			t.Fatal(err)
		}
		var got Campaign
		if err := bson.Unmarshal(raw, &got); err != nil || got.Title != want || got.Appeal != want {
			t.Errorf("%v is read as %v and %v (%v)", stored, got.Title, got.Appeal, err)
		}
	}
}
