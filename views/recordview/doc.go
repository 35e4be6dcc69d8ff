// Package recordview shows what registers hold: a list, one record with its
// parts, a form, a question. Modules that keep registers (associations,
// messages, agreements and joint projects) give it words in the reader's
// language and components of views/ui; it holds no sentence of its own.
package recordview
