// Package associationview has the pages of the register of associations.
package associationview
