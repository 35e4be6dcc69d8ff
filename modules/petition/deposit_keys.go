package petition

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/seal"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// maxKeyFile bounds an uploaded private file, in bytes.
const maxKeyFile = 16 << 10

var flashKey = i18n.Msg("The key is in use. Numbers are sealed to it from now on.")

// keyLabels are the words for the state of a key.
var keyLabels = map[seal.KeyState]string{
	seal.Pending: i18n.Msg("Made; its private file has not been shown yet"), seal.Active: i18n.Msg("In use"),
	seal.Retired: i18n.Msg("Replaced; still opens what was sealed to it"), seal.Dropped: i18n.Msg("Key given up"),
}

// holdsKeys reports whether an actor looks after the keys of an authority.
func holdsKeys(who auth.Actor, org string) bool {
	return org != auth.PlatformID && who.Holds(org, auth.Officer, auth.President)
}

var tabKeys = DeskTab{"/desk/sealing", i18n.Msg("Keys"), holdsKeys}

var errNoKeys = fault.New(fault.NotFound, "No identity numbers are sealed here.")

// keysOf returns the authority of the request and its keys.
func (x *Procedure) keysOf(c *web.Ctx) (string, seal.Ring, error) {
	if x.keys == nil {
		return "", seal.Ring{}, errNoKeys
	}
	org, _, err := x.at(c, tabKeys, desks(c.Actor))
	if err != nil {
		return org, seal.Ring{}, err
	}
	ring, err := x.keys.Of(c.Std(), org)
	return org, ring, err
}

// showKeys shows the public keys of an authority, and how a new one is made.
func (x *Procedure) showKeys(c *web.Ctx) error {
	v, err := x.keysPage(c)
	if err != nil {
		return err
	}
	return c.Show(petitionview.Dossier(v))
}

func (x *Procedure) keysPage(c *web.Ctx) (petitionview.DossierPage, error) {
	org, ring, err := x.keysOf(c)
	if err != nil {
		return petitionview.DossierPage{}, err
	}
	name, err := x.deskName(c, org)
	if err != nil {
		return petitionview.DossierPage{}, err
	}
	v := petitionview.DossierPage{
		Page: c.Page(c.T("Keys for identity numbers")), Back: c.URL("/desk"), Caption: name,
		Lead: c.T("Where the law wants identity numbers in the list of signatures, they are sealed to the public key of the authority. Only whoever brings the private key can read them: this platform cannot."),
	}
	confirm := c.URL("/desk/sealing/confirm") + "?authority=" + org
	if _, ok := ring.Pending(); ok {
		v.Notices = append(v.Notices, petitionview.DossierNotice{Tone: ui.Warning, Title: c.T("A key waits for its confirmation"), Text: c.T("Show that you have its private file and know the passphrase. Until then nothing is sealed to it.")})
		v.Acts = append(v.Acts, petitionview.DeskAct{Label: c.T("Show the private file"), Href: confirm, Kind: ui.Primary})
	}
	list := petitionview.DossierPart{Title: c.T("Public keys"), ID: "keys"}
	for i := len(ring.Keys) - 1; i >= 0; i-- {
		k := ring.Keys[i]
		list.Rows = append(list.Rows, ui.SummaryRow{Key: c.T("Version {n}", "n", k.Version), Body: petitionview.KeyEntry(v.Page, k.Fingerprint, c.T(keyLabels[k.State]), x.keyDates(c, k))})
	}
	if len(ring.Keys) == 0 {
		list.Empty = c.T("There is no key yet: identity numbers are not asked for when people sign.")
	}
	make := petitionview.DossierPart{Title: c.T("Make a key"), ID: "new",
		Text: c.T("Your browser downloads a text file, once: it is the private key, protected by the passphrase you choose here. Keep it on a USB stick in a safe, and the passphrase elsewhere. Then come back and show the file: that proves that it can be opened, and only then is the key used. A new key replaces the one in use; what was sealed to the old one is opened with the old file."),
		Body: petitionview.NewKeyFields(v.Page, c.URL("/desk/sealing")+"?authority="+org)}
	v.Parts = []petitionview.DossierPart{list, make}
	demo, err := x.demoKey(c, ring)
	if demo != nil {
		list.Body = petitionview.DemoKeyNotice(v.Page, *demo)
		v.Parts[0] = list
	}
	return v, err
}

// keyDates say who made a key when, and since when it is used.
func (x *Procedure) keyDates(c *web.Ctx, k seal.Key) []string {
	name := ""
	if person, err := x.people.Person(c.Std(), k.MadeBy); err == nil {
		name = person.Name
	}
	dates := []string{c.T("Made by {name} on {date}", "name", name, "date", c.Locale.DateTime(k.MadeAt))}
	if name == "" {
		dates = []string{c.T("Made on {date}", "date", c.Locale.DateTime(k.MadeAt))}
	}
	if !k.ActiveAt.IsZero() {
		dates = append(dates, c.T("In use since {date}", "date", c.Locale.DateTime(k.ActiveAt)))
	}
	if !k.RetiredAt.IsZero() {
		dates = append(dates, c.T("Replaced on {date}", "date", c.Locale.DateTime(k.RetiredAt)))
	}
	return dates
}

// makeKey answers with the private file itself, which is kept nowhere: the
// browser saves it and stays on the page.
func (x *Procedure) makeKey(c *web.Ctx) error {
	org, _, err := x.keysOf(c)
	if err != nil {
		return err
	}
	name, err := x.deskName(c, org)
	if err != nil {
		return err
	}
	var file []byte
	var key seal.Key
	if c.FormValue("passphrase") != c.FormValue("again") {
		err = &InputError{Field: "again", Message: i18n.Msg("The two passphrases are not the same")}
	} else if file, key, err = x.keys.Make(c.Std(), c.Actor, org, c.FormValue("passphrase"), name); fault.Is(err, fault.Invalid) {
		message, args := fault.Shown(err)
		err = &InputError{Field: "passphrase", Message: message, Args: args}
	}
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		v, err := x.keysPage(c)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.Dossier(v))
	}
	if err != nil {
		return err
	}
	return sendKey(c, org, key.Version, file)
}

func (x *Procedure) showConfirmKey(c *web.Ctx) error {
	v, err := x.confirmKeyPage(c)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (x *Procedure) confirmKeyPage(c *web.Ctx) (petitionview.DeskActPage, error) {
	org, ring, err := x.keysOf(c)
	if err != nil {
		return petitionview.DeskActPage{}, err
	}
	pending, ok := ring.Pending()
	if !ok {
		return petitionview.DeskActPage{}, errNotNow
	}
	v := petitionview.DeskActPage{
		Page: c.Page(c.T("Show the private file")), Caption: c.T("Version {n}", "n", pending.Version), Back: c.URL("/desk/sealing") + "?authority=" + org,
		Action: c.URL("/desk/sealing/confirm") + "?authority=" + org, Button: c.T("Use this key"), Files: true,
		Intro: c.T("Fingerprint: {fingerprint}", "fingerprint", pending.Fingerprint),
	}
	v.Before, v.Fields = petitionview.Together(), petitionview.KeyFields(v.Page)
	return v, nil
}

func (x *Procedure) confirmKey(c *web.Ctx) error {
	org, _, err := x.keysOf(c)
	if err != nil {
		return err
	}
	file, err := keyFile(c)
	if err == nil {
		_, err = x.keys.Confirm(c.Std(), c.Actor, org, file, c.FormValue("passphrase"))
	}
	return x.finish(c, keyFault(err), func() (petitionview.DeskActPage, error) { return x.confirmKeyPage(c) }, flashKey, "/desk/sealing?authority="+org)
}

// keyFile reads the private file that was sent.
func keyFile(c *web.Ctx) ([]byte, error) {
	header, err := c.FormFile("key")
	if err != nil || header.Size == 0 || header.Size > maxKeyFile {
		return nil, &InputError{Field: "key", Message: i18n.Msg("Choose the file of the private key")}
	}
	body, err := header.Open()
	if err != nil {
		return nil, fault.Wrap("petition.keyFile", err)
	}
	defer body.Close()
	return io.ReadAll(io.LimitReader(body, maxKeyFile))
}

// keyFault says at the field what is wrong with a private file.
func keyFault(err error) error {
	if message, args := fault.Shown(err); fault.Is(err, fault.Invalid) && message != "" {
		return &InputError{Field: "key", Message: message, Args: args}
	}
	return err
}

// showOpen asks for the private key before the numbers of a file are opened.
func (x *Procedure) showOpen(c *web.Ctx) error {
	v, _, err := x.openPage(c)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (x *Procedure) openPage(c *web.Ctx) (petitionview.DeskActPage, DepositFile, error) {
	p, _, err := x.actOn(c, ActOpenNumbers)
	if err != nil {
		return petitionview.DeskActPage{}, DepositFile{}, err
	}
	if opens, err := x.opens(c, p); err != nil || !opens {
		return petitionview.DeskActPage{}, DepositFile{}, errOr(err, errNoKeys)
	}
	f, err := x.service.FileOf(c.Std(), p, numberIn(c.Params("number")))
	if err != nil {
		return petitionview.DeskActPage{}, f, err
	}
	if f.State != FileReady {
		return petitionview.DeskActPage{}, f, errNotMade
	}
	v := petitionview.DeskActPage{
		Page: c.Page(c.T("Open the identity numbers")), Caption: titleOf(c, p), Back: c.URL(depositPath(p)), Files: true,
		Action: c.URL(reviewPath(p) + "/files/" + strconv.Itoa(f.Number) + "/open"), Button: c.T("Open and download"), Tone: ui.Warning,
		Intro:  c.T("You get the list once more, with the identity numbers. The key and the opened copy stay in memory for the time of the download, and are kept nowhere."),
		Notice: c.T("The history of the petition says that you opened it, and when. The copy is for checking the list, and must not be passed on."),
	}
	volumes := ui.SelectField{Name: "volume", Label: c.T("Volume"), Value: "1"}
	for i, vol := range f.Volumes {
		volumes.Options = append(volumes.Options, ui.Option{Value: strconv.Itoa(i + 1), Label: c.T("Volume {n}: signatures {first} to {last}", "n", i+1, "first", vol.First, "last", vol.First+max(vol.Rows, 1)-1)})
	}
	v.Fields = petitionview.OpenFields(v.Page, volumes)
	ring, err := x.keys.Of(c.Std(), p.Authority)
	if err != nil {
		return v, f, err
	}
	demo, err := x.demoKey(c, ring)
	if demo != nil {
		v.Before = petitionview.DemoKeyNotice(v.Page, *demo)
	}
	return v, f, err
}

// open answers with the opened copy.
func (x *Procedure) open(c *web.Ctx) error {
	_, f, err := x.openPage(c)
	if err != nil {
		return err
	}
	volume := max(1, numberIn(c.FormValue("volume")))
	var body bytes.Buffer
	file, err := keyFile(c)
	if err == nil {
		var key seal.Private
		if key, err = seal.Read(file, c.FormValue("passphrase")); err == nil {
			err = x.service.OpenVolume(c.Std(), c.Actor, f.Petition, f.Number, volume, key, &body)
		}
	}
	if errs, wrong := wrongIn(c, keyFault(err)); wrong {
		c.Wrong(errs)
		v, _, err := x.openPage(c)
		if err != nil {
			return err
		}
		return c.Invalid(petitionview.DeskActForm(v))
	}
	if err != nil {
		return err
	}
	x.download(c, fmt.Sprintf("opened-%d-%d.pdf", f.Number, volume))
	return c.Send(body.Bytes())
}
