package i18n

// Msg marks a message id that is translated somewhere else than where it
// stands, such as a label in a table, and returns it unchanged.
func Msg(id string) string { return id }

// MsgN marks a pair of message ids, for one and for many, that is translated
// somewhere else than where it stands, and returns it unchanged.
func MsgN(one, many string) (string, string) { return one, many }
