// Command server is Musharaka: one binary that serves the platform, seeds the
// demo, checks, backs up and restores its data.
package main
