package open311

import (
	"encoding/json"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/web"
)

// The formats of answers, by what stands after the last full stop of a path.
const (
	formatXML  = "xml"
	formatJSON = "json"
)

var contentTypes = map[string]string{formatXML: "text/xml; charset=utf-8", formatJSON: "application/json; charset=utf-8"}

// answer is what an endpoint says: one document for each format.
type answer struct {
	xml  any
	json any
}

// send writes an answer in a format.
func send(c *web.Ctx, format string, status int, a answer) error {
	var body []byte
	var err error
	if format == formatJSON {
		body, err = json.Marshal(a.json)
	} else if body, err = xml.Marshal(a.xml); err == nil {
		body = append([]byte(xml.Header), body...)
	}
	if err != nil {
		return err
	}
	c.Status(status).Set("Content-Type", contentTypes[format])
	return c.Send(body)
}

// orNull is a text of a JSON answer: nothing is null.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// stamp is a time of an answer, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}

type xmlErrors struct {
	XMLName xml.Name   `xml:"errors"`
	Errors  []apiError `xml:"error"`
}

type apiError struct {
	Code        int    `xml:"code" json:"code"`
	Description string `xml:"description" json:"description"`
}

func errorAnswer(code int, description string) answer {
	all := []apiError{{code, description}}
	return answer{xmlErrors{Errors: all}, all}
}

type xmlDiscovery struct {
	XMLName    xml.Name      `xml:"discovery" json:"-"`
	Changeset  string        `xml:"changeset" json:"changeset"`
	Contact    string        `xml:"contact" json:"contact"`
	KeyService string        `xml:"key_service" json:"key_service"`
	Endpoints  []apiEndpoint `xml:"endpoints>endpoint" json:"endpoints"`
}

type apiEndpoint struct {
	Specification string   `xml:"specification" json:"specification"`
	URL           string   `xml:"url" json:"url"`
	Changeset     string   `xml:"changeset" json:"changeset"`
	Type          string   `xml:"type" json:"type"`
	Formats       []string `xml:"formats>format" json:"formats"`
}

type xmlServices struct {
	XMLName  xml.Name     `xml:"services"`
	Services []xmlService `xml:"service"`
}

type xmlService struct {
	Code        string `xml:"service_code"`
	Name        string `xml:"service_name"`
	Description string `xml:"description"`
	Metadata    bool   `xml:"metadata"`
	Type        string `xml:"type"`
	Keywords    string `xml:"keywords"`
	Group       string `xml:"group"`
}

type jsonService struct {
	Code        string  `json:"service_code"`
	Name        string  `json:"service_name"`
	Description *string `json:"description"`
	Metadata    bool    `json:"metadata"`
	Type        string  `json:"type"`
	Keywords    *string `json:"keywords"`
	Group       *string `json:"group"`
}

func servicesAnswer(all []Offer) answer {
	x, j := xmlServices{}, []jsonService{}
	for _, s := range all {
		words := strings.Join(s.Keywords, ",")
		x.Services = append(x.Services, xmlService{s.Code, s.Name, s.Description, s.Attributes, s.Type, words, s.Group})
		j = append(j, jsonService{s.Code, s.Name, orNull(s.Description), s.Attributes, s.Type, orNull(words), orNull(s.Group)})
	}
	return answer{x, j}
}

type xmlDefinition struct {
	XMLName    xml.Name       `xml:"service_definition"`
	Code       string         `xml:"service_code"`
	Attributes []xmlAttribute `xml:"attributes>attribute"`
}

type jsonDefinition struct {
	Code       string          `json:"service_code"`
	Attributes []jsonAttribute `json:"attributes"`
}

type xmlAttribute struct {
	Variable    bool       `xml:"variable"`
	Code        string     `xml:"code"`
	Datatype    string     `xml:"datatype"`
	Required    bool       `xml:"required"`
	Hint        string     `xml:"datatype_description"`
	Order       int        `xml:"order"`
	Description string     `xml:"description"`
	Values      *xmlValues `xml:"values"`
}

type xmlValues struct {
	Values []apiValue `xml:"value"`
}

type apiValue struct {
	Key  string `xml:"key" json:"key"`
	Name string `xml:"name" json:"name"`
}

type jsonAttribute struct {
	Variable    bool       `json:"variable"`
	Code        string     `json:"code"`
	Datatype    string     `json:"datatype"`
	Required    bool       `json:"required"`
	Hint        *string    `json:"datatype_description"`
	Order       int        `json:"order"`
	Description *string    `json:"description"`
	Values      []apiValue `json:"values,omitempty"`
}

func definitionAnswer(d Definition) answer {
	x, j := xmlDefinition{Code: d.Code}, jsonDefinition{Code: d.Code, Attributes: []jsonAttribute{}}
	for i, a := range d.Questions {
		xa := xmlAttribute{Variable: a.Variable, Code: a.Code, Datatype: a.Datatype, Required: a.Required, Hint: a.Hint, Order: i + 1, Description: a.Description}
		ja := jsonAttribute{Variable: a.Variable, Code: a.Code, Datatype: a.Datatype, Required: a.Required, Hint: orNull(a.Hint), Order: i + 1, Description: orNull(a.Description)}
		for _, v := range a.Values {
			ja.Values = append(ja.Values, apiValue(v))
		}
		if ja.Values != nil {
			xa.Values = &xmlValues{ja.Values}
		}
		x.Attributes, j.Attributes = append(x.Attributes, xa), append(j.Attributes, ja)
	}
	return answer{x, j}
}

type xmlRequests struct {
	XMLName  xml.Name     `xml:"service_requests"`
	Requests []xmlRequest `xml:"request"`
}

type xmlRequest struct {
	ID          string `xml:"service_request_id"`
	Status      string `xml:"status"`
	Notes       string `xml:"status_notes"`
	ServiceName string `xml:"service_name"`
	ServiceCode string `xml:"service_code"`
	Description string `xml:"description"`
	Agency      string `xml:"agency_responsible"`
	Notice      string `xml:"service_notice"`
	Requested   string `xml:"requested_datetime"`
	Updated     string `xml:"updated_datetime"`
	Expected    string `xml:"expected_datetime"`
	Address     string `xml:"address"`
	AddressID   string `xml:"address_id"`
	Zipcode     string `xml:"zipcode"`
	Lat         string `xml:"lat"`
	Long        string `xml:"long"`
	MediaURL    string `xml:"media_url"`
}

type jsonRequest struct {
	ID          string       `json:"service_request_id"`
	Status      string       `json:"status"`
	Notes       *string      `json:"status_notes"`
	ServiceName *string      `json:"service_name"`
	ServiceCode string       `json:"service_code"`
	Description *string      `json:"description"`
	Agency      *string      `json:"agency_responsible"`
	Notice      *string      `json:"service_notice"`
	Requested   string       `json:"requested_datetime"`
	Updated     *string      `json:"updated_datetime"`
	Expected    *string      `json:"expected_datetime"`
	Address     *string      `json:"address"`
	AddressID   *string      `json:"address_id"`
	Zipcode     *string      `json:"zipcode"`
	Lat         *json.Number `json:"lat"`
	Long        *json.Number `json:"long"`
	MediaURL    *string      `json:"media_url"`
}

func requestsAnswer(all []Request) answer {
	x, j := xmlRequests{}, []jsonRequest{}
	for _, r := range all {
		xr := xmlRequest{r.ID, r.Status, r.Notes, r.ServiceName, r.ServiceCode, r.Description, r.Agency, r.Notice, stamp(r.RequestedAt), stamp(r.UpdatedAt), stamp(r.ExpectedAt),
			r.Address, r.AddressID, r.Zipcode, "", "", r.MediaURL}
		if r.Located {
			xr.Lat, xr.Long = degreesText(r.Lat), degreesText(r.Long)
		}
		x.Requests = append(x.Requests, xr)
		j = append(j, jsonRequest{xr.ID, xr.Status, orNull(xr.Notes), orNull(xr.ServiceName), xr.ServiceCode, orNull(xr.Description), orNull(xr.Agency), orNull(xr.Notice), xr.Requested,
			orNull(xr.Updated), orNull(xr.Expected), orNull(xr.Address), orNull(xr.AddressID), orNull(xr.Zipcode), numberOrNull(xr.Lat), numberOrNull(xr.Long), orNull(xr.MediaURL)})
	}
	return answer{x, j}
}

func numberOrNull(text string) *json.Number {
	if text == "" {
		return nil
	}
	n := json.Number(text)
	return &n
}

// takenAnswer is what a POST is answered with: an id or a token.
func takenAnswer(id, token, notice, account string) answer {
	if id != "" {
		token = "" // never both
	}
	x := xmlTaken{}
	x.Requests = append(x.Requests, xmlTakenOne{id, token, notice, account})
	out := map[string]any{"service_notice": orNull(notice), "account_id": orNull(account)}
	if id != "" {
		out["service_request_id"] = id
	} else {
		out["token"] = token
	}
	return answer{x, []any{out}}
}

type xmlTaken struct {
	XMLName  xml.Name      `xml:"service_requests"`
	Requests []xmlTakenOne `xml:"request"`
}

type xmlTakenOne struct {
	ID      string `xml:"service_request_id,omitempty"`
	Token   string `xml:"token,omitempty"`
	Notice  string `xml:"service_notice"`
	Account string `xml:"account_id"`
}

type xmlToken struct {
	XMLName  xml.Name      `xml:"service_requests"`
	Requests []xmlTokenOne `xml:"request"`
}

type xmlTokenOne struct {
	ID    string `xml:"service_request_id"`
	Token string `xml:"token"`
}

// tokenAnswer is what became of a token; id is "" while it waits.
func tokenAnswer(id, token string) answer {
	return answer{xmlToken{Requests: []xmlTokenOne{{id, token}}}, []any{map[string]any{"service_request_id": orNull(id), "token": token}}}
}

// degreesText writes degrees to a millionth: a tenth of a metre.
func degreesText(d float64) string {
	return strconv.FormatFloat(math.Round(d*1e6)/1e6, 'f', -1, 64)
}
