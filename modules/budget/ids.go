package budget

import (
	"crypto/sha256"
	"encoding/hex"
)

// onceID makes the id of something from the token of the form that began it, so
// that sending the form twice makes one.
func onceID(kind, personID, once string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + personID + "\x00" + once))
	return hex.EncodeToString(sum[:8])
}

// pairID is the id of what exists once for two: a support, a follower.
func pairID(kind, of, personID string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + of + "\x00" + personID))
	return hex.EncodeToString(sum[:16])
}
