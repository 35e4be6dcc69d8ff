// Package form reads what people type, and says kindly what is wrong with it.
//
// A form is a struct of strings, booleans, []string and Date, because a typed
// "abc" must come back to be corrected where a number was asked for:
//
//	type proposal struct {
//		Object  string   `form:"object" validate:"required,max=80,plain"`
//		Reasons string   `form:"reasons,text" validate:"required,max=4000"`
//		Year    string   `form:"year,digits" validate:"omitempty,year"`
//		Themes  []string `form:"themes" validate:"max=3"`
//		Consent bool     `form:"consent" validate:"required"`
//		Born    Date     `form:"born" validate:"required,date"`
//	}
//
//	func (proposal) Messages() map[string]string {
//		return map[string]string{
//			"object.required": "Say in a few words what you ask for.",
//		}
//	}
//
// Read fills the struct from the request and checks it. Two kinds of trouble
// come back apart: a fault, when the request is none that our page can have
// sent; and Errors, a list to show beside the fields, with status 422 and all
// that was typed.
//
// Every string is cleaned on the way in (see Clean): what is stored has one
// spelling, no invisible character that changes the order of a page's text, and
// a line break only where the field has several lines, marked "text". "digits"
// turns Arabic and Persian digits into Western ones. A field sent several times
// counts once, with its first value; fields the struct does not have are
// ignored. A form cannot set what is not in its struct.
//
// What depends on time, place or person is checked by the module's rules, which
// report with Errors.Add.
package form
