// Package seal keeps what the server must pass on and must not be able to read:
// identity numbers in the list of signatures that a council is served with.
//
// # Words
//
// An owner (an authority) has a key pair. The public half is kept here with its
// version, its fingerprint, and who made it when. The private half is handed
// out once as a file protected by a passphrase, and never kept. A record is a
// text sealed to a public key; only who brings the private file opens it.
//
// # What is true at every moment
//
//   - A record is bound to the parts it was sealed with (petition, signature):
//     opened with other parts it is refused, so it cannot be moved to another
//     person or petition.
//   - All records of texts up to MaxText letters have one length.
//   - A record names its format and the key it was sealed to, so that after a
//     rotation it is known which file opens it.
//   - Records are sealed only to an active key, and a key becomes active only
//     when somebody has shown that its private file can be opened: a file that
//     was lost on the way makes nothing unreadable.
//   - No private key, passphrase or opened text is written anywhere here.
//
// # States of a key
//
//	pending ── the file was shown ──► active ── a newer one is active ──► retired
//	   └────── another one is made ──► dropped
//
// The suite is HPKE (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
// AES-256-GCM. Private files are encrypted with AES-256-GCM under a key derived
// from the passphrase by PBKDF2-HMAC-SHA256.
package seal
