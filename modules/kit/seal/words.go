package seal

import "musharaka/modules/kit/i18n"

var actNames = map[string]string{
	"seal.make_key":    i18n.Msg("Key for identity numbers made"),
	"seal.confirm_key": i18n.Msg("Key for identity numbers in use"),
}
