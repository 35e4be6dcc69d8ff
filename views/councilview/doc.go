// Package councilview has the pages of councils. They are few and general: a
// sheet of sections, a list with its filters, a form. modules/council fills them
// with words and numbers that are ready to be shown.
package councilview
