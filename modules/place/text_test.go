package place

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestATextIsReadInTheReadersLanguageOrTheOther(t *testing.T) {
	both, ar, fr := Text{"مكتب العرائض", "Bureau des pétitions"}, Text{AR: "مكتب العرائض"}, Text{FR: "Bureau des pétitions"}
	for _, c := range []struct {
		text       Text
		lang, want string
	}{
		{both, "ar", both.AR}, {both, "fr", both.FR}, {both, "en", both.FR},
		{ar, "fr", ar.AR}, {ar, "en", ar.AR}, {fr, "ar", fr.FR}, {Text{}, "ar", ""},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v in %s: %q", c.text, c.lang, got)
		}
	}
}

func TestATextOfTheFirstVersionIsStillRead(t *testing.T) {
	for stored, want := range map[any]Text{
		"8:30–16:30، من الاثنين إلى الجمعة": {AR: "8:30–16:30، من الاثنين إلى الجمعة"},
		"du lundi au vendredi": {FR: "du lundi au vendredi"},
		Text{"قاعة", "salle"}:  {"قاعة", "salle"},
	} {
		raw, err := bson.Marshal(bson.M{"hours": stored})
		if err != nil {
			t.Fatal(err)
		}
		var got Contact
		if err := bson.Unmarshal(raw, &got); err != nil || got.Hours != want {
			t.Errorf("%v is read as %v (%v)", stored, got.Hours, err)
		}
	}
}
