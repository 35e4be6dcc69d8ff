package file

import (
	"time"

	"musharaka/modules/kit/store"
)

// State is where a file stands.
type State string

// The states. Only kept files are given out.
const (
	Arriving State = "arriving"
	Kept     State = "kept"
	Leaving  State = "leaving"
)

// File is the record of an upload.
type File struct {
	store.Meta `bson:",inline"`
	Subject    string    `bson:"subject"` // what it belongs to: "petition:ID"
	State      State     `bson:"state"`
	Name       string    `bson:"name"`   // cleaned, with the extension of its type
	Type       string    `bson:"type"`   // "image/jpeg", "image/png" or "application/pdf"
	Size       int64     `bson:"size"`   // bytes
	SHA256     string    `bson:"sha256"` // of these bytes, hexadecimal
	Width      int       `bson:"width,omitempty"`
	Height     int       `bson:"height,omitempty"`
	ThumbType  string    `bson:"thumb_type,omitempty"` // "" when there is no thumbnail
	ThumbSize  int64     `bson:"thumb_size,omitempty"`
	Public     bool      `bson:"public"`
	CreatedAt  time.Time `bson:"created_at"`
}

// Picture reports whether the file is a picture, and so has a thumbnail.
func (f File) Picture() bool { return f.ThumbType != "" }

var schema = store.Schema{Name: "files", Indexes: []store.Index{
	{Name: "by_subject", Fields: []string{"subject", "state", "created_at"}},
	{Name: "by_state", Fields: []string{"state", "created_at"}},
}}

// Limits says what is accepted.
type Limits struct {
	MaxBytes int64
	Pictures bool // JPEG, PNG, GIF, WebP
	PDF      bool
}

// The usual limits. They are limits of what comes in; pictures are kept smaller.
var (
	Attachments = Limits{MaxBytes: 10 << 20, Pictures: true, PDF: true}
	Pictures    = Limits{MaxBytes: 10 << 20, Pictures: true}
	Documents   = Limits{MaxBytes: 10 << 20, PDF: true}
)

// Variant is which of a file's renderings is meant.
type Variant string

// The renderings.
const (
	Full  Variant = ""
	Thumb Variant = "thumb" // pictures only: at most ThumbSide points long
)

// blob returns the name of a rendering's bytes.
func (f File) blob(v Variant) string {
	if v == Thumb {
		return f.ID + "-thumb"
	}
	return f.ID
}

// blobs returns the names of all bytes of the file.
func (f File) blobs() []string {
	if f.Picture() {
		return []string{f.blob(Full), f.blob(Thumb)}
	}
	return []string{f.blob(Full)}
}
