package document

import (
	"strconv"
	"strings"
)

// odtLists is how each list style numbers its levels, by the style's name. That of
// headings has the name "".
type odtLists map[string]map[int]numberStyle

// openList is a text:list being read.
type openList struct {
	style string
	count *counters
	label string // of the item that began, until a paragraph takes it
}

// read takes in a list style.
func (l odtLists) read(x *xmlPart, e element) error {
	levels := map[int]numberStyle{}
	if e.name == "outline-style" {
		l[""] = levels
	} else {
		l[e.attr("name")] = levels
	}
	return x.children(func(e element) error {
		level, err := strconv.Atoi(e.attr("level"))
		if err == nil && level > 0 && (e.name == "list-level-style-number" || e.name == "outline-level-style") {
			levels[level-1] = odtNumber(e, level)
		}
		return x.skip()
	}, nil)
}

// odtNumber reads one level: its number may show those above it too.
func odtNumber(e element, level int) numberStyle {
	s := numberStyle{start: 1, format: map[string]string{
		"": "", "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
	}[e.attr("num-format")]}
	if n, err := strconv.Atoi(e.attr("start-value")); err == nil {
		s.start = n
	}
	shown, _ := strconv.Atoi(e.attr("display-levels"))
	var places []string
	for i := level - min(max(shown, 1), level); i < level; i++ {
		places = append(places, "%"+strconv.Itoa(i+1))
	}
	s.text = e.attr("num-prefix") + strings.Join(places, ".") + e.attr("num-suffix")
	return s
}

// list reads a text:list. One that names no style is of the list around it; one
// that goes on counts from where the last of its style was.
func (o *odt) list(e element) error {
	open := &openList{style: e.attr("style-name"), count: &counters{}}
	if n := len(o.open); n > 0 && open.style == "" {
		open.style = o.open[n-1].style
	}
	if n := len(o.open); n > 0 && open.style == o.open[n-1].style {
		open.count = o.open[n-1].count
	} else if last := o.counted[open.style]; last != nil && (e.attr("continue-numbering") == "true" || e.attr("continue-list") != "") {
		open.count = last
	}
	o.counted[open.style] = open.count
	o.open = append(o.open, open)
	defer func() { o.open = o.open[:len(o.open)-1] }()
	return o.x.children(func(e element) error {
		if e.name == "list-item" {
			level := len(o.open) - 1
			if n, err := strconv.Atoi(e.attr("start-value")); err == nil && level < len(open.count) {
				open.count[level] = max(n-1, 0)
			}
			open.label = open.count.next(o.lists[open.style], level)
		}
		return o.x.children(o.story, nil)
	}, nil)
}

// takeLabel is the label of the item that a paragraph begins, "" for a second
// paragraph, or for a heading that headings' own style does not number.
func (o *odt) takeLabel(heading bool, level int) string {
	if n := len(o.open); n > 0 {
		label := o.open[n-1].label
		o.open[n-1].label = ""
		return label
	}
	if heading {
		return o.headings.next(o.lists[""], level-1)
	}
	return ""
}
