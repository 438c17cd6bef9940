package document

import (
	"slices"
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	d := Read("a.md", "", []byte(`---
title: "Une ville : à refaire"
author:
  - Jeanne Delmas
  - name: Hugo Roche
abstract: Un mot d'avance.
---

# Une ville : à refaire

Un *mot* et **un autre**, [un lien](https://a.example.org/) &amp; du `+"`code`"+`,
à la ligne\.[^1]

## Partie

1. premier
2. second

| a | b |
|---|---|
| c | d |

<!-- rien -->
<div>en HTML</div>

![Une rue © J. Delmas](rue.png)

## Sources

- Roche, H. (2021). [Les rues](https://b.example.org/). *Revue des Horizons*.

[^1]: La note.
`))
	if d.Title != "Une ville : à refaire" || !slices.Equal(d.Authors, []string{"Jeanne Delmas", "Hugo Roche"}) || d.Abstract != "Un mot d'avance." {
		t.Errorf("title %q, authors %q, abstract %q", d.Title, d.Authors, d.Abstract)
	}
	if !slices.Equal(d.Headings, []Heading{{2, "Partie"}, {2, "Sources"}}) || d.Sections != 1 {
		t.Errorf("headings %v, %d sections", d.Headings, d.Sections)
	}
	want := "Une ville : à refaire\n\nUn mot et un autre, un lien & du code, à la ligne.\n\nPartie\n\n1. premier\n\n2. second\n\na\n\nb\n\nc\n\nd\n\nen HTML\n\nSources\n\nRoche, H. (2021). Les rues. Revue des Horizons.\n\nLa note."
	if d.Text != want {
		t.Errorf("got %q\nwant %q", d.Text, want)
	}
	if len(d.Sources) != 1 || d.Sources[0].URL != "https://b.example.org/" || d.Sources[0].Title != "Les rues" {
		t.Errorf("sources %+v", d.Sources)
	}
	if d.Pictures != 1 || d.Credited != 1 {
		t.Errorf("%d pictures, %d credited", d.Pictures, d.Credited)
	}
	if d.Words != 12+1+2+4+2 {
		t.Errorf("%d words", d.Words)
	}
}

// TestMarkdownBounds gives the parser what takes it the square of its length.
func TestMarkdownBounds(t *testing.T) {
	d := Read("a.md", "", []byte("# Titre\n\n"+strings.Repeat("[a](", 100_000)))
	if d.Error != "" || d.Title != "Titre" {
		t.Errorf("title %q, %s", d.Title, d.Error)
	}
}

func TestHTML(t *testing.T) {
	d := Read("a.html", "", []byte(`<!DOCTYPE html><html><head><title>page.html</title><style>p{}</style></head><body>
<h1>Une ville
 à refaire</h1><p class="author">Jeanne Delmas</p>
<script>alert(1)</script><p hidden>caché</p><p style="display: none">caché</p><span style="mso-hide:all">caché</span>
<p>Un <b>mot</b>,<br>un autre<sup><a class="sdfootnoteanc" href="#sdfootnote1sym">1</a></sup>.</p>
<h2>Partie</h2><div>`+prose(40)+`<div>dedans</div>après</div>
<figure><img src="cid:a" alt="Une rue"><figcaption>Photo : J. Delmas</figcaption></figure><img width="1" height="1" src="x">
<ul><li>un</li><li>deux</li></ul><p><del>ôté</del>&nbsp;!</p>
<div id="sdfootnote1"><p>La note.</p></div></body></html>`))
	if d.Title != "Une ville à refaire" || !slices.Equal(d.Authors, []string{"Jeanne Delmas"}) {
		t.Errorf("title %q, authors %q", d.Title, d.Authors)
	}
	want := "Une ville à refaire\n\nJeanne Delmas\n\nUn mot,\n\nun autre.\n\nPartie\n\n" + prose(40) + "\n\ndedans\n\naprès\n\nPhoto : J. Delmas\n\nun\n\ndeux\n\n!\n\nLa note."
	if d.Text != want {
		t.Errorf("got %q\nwant %q", d.Text, want)
	}
	if d.Pictures != 1 || d.Credited != 1 {
		t.Errorf("%d pictures, %d credited", d.Pictures, d.Credited)
	}
	if d.WordsTotal-d.Words != 4+2 {
		t.Errorf("%d words of %d: title and note are left out", d.Words, d.WordsTotal)
	}
}

func TestHTMLText(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"numbers", `<ol><li>un</li><li><p>deux</p><p>suite</p></li></ol><ol start=3 type=a><li>c</li><li value=5>e</li></ol>`, "1. un\n\n2. deux\n\nsuite\n\nc. c\n\ne. e"},
		{"no numbers", `<ol style="list-style: none"><li>un</li></ol><ol><li></li></ol><p>deux</p>`, "un\n\ndeux"},
		{"hidden on paper alone", `<style>@media print { .vu { display: none } .b { color: red } }</style><p class="vu">vu</p>`, "vu"},
		{"hidden by a class", `<style>p.a, .cache { color: red; display:none }</style><p class="b cache">caché</p><p>vu</p>`, "vu"},
		{"the page's header and footer", `<div title="header"><p>en-tête</p></div><p>vu</p><div title="footer">pied</div><p class=MsoFooter>pied</p>`, "vu"},
		{"comments of Word", `<p>vu<a class=msocomanchor href="#_msocom_1">[J1]</a></p><div style='mso-element:comment-list'><div style='mso-element:comment'><p class=msocomtxt>commenté</p></div></div>`, "vu"},
		{"comments of Google Docs", `<p>vu<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup></p><div><p><a href="#cmnt_ref1" id="cmnt1">[a]</a><span>commenté</span></p><p>encore</p></div>`, "vu"},
		{"a table", `<table><caption>légende</caption><tr><th>a<td>b</table>`, "légende\n\na\n\nb"},
		{"insertions and deletions", `<p><ins>venu</ins> <del>parti</del></p>`, "venu"},
		{"what runs or is filled in", `<p>vu<script>x()</script><textarea>x</textarea><svg><text>x</text></svg></p><!-- commenté -->`, "vu"},
		{"ruby", `<p><ruby>base<rp>(</rp><rt>dessus</rt><rp>)</rp></ruby></p>`, "base"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d := Read("a.html", "", []byte("<html><body>"+test.body)); d.Text != test.want || d.Error != "" || d.Type != HTML {
				t.Errorf("got %q (%s, %s), want %q", d.Text, d.Type, d.Error, test.want)
			}
		})
	}
}

// TestHTMLNotes reads notes as programs write them: out of the words of the text.
func TestHTMLNotes(t *testing.T) {
	for name, body := range map[string]string{
		"LibreOffice": `<p>dit<sup><a class="sdfootnoteanc" href="#sdfootnote1sym">1</a></sup></p><div id="sdfootnote1"><p><a class="sdfootnotesym" href="#sdfootnote1anc">1</a>la note</p></div>`,
		"Word":        `<p>dit<a href="#_ftn1" name="_ftnref1">[1]</a></p><div style='mso-element:footnote-list'><div id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">[1]</a>la note</p></div></div>`,
		"Google Docs": `<p>dit<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup></p><hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>la note</span></p></div>`,
		"pandoc":      `<p>dit<a href="#fn1" class="footnote-ref" id="fnref1">1</a></p><section class="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>la note<a href="#fnref1" class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>`,
	} {
		if d := Read("a.html", "", []byte("<html><body>"+body)); d.Text != "dit\n\nla note" || d.Words != 1 || d.WordsTotal != 3 {
			t.Errorf("%s: %q, %d words of %d", name, d.Text, d.Words, d.WordsTotal)
		}
	}
}

func TestPlainLayout(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"one line a paragraph", "un\ndeux\n\ntrois", "un\n\ndeux\n\ntrois"},
		{"wrapped", "Une première phrase assez longue pour être coupée à la\nligne par un logiciel de courrier, comme il y en a tant\nencore de nos jours.\nUne autre phrase, après une ligne courte, qui est ainsi\nun paragraphe.", "Une première phrase assez longue pour être coupée à la ligne par un logiciel de courrier, comme il y en a tant encore de nos jours.\n\nUne autre phrase, après une ligne courte, qui est ainsi un paragraphe."},
		{"list", "- un\n- deux\n1. trois", "un\n\ndeux\n\n1. trois"},
		{"soft hyphens", "fran\u00adçais\u200b", "français"},
		{"CR alone", "un\rdeux", "un\n\ndeux"},
		{"rule", "un\n\n-----\n\ndeux", "un\n\ndeux"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d := Read("a.txt", "", []byte(test.text)); d.Text != test.want {
				t.Errorf("got %q, want %q", d.Text, test.want)
			}
		})
	}
}

func TestBody(t *testing.T) {
	d := ReadBody("Bonjour,\r\n\r\nVoici mon texte :\r\n\r\nUne ville à refaire\r\nJeanne Delmas\r\n\r\n"+prose(120)+"\r\n\r\nCordialement\r\n-- \r\nEnvoyé de mon poste", "<p>autre")
	if d.Title != "Une ville à refaire" || !slices.Equal(d.Authors, []string{"Jeanne Delmas"}) || d.Type != Body || d.File != "" {
		t.Errorf("title %q, authors %q, type %s, file %q", d.Title, d.Authors, d.Type, d.File)
	}
	if strings.Contains(d.Text, "Envoyé") {
		t.Error("the signature is read")
	}
	if d := ReadBody(" \n", "<div>Bonjour</div><div><br></div><div>à tous</div><div class=\"gmail_signature\">Jeanne</div>"); d.Text != "Bonjour\n\nà tous" || d.Type != Body {
		t.Errorf("got %q (%s)", d.Text, d.Type)
	}
	if d := ReadBody("", ""); d.Fault != FaultEmpty || d.Readable() {
		t.Errorf("an empty body: %q", d.Fault)
	}
}
