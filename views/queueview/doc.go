// Package queueview shows a walk-in counter: the hall's screen, the ticket
// screen, the page of somebody who waits, and the work of those who receive
// people. The screens of the hall have no frame of ours around them: they are
// read from across a room, and by people of both languages at once.
package queueview
