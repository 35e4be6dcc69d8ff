// Package federationview shows what the records of a network have that other
// records do not: a map of Citizen Spaces, their photos and hours. Lists,
// records and forms themselves are those of views/recordview.
package federationview
