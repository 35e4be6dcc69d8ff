// Package postview has the pages about mails: stopping them, and the demo's inbox.
package postview
