// Package upkeep has the administrator's pages: a hub over what the platform's
// keepers look after, and the work that goes on beside the requests, where a
// job that failed for good is tried again or given up. Who did which stands in
// the audit under "job:ID".
package upkeep
