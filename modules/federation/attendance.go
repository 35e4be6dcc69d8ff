package federation

// LeastShown is the smallest number of people that is shown to the public
// beside another: a smaller one could point to somebody.
const LeastShown = 5

// Attendance is how many came to a meeting, as a reader may know it.
type Attendance struct {
	All         int
	Women, Men  int
	Unsaid      int
	BySex       bool // the numbers by sex are shown
	Suppressed  bool // they are kept back, because one of them is small
	NobodyCame  bool
	NotRecorded bool
}

// AttendanceFor returns the attendance of a held meeting. Members read all of
// it; the public reads the numbers by sex only where each that is not nought is
// LeastShown or more, since the total would tell the one that is kept back.
func (r Record) AttendanceFor(inside bool) Attendance {
	s := r.Sitting
	a := Attendance{All: s.Women + s.Men + s.Unsaid}
	if r.State != Held && r.State != Published {
		a.NotRecorded = true
		return a
	}
	if a.All == 0 {
		a.NobodyCame = true
		return a
	}
	small := func(n int) bool { return n > 0 && n < LeastShown }
	if !inside && (small(s.Women) || small(s.Men) || small(s.Unsaid)) {
		a.Suppressed = true
		return a
	}
	a.BySex, a.Women, a.Men, a.Unsaid = true, s.Women, s.Men, s.Unsaid
	return a
}
