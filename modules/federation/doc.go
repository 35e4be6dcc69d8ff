// Package federation keeps what a network of authorities does together, as the
// charter of the network of Citizen Spaces lays it down. Who belongs to a
// network is the network package's; this one keeps its work.
//
// # Words
//
// A record (قيد) is one thing of a network, of one of eight kinds:
//
//   - a space (فضاء المواطن): planned, under construction or open, with the
//     districts it serves, its services, its hours, its place on the map;
//   - a mandate (نيابة) in one of the charter's bodies (هياكل): the steering
//     committee, and the technical committees for valorising the citizen space,
//     for initiative and innovation, and of learning municipalities;
//   - an output (مخرج): what somebody owes the network by a day, and delivered;
//   - an obstacle (عائق), technical, material, human or logistic, followed until
//     it is removed;
//   - a resource request (مطلب موارد), and a dispute (نزاع) with its parties;
//   - a meeting (اجتماع), workshop, seminar or the periodic conference, with
//     agenda, minutes, and how many women and men attended;
//   - a practice sheet (بطاقة تجربة), which others adopt, and from which the
//     network's guide is made.
//
// # People
//
// The keeper (المنسق) is the network's coordinator, or an administrator of the
// platform. A member speaks for an authority of the network as its officer or
// president. A member is the owner of the records of their authority and a
// party to the disputes it is in.
//
// # What is true at every moment
//
//   - Who may do what in which state stands in one table, transition.go. An act
//     changes one document under compare-and-set together with its audit entry.
//   - Who may read follows from kind and state alone (reach): spaces and mandates,
//     accepted outputs, convened public meetings, published minutes and practice
//     sheets are for everybody; a dispute is for its parties and the keeper;
//     the rest is for the network's members.
//   - A network that was dissolved changes no more, and its records stay.
//   - An authority that left the network reads and does no more than the public;
//     what it brought stays.
//   - The notes of a record only grow, and say for which authority they were
//     written, never by whom. A record holds no citizen's data. Of whoever sits
//     in a body it holds the name and the capacity, which are public.
//   - How many women and men attended is shown to the public only where neither
//     number can point to somebody (attendance.go).
package federation
