// Package opendata leads programs to what is public: one OpenAPI 3.1 document
// over all modules, a page that shows it to people, and the map of the site for
// search engines.
// It also keeps the catalogue of data sets (DCAT): which data there is, in which
// forms, since when, how fresh, under which licence and after which standards.
// The server registers what each module publishes; a test of the server finds a
// described file that stands in no data set.
//
// Each module describes its own endpoints in config/openapi; this package puts
// the descriptions together when the program starts, and a test of the server
// compares them with the routes and with what they answer. Pages are listed by
// the month in which they came to be, so that neither the map nor one of its
// parts grows without bound and no request walks more than a month.
package opendata
