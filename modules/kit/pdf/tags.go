package pdf

import (
	"fmt"
	"strings"

	"musharaka/modules/kit/typeset"
)

// element is a part of the document's structure while it is open.
type element struct {
	ref   ref
	tag   string
	extra string // more entries of its dictionary
	page  ref    // where its content lies
	kids  strings.Builder
}

// tags is the structure tree as it grows. An element is written when it ends,
// so that a long table does not stay in memory.
type tags struct {
	root    ref
	open    []*element
	owners  []ref // of the marked content of the open page, by number
	marked  bool  // marked content is open
	parents []ref // by StructParents number: the owners of a page, or of an annotation
}

// openTags begins the tree with its Document.
func (d *Document) openTags() {
	d.tags.root = d.file.reserve()
	d.begin("Document", "")
}

// begin opens an element inside the open one.
func (d *Document) begin(tag, extra string) {
	d.tags.open = append(d.tags.open, &element{ref: d.file.reserve(), tag: tag, extra: extra})
}

// end writes the open element and hangs it into the one around it.
func (d *Document) end() {
	last := len(d.tags.open) - 1
	e := d.tags.open[last]
	d.tags.open = d.tags.open[:last]
	parent := d.tags.root
	if last > 0 {
		parent = d.tags.open[last-1].ref
		d.tags.open[last-1].kids.WriteString(e.ref.String() + " ")
	}
	pg := ""
	if e.page != 0 {
		pg = "/Pg " + e.page.String()
	}
	d.file.object(e.ref, fmt.Sprintf("<</S/%s/P %s%s%s/K[%s]>>", e.tag, parent, pg, e.extra, e.kids.String()))
}

// mark begins content that belongs to the open element.
func (d *Document) mark() {
	e := d.tags.open[len(d.tags.open)-1]
	id := len(d.tags.owners)
	d.tags.owners = append(d.tags.owners, e.ref)
	d.page.front = fmt.Appendf(d.page.front, "/%s<</MCID %d>>BDC\n", e.tag, id)
	d.tags.marked = true
	if e.page == 0 {
		e.page = d.page.ref
	}
	if e.page == d.page.ref {
		fmt.Fprintf(&e.kids, "%d ", id)
	} else { // it goes on from an earlier page
		fmt.Fprintf(&e.kids, "<</Type/MCR/Pg %s/MCID %d>>", d.page.ref, id)
	}
}

func (d *Document) unmark() {
	d.page.front = append(d.page.front, "EMC\n"...)
	d.tags.marked = false
}

// tagged draws content as one element.
func (d *Document) tagged(tag, extra string, draw func()) {
	d.begin(tag, extra)
	d.mark()
	draw()
	d.unmark()
	d.end()
}

// pagination draws content that belongs to the sheet and not to the document.
func (d *Document) pagination(kind string, draw func()) {
	d.page.front = fmt.Appendf(d.page.front, "/Artifact<</Type/Pagination/Subtype/%s>>BDC\n", kind)
	draw()
	d.page.front = append(d.page.front, "EMC\n"...)
}

// closePageTags notes which elements own the content of the page that ends, and
// returns the page's StructParents number.
func (d *Document) closePageTags() int {
	var b strings.Builder
	b.WriteByte('[')
	for _, r := range d.tags.owners {
		b.WriteString(r.String() + " ")
	}
	b.WriteByte(']')
	d.tags.owners = d.tags.owners[:0]
	d.tags.parents = append(d.tags.parents, d.file.add(b.String()))
	return len(d.tags.parents) - 1
}

// annotationParent gives an annotation its StructParent number.
func (d *Document) annotationParent(owner ref) int {
	d.tags.parents = append(d.tags.parents, owner)
	return len(d.tags.parents) - 1
}

// closeTags ends the Document and writes the root of the tree.
func (d *Document) closeTags() ref {
	doc := d.tags.open[0].ref
	d.end()
	var nums strings.Builder
	for i, r := range d.tags.parents {
		fmt.Fprintf(&nums, "%d %s ", i, r)
	}
	parents := d.file.add("<</Nums[" + nums.String() + "]>>")
	d.file.object(d.tags.root, fmt.Sprintf("<</Type/StructTreeRoot/K %s/ParentTree %s/ParentTreeNextKey %d>>", doc, parents, len(d.tags.parents)))
	return d.tags.root
}

// spoken returns the entries of an element that holds a paragraph: its language
// where that is not the document's, and the words themselves where some read
// from right to left, because the content gives those in the order of the sheet.
func (d *Document) spoken(p typeset.Paragraph) string {
	entry := ""
	switch {
	case p.RTL && !d.rtl:
		entry = "/Lang(ar)"
	case !p.RTL && d.rtl:
		entry = "/Lang(fr)"
	}
	if p.Turns() {
		entry += "/ActualText" + text(p.String())
	}
	return entry
}

// bookmark is an entry of the outline.
type bookmark struct {
	level int
	title string
	page  ref
	y     float64
}

// writeOutline writes the bookmarks as a tree and returns the catalog's entries
// for them.
func (d *Document) writeOutline() string {
	if len(d.outline) == 0 {
		return ""
	}
	type node struct {
		ref, parent, prev, next, first, last ref
		count                                int
	}
	root := node{ref: d.file.reserve()}
	nodes := make([]node, len(d.outline))
	var above []int // the entries that the one at hand could stand under
	lastKid := map[ref]int{}
	for i := range nodes {
		for len(above) > 0 && d.outline[above[len(above)-1]].level >= d.outline[i].level {
			above = above[:len(above)-1]
		}
		parent := &root
		if len(above) > 0 {
			parent = &nodes[above[len(above)-1]]
		}
		above = append(above, i)
		n := &nodes[i]
		n.ref, n.parent = d.file.reserve(), parent.ref
		if before, ok := lastKid[parent.ref]; ok {
			n.prev, nodes[before].next = nodes[before].ref, n.ref
		} else {
			parent.first = n.ref
		}
		lastKid[parent.ref], parent.last = i, n.ref
		parent.count++
	}
	entry := func(name string, r ref) string {
		if r == 0 {
			return ""
		}
		return "/" + name + " " + r.String()
	}
	for i, b := range d.outline {
		n := nodes[i]
		count := ""
		if n.count > 0 {
			count = fmt.Sprintf("/Count %d", -n.count) // closed at first
		}
		d.file.object(n.ref, fmt.Sprintf("<</Title%s/Parent %s%s%s%s%s%s/Dest[%s/XYZ null %s null]>>", text(b.title), n.parent,
			entry("Prev", n.prev), entry("Next", n.next), entry("First", n.first), entry("Last", n.last), count,
			b.page, appendNumber(nil, (d.size.Height-b.y)*d.scale)))
	}
	d.file.object(root.ref, fmt.Sprintf("<</Type/Outlines/First %s/Last %s/Count %d>>", root.first, root.last, root.count))
	return fmt.Sprintf("/Outlines %s/PageMode/UseOutlines", root.ref)
}
