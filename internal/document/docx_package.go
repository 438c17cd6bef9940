package document

import (
	"path"
	"strings"
)

// relations are what one part of a package points to (ECMA-376 part 2): other
// parts by the kind of relation, and links by the id that the part's text uses.
type relations struct {
	dir    string
	byKind map[string]string
	byID   map[string]string // links to the web
	chunks map[string]string // parts that are documents within the document
}

// readRelations reads the relations of a part; those of the package itself are
// the ones of "". Damaged ones end where the damage is.
func readRelations(a *archive, part string) relations {
	dir, file := path.Split(part)
	rels := relations{dir, map[string]string{}, map[string]string{}, map[string]string{}}
	r, err := a.open(dir + "_rels/" + file + ".rels")
	if err != nil {
		return rels
	}
	defer r.Close()
	_ = newXMLPart(r).each(func(e element) {
		if e.name != "Relationship" {
			return
		}
		kind := path.Base(e.attr("Type"))
		if _, known := rels.byKind[kind]; !known {
			rels.byKind[kind] = e.attr("Target")
		}
		switch id, target := e.attr("Id"), e.attr("Target"); kind {
		case "hyperlink":
			rels.byID[id] = target
		case "aFChunk":
			rels.chunks[id] = rels.resolve(target)
		}
	})
	return rels
}

// part is the name of the part in a relation of some kind, by its usual name where
// the package does not say.
func (r relations) part(kind string) string {
	if r.byKind[kind] == "" {
		return r.dir + kind + ".xml"
	}
	return r.resolve(r.byKind[kind])
}

// resolve is the name of the part that a relation targets.
func (r relations) resolve(target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return target[1:]
	}
	return path.Join(r.dir, target)
}

// docxMain is the name of the main part, which is not always word/document.xml.
func docxMain(a *archive) string {
	if main := readRelations(a, "").part("officeDocument"); a.has(main) {
		return main
	}
	return "word/document.xml"
}

// titleProperty is the text of the first element named title among a file's
// properties, in either office format.
func titleProperty(a *archive, part string) string {
	r, err := a.open(part)
	if err != nil {
		return ""
	}
	defer r.Close()
	x, title := newXMLPart(r), ""
	var down func(element) error
	down = func(e element) error {
		if e.name != "title" || title != "" {
			return x.children(down, nil)
		}
		s, err := x.content()
		title = oneLine(s)
		return err
	}
	_ = x.children(down, nil)
	return title
}
