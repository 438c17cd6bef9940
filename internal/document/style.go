package document

import (
	"strconv"
	"strings"
)

// style is what a style says of a paragraph or of its runs, its ancestors
// asked where it says nothing.
type style struct {
	role   role
	level  int
	hidden bool
	strong bool

	list      string // the list that it numbers in; "" says nothing, "0" none
	listLevel int    // from 0
}

// numbers says whether the paragraphs of the style are items of a list.
func (s style) numbers() bool { return s.list != "" && s.list != "0" }

// count reads one property of a list (ECMA-376 part 1, 17.3.1.19).
func (s *style) count(e element) {
	switch value := e.attr("val"); e.name {
	case "numId":
		s.list = value
	case "ilvl":
		s.listLevel, _ = strconv.Atoi(value)
	}
}

// outline is the style with another outline level, counted from 0; 9 is text.
func (s style) outline(n int) style {
	if n < 0 || n > 8 {
		if s.role == roleHeading {
			s.role, s.level = rolePlain, 0
		}
		return s
	}
	s.role, s.level = roleHeading, n+1
	return s
}

// styleRoles are the built-in styles of word processors, folded to letters in
// lower case, as programs in English and French name them.
var styleRoles = map[string]role{
	"title": roleTitle, "titre": roleTitle, "titredudocument": roleTitle, "titreprincipal": roleTitle,
	"subtitle": roleSubtitle, "soustitre": roleSubtitle,
	"author": roleAuthor, "auteur": roleAuthor, "auteurs": roleAuthor, "authors": roleAuthor, "byline": roleAuthor,
	"abstract": roleAbstract, "resume": roleAbstract, "chapo": roleAbstract, "chapeau": roleAbstract,
	"caption": roleCaption, "legende": roleCaption, "figure": roleCaption, "illustration": roleCaption, "drawing": roleCaption, "imagecaption": roleCaption,
	"bibliography": roleBibliography, "bibliographie": roleBibliography,
	"tocheading": roleContents, "contentsheading": roleContents, "entetedetabledesmatieres": roleContents,
}

// roleOfStyle is what a style's name means, and the level of a heading: "heading
// 2", "Titre2", "Heading_20_2". "toc 1" and "TM1" are contents.
func roleOfStyle(name string) (role, int) {
	name = strings.ReplaceAll(name, "_20_", " ")
	letters := strings.TrimRight(foldName(name), "0123456789")
	level, _ := strconv.Atoi(strings.TrimLeft(foldName(name)[len(letters):], "0"))
	if level > 0 {
		switch letters {
		case "heading", "titre", "berschrift", "uberschrift", "titulo", "titolo":
			return roleHeading, min(level, 9)
		case "toc", "tm", "contents", "tabledesmatieres":
			return roleContents, 0
		}
		return rolePlain, 0
	}
	return styleRoles[letters], 0
}
