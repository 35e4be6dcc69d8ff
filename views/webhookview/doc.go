// Package webhookview holds the pages of webhooks: the list, the form, one
// webhook with its deliveries, its secret, one delivery.
package webhookview
