// Package account knows people: how they sign in, what they have said about
// themselves, how sure it is who they are, which roles they hold, and what they
// may see, correct and delete of it.
//
// # Words
//
//   - person: somebody with an account. A person has one or more logins.
//   - login: an issuer and a subject there. It belongs to one person; that rides
//     on the natural key of the collection "logins".
//   - provider: where people prove a login, by the rules of OpenID Connect.
//   - identity number: that of the national card. It is kept as a keyed hash
//     only, and belongs to one person; that rides on the natural key of the
//     collection "identities".
//   - verification level: 0 an account; 1 a profile with an identity number, as
//     the person declared it; 2 checked at a counter by an agent who saw the
//     card, or asserted by a national e-ID.
//   - grant: a role in an organisation with a beginning and an end, kept in the
//     person's document.
//
// # Signing in
//
// The code flow with state, nonce and PKCE. What a flow needs later is kept
// here, in "signins", under the hash of the state; the browser holds a token
// that must match, so that nobody can finish in your browser what they began in
// theirs. A flow is used once (whoever deletes it goes on) and ends after ten
// minutes. The provider is goth's; what it returns is believed only after
// coreos/go-oidc has verified the ID token against the provider's keys, and we
// the nonce and the authorised party. The address to come back to is made from
// the public URL, never from a request.
//
// Two logins become one person only by a step that the person takes: from their
// own space, or when a provider says that it verified the address of an account
// that exists. Who holds a role, or has been checked, must prove the other login
// too; an address is not enough.
//
// # One number, one person
//
// A declared number proves nothing. Who declares one that is taken is told so
// and sent to the counter. A proven number (level 2) takes it from somebody who
// only declared it, who falls back to level 0. Two accounts that both proved it
// are one person: the newer is merged into the older, its logins move, its
// sessions end, and those who keep signatures are told (JoinListener) so that
// one remains.
//
// The hash is HMAC-SHA256 under a pepper that has a version. When it is changed,
// look-ups try every version and rewrite what they find under the current one.
//
// # On paper
//
// Somebody who signs on paper writes the identity number. It then has a shadow:
// an id that is nobody's account and stands in the number's entry (Shadow). A
// number that no account has is kept as its shadow's, like that of a deleted
// account, so that whoever declares or proves it is joined with what was signed
// on paper. When an account loses the number or lets go of it, what was signed
// on paper with it follows the number (NumberListener): to whoever proved it,
// or back to the shadow.
//
// # Deleting
//
// The profile, the logins and the sessions go. What other modules keep is erased
// or made anonymous by them (Contributor). Signatures stay counted while the law
// needs them; as long as one does (Retainer), the keyed hash of the number stays
// behind, with nothing else, so that the same person does not count twice. The
// entry goes when the last of these periods has ended.
//
// # Half-done acts
//
// Joining and deleting touch several documents. The person's document says first
// what is to happen (Unfinished); every step after it can be repeated, and
// FinishInterrupted, run periodically and by `server check`, completes what a
// crash left.
package account
