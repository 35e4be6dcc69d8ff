package association

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/card"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
	"musharaka/views/associationview"
)

// poster is a sheet to hang up: who asks for what, the QR code of the short
// link, and the link in letters. It speaks the language of its address.
func (h *Pages) poster(c *web.Ctx) error {
	x, err := h.sight(c, auth.Actor{})
	if err != nil {
		return err
	}
	sheet, name := pdf.A4, "a4"
	if strings.EqualFold(c.Query("size"), "a3") {
		sheet, name = pdf.A3, "a3"
	}
	return h.drawn.Send(c, web.Drawing{Key: "poster-" + name + "/" + x.ID, Stamp: x.stamp(), Type: "application/pdf", Cache: "public, max-age=300",
		Name: x.ID + "-" + name + "-" + c.Locale.Lang() + ".pdf", Draw: func() ([]byte, error) { return h.drawPoster(c, x, sheet) }})
}

// stamp is different whenever a poster or a picture would be, but for the count.
func (x seenCampaign) stamp() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%d|%v", x.Version, x.Association.Version, x.Petition))
	return hex.EncodeToString(sum[:8])
}

// drawPoster fills one sheet, with letters as large as the words allow.
func (h *Pages) drawPoster(c *web.Ctx, x seenCampaign, sheet pdf.Size) ([]byte, error) {
	lang := c.Locale.Lang()
	grow := sheet.Width / pdf.A4.Width
	var doc *pdf.Document
	for _, scale := range []float64{2.6, 2.2, 1.9, 1.6, 1.35, 1.1, 0.9} {
		doc = pdf.New(pdf.Options{
			Lang: lang, Title: x.Title.In(lang), Author: x.Association.Name(lang), Created: c.Now().Truncate(time.Hour).In(clock.Zone(x.Petition.Country)), Size: sheet, Scale: scale * grow,
			Footer:    c.T("Petition {reference}", "reference", x.Petition.Reference),
			PageLabel: func(int, int) string { return c.T("Musharaka") },
		})
		doc.Letterhead(pdf.Letterhead{Over: c.T("{name} invites you to sign", "name", x.Association.Name(lang)), Title: x.Petition.Object(lang), Under: h.names.PlaceName(x.Petition.Authority, lang)})
		doc.Paragraph(x.Title.In(lang), pdf.Strong(), pdf.Centred())
		doc.Paragraph(x.Appeal.In(lang), pdf.Centred())
		if said := x.otherLanguage(lang); said != "" {
			doc.Paragraph(c.T(said), pdf.Centred())
		}
		doc.Space(6)
		doc.Centre(h.address(x.Campaign), 150)
		doc.Paragraph(c.T("Open the camera of your phone, hold it to the square, read the petition and sign."), pdf.Centred())
		doc.Paragraph(strings.TrimPrefix(strings.TrimPrefix(h.address(x.Campaign), "https://"), "http://"), pdf.Strong(), pdf.Centred(), pdf.Reading(typeset.LeftToRight))
		if doc.Pages() == 1 {
			break
		}
	}
	var out bytes.Buffer
	_, err := doc.WriteTo(&out)
	return out.Bytes(), err
}

// otherLanguage says in which language a campaign's words are when it has none
// in lang; "" when it has.
func (x Campaign) otherLanguage(lang string) string {
	_, title := x.Title.Said(lang)
	_, appeal := x.Appeal.Said(lang)
	switch {
	case lang != "ar" && (title == "ar" || appeal == "ar"):
		return i18n.Msg("The association wrote this appeal in Arabic.")
	case lang == "ar" && (title == "fr" || appeal == "fr"):
		return i18n.Msg("The association wrote this appeal in French.")
	}
	return ""
}

// campaignCard is the picture beside a shared link, and to post by itself.
func (h *Pages) campaignCard(c *web.Ctx) error {
	x, err := h.sight(c, auth.Actor{})
	if err != nil {
		return err
	}
	lang := c.Locale.Lang()
	said := card.Card{Lang: lang, Label: c.T("Campaign"), Title: x.Title.In(lang), Subtitle: x.Association.Name(lang), Caption: c.N("{n} signature came by this campaign", "{n} signatures came by this campaign", int(x.Count))}
	if next, ok := x.NextGoal(x.Count); ok {
		said.Done, said.Of = int(x.Count), int(next.Signatures)
	}
	return h.drawn.Send(c, web.Drawing{Key: "card/" + x.ID, Stamp: x.stamp(), Count: strconv.FormatInt(x.Count, 10), Age: time.Minute, Type: "image/png", Cache: "public, max-age=60",
		Draw: func() ([]byte, error) { return card.Render(said) }})
}

// share is the page of ready texts, one for each way of passing something on, in
// Arabic and in French whatever the reader's language.
func (h *Pages) share(c *web.Ctx) error {
	x, err := h.sight(c, auth.Actor{})
	if err != nil {
		return err
	}
	v := associationview.SharePage{Page: c.Page(c.T("Texts and pictures to share")), Back: c.URL("/k/" + x.ID), Title: x.Title.In(c.Locale.Lang()), Posters: posters(c, x.Campaign), Lead: c.T("Copy a text and paste it where you write. Each holds the campaign’s short link.")}
	v.NoIndex, v.Sheets = true, []string{"association.css"}
	for _, lang := range []string{"ar", "fr"} {
		l := h.service.Words.Locale(lang, x.Petition.Country).Plain()
		part := associationview.ShareLang{Lang: lang, Dir: l.Dir(), Name: map[string]string{"ar": "العربية", "fr": "Français"}[lang], Card: "/" + lang + "/k/" + x.ID + "/card.png", CardAlt: x.Title.In(lang)}
		if said := x.otherLanguage(lang); said != "" {
			part.Note = c.T(said)
		}
		for _, t := range shareTexts(l, x, h.address(x.Campaign)) {
			part.Texts = append(part.Texts, associationview.ShareText{Channel: c.T(t.channel), Text: t.text})
		}
		v.Langs = append(v.Langs, part)
	}
	return c.Show(associationview.Share(v))
}

type shareText struct{ channel, text string }

// smsLetters is how long a message of two parts may be in Arabic script.
const smsLetters = 134

// shareTexts are the texts in one language.
func shareTexts(l *i18n.Locale, x seenCampaign, address string) []shareText {
	object, name := x.Petition.Object(l.Lang()), x.Association.Name(l.Lang())
	invite := l.T("{name} invites you to sign this petition:", "name", name)
	closes := l.T("Signatures are collected until {date}.", "date", x.EndsAt)
	long := strings.TrimSpace(invite + "\n\n" + object + "\n\n" + x.Appeal.In(l.Lang()))
	short := l.T("Sign:") + " " + shorten(object, smsLetters-len([]rune(address))-len([]rune(l.T("Sign:")))-2) + " " + address
	return []shareText{
		{i18n.Msg("WhatsApp, Telegram"), invite + "\n*" + object + "*\n" + closes + "\n" + address},
		{i18n.Msg("Facebook"), long + "\n\n" + closes + "\n" + address},
		{i18n.Msg("X"), shorten(object, 280-len([]rune(address))-1) + " " + address},
		{i18n.Msg("Text message (SMS)"), short},
		{i18n.Msg("E-mail"), l.T("Subject: {text}", "text", object) + "\n\n" + l.T("Hello,") + "\n\n" + long + "\n\n" + closes + "\n" + address + "\n\n" + name},
		{i18n.Msg("To be read aloud"), invite + " " + object + ". " + closes + " " + l.T("Whoever has no telephone can ask at the town hall how to sign.")},
	}
}

// shorten cuts a text at a word.
func shorten(text string, letters int) string {
	r := []rune(text)
	if letters < 1 || len(r) <= letters {
		return text
	}
	cut := strings.TrimRight(string(r[:letters-1]), " ")
	if i := strings.LastIndexByte(cut, ' '); i > letters/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
