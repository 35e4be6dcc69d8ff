// Package networkview has the pages of networks of authorities.
package networkview
