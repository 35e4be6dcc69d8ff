// Package audit keeps the record of every change of state: who, what, when,
// why, from which state to which.
//
// An act changes one document, and the document carries its own history. The
// entry is written in the same compare-and-set as the change, so that neither
// can exist without the other:
//
//	p, err := petitions.Update(ctx, id, func(p *Petition) error {
//		from := p.State
//		p.State = Open
//		p.History = audit.Append(p.History, audit.Entry{
//			Subject: "petition:" + p.ID, Authority: p.Place, Act: "petition.publish",
//			From: string(from), To: string(p.State),
//			ActorID: officer.ID, ActorRole: "moderator", At: clk.Now(), Public: true,
//		})
//		return nil
//	})
//	if err == nil {
//		err = log.Record(ctx, p.History...)
//	}
//
// Record then mirrors the entries into the collection "audit", where officers
// read, search and export them across documents. An entry's id follows from its
// subject and its place in the history, so recording twice writes once, and
// what a crash left unmirrored is found and written by Repair (`server check`).
//
// The public entries of a document's history are its public timeline. Entries
// name people by their id only; Reason and Details hold no personal data.
package audit
