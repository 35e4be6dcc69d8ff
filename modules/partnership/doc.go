// Package partnership keeps two public registers of what authorities and
// associations do together: partnership agreements and joint projects.
//
// # Words
//
// An agreement (اتفاقية شراكة) has parties, the authority first, a day of signing,
// an object, a document with its SHA-256, and a status. A joint project (مشروع
// مشترك) has a lead association (الجمعية الرائدة), partners, and a coaching log
// (سجل المرافقة): what the authority or others did to help it along.
//
// # States
//
// Of an agreement: draft → in force → ended or terminated, terminated with a
// reason. Of a project: planned → running → finished or stopped, stopped with a
// reason.
//
// # What is true at every moment
//
//   - An act changes one document, under compare-and-set, together with its
//     audit entry; who may do what in which state stands in transition.go:
//     officers of the authority, and for the log of a project also delegates of
//     its associations whose mandate has that scope.
//   - A draft is seen by the authority's officers alone; everything else is public.
//   - The document of an agreement in force never changes: its hash is shown, and
//     anybody can compare a file of theirs with it. The file they send is hashed
//     and not kept.
//   - The log of a project only grows: an entry is never altered or deleted, and
//     says by which role it was written, not by whom.
package partnership
