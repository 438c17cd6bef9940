package tombstone

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
	"unicode"
)

// Text is the notice as plain text, one language after another.
func (t Tombstone) Text(w Words, languages ...string) (string, error) {
	every, err := t.all(w, languages)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i, s := range every {
		if i > 0 {
			b.WriteString("\n----\n\n")
		}
		fmt.Fprintf(&b, "%s\n\n", s.Heading)
		for _, p := range s.Paragraphs {
			fmt.Fprintf(&b, "%s\n\n", p)
		}
		colon := ":"
		if s.Lang == "fr" {
			colon = "\u00a0:"
		}
		for _, f := range s.Facts {
			fmt.Fprintf(&b, "%s%s %s\n", f.Label, colon, f.Value)
		}
	}
	return b.String(), nil
}

// oneLine keeps a value on its line: white space is one space, the no-break kinds
// apart, and what is not seen (control, format and bidirectional characters) is left
// out.
func oneLine(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' })
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return -1
	}, strings.Join(words, " "))
}

// fragment is the notice as part of a page: whole in itself, without script or
// style sheet, in words that a screen reader knows the language of. Headings are of
// the second level, below the page's own.
var fragment = template.Must(template.New("tombstone").Parse(
	`<section class="tombstone tombstone-{{.Type}}" id="{{.Anchor}}" style="overflow-wrap: anywhere">
{{- range $said := .Said}}
<article lang="{{.Lang}}" aria-labelledby="{{$.Anchor}}-{{.Lang}}">
<h2 id="{{$.Anchor}}-{{.Lang}}">{{.Heading}}</h2>
{{- range .Paragraphs}}
<p{{if eq . $said.Foreign}} lang="{{$.PublicLang}}"{{end}}>{{.}}</p>
{{- end}}
<dl>
{{- range .Facts}}
<dt>{{.Label}}</dt>
<dd>{{if .Link}}<a href="{{.Link}}">{{.Value}}</a>{{else if .Date}}<time datetime="{{.Date}}">{{.Value}}</time>{{else}}{{.Value}}{{end}}</dd>
{{- end}}
</dl>
</article>
{{- end}}
</section>
`))

// HTML is the notice as a fragment of a page, one article a language.
func (t Tombstone) HTML(w Words, languages ...string) (string, error) {
	every, err := t.all(w, languages)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = fragment.Execute(&b, struct {
		Type, Anchor, PublicLang string
		Said                     []said
	}{kinds[t.Change.Act].update, t.anchor(t.Change), t.Lang, every})
	return b.String(), err
}
