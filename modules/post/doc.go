// Package post is what people meet of the mails: the page that stops a kind of
// mail (RFC 8058 makes it one click in a mail program), and in the demo the
// inbox in which all mails can be read, because none leaves the machine.
package post
