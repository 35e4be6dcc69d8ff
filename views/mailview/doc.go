// Package mailview is how mails look: the frame of every mail, and the blocks
// it is made of. Mail programs know little CSS and no stylesheet, so styles
// stand in attributes here, the layout is a table, and nothing is loaded: no
// picture, no font, nothing that tells anybody that the mail was opened.
//
// A mail is a Letter: a Frame and Blocks. From the same blocks come the HTML
// and its text twin, so the two say the same:
//
//	html, text, err := mailview.Letter{
//		Frame: mailview.Frame{Lang: "ar", Title: …, Sender: …},
//		Blocks: []mailview.Block{
//			mailview.Paragraph(l.T("Your petition has been published.")),
//			mailview.Quote{Text: petition.Title},
//			mailview.Button{Label: l.T("See the petition"), URL: …},
//		},
//	}.Render(ctx)
//
// Words come translated from the module, ready to be shown. What people wrote
// themselves belongs in a Quote or a Fact, which find their own direction.
// Links are complete addresses.
package mailview
