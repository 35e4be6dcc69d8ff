package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/petition"
)

// uploaded puts a picture beside a petition and returns its id and its path.
func uploaded(t *testing.T, r *running, person, petitionID string) (id, path string) {
	t.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))); err != nil {
		t.Fatal(err)
	}
	id, err := petitionFiles{r.app}.Take(t.Context(), person, petitionID, "plan.png", &picture)
	if err != nil {
		t.Fatal(err)
	}
	docs, err := petitionFiles{r.app}.Documents(t.Context(), []string{id})
	if err != nil {
		t.Fatal(err)
	}
	return id, docs[0].Path
}

// attach puts files beside a draft.
func attach(t *testing.T, r *running, person, petitionID string, ids ...string) {
	t.Helper()
	if _, err := r.petitions.SaveStep(t.Context(), auth.Actor{PersonID: person}, petitionID, petition.StepAttachments, petition.Input{Attachments: ids}); err != nil {
		t.Fatal(err)
	}
}

// bytesKept counts the files in the data folder.
func bytesKept(t *testing.T, r *running) int {
	t.Helper()
	kept := 0
	if err := filepath.WalkDir(filepath.Join(r.data, "files"), func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			kept++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return kept
}

func TestFilesGoWithTheDraftThatHadThem(t *testing.T) {
	r := startPlatform(t, clock.System())
	for name, end := range map[string]func(v *visitor, draft, file string){
		"taken off": func(v *visitor, draft, file string) {
			v.post("/ar/petitions/"+draft+"/write/attachments", "remove", file)
		},
		"draft deleted":   func(v *visitor, draft, _ string) { v.post("/ar/petitions/" + draft + "/delete") },
		"account deleted": func(v *visitor, _, _ string) { v.post("/ar/me/delete", "sure", "on") },
	} {
		person := r.enrol(t, len(name))
		author := r.visitor(t).as(person)
		draft := strings.Split(author.post("/ar/petitions/new", "authority", town).path, "/")[3]
		file, path := uploaded(t, r, person, draft)
		attach(t, r, person, draft, file)
		mustSee(t, author.get(path), 200)
		if bytesKept(t, r) == 0 {
			t.Fatal("nothing was kept")
		}
		end(author, draft, file)
		if !eventually(t, func() bool { return bytesKept(t, r) == 0 }) {
			t.Errorf("%s: files are left", name)
		}
	}
}

func TestOnlyTheFilesThatAPublishedPetitionShowsArePublic(t *testing.T) {
	r := startPlatform(t, clock.System())
	if _, err := r.places.Activate(t.Context(), auth.System, town); err != nil {
		t.Fatal(err)
	}
	person, other := r.enrol(t, 1), r.enrol(t, 2)
	officer := r.enrol(t, 3, auth.Officer)
	author := r.visitor(t).as(person)
	id := writePetition(t, author)
	_, draft := uploaded(t, r, officer, id) // such as what goes with an answer being drafted
	if _, err := r.petitions.Publish(t.Context(), auth.Actor{PersonID: officer, Memberships: []auth.Membership{{OrgID: town, Role: auth.Officer}}}, id); err != nil {
		t.Fatal(err)
	}
	for who, v := range map[string]*visitor{"nobody": r.visitor(t), "the author": author, "somebody": r.visitor(t).as(other)} {
		if page := v.get(draft); page.status != 404 {
			t.Errorf("%s gets a file that is not published: %d", who, page.status)
		}
	}
	mustSee(t, r.visitor(t).as(officer).get(draft), 200)
}

func TestEverybodySeesThePhotosOfTheWorks(t *testing.T) {
	w := theWorld(t)
	page := w.visitor(t).get("/ar/proposals/" + w.projects[0])
	path := page.Find(".site-photos img").First().AttrOr("src", "")
	if path == "" {
		t.Fatal("the page shows no photo of the works")
	}
	if photo := w.visitor(t).get(path); photo.status != 200 || !strings.HasPrefix(photo.header.Get("Content-Type"), "image/") {
		t.Errorf("the photo %s answers %d", path, photo.status)
	}
}
