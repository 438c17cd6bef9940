package email

import (
	"maps"
	"testing"
)

func TestParseMedia(t *testing.T) {
	for value, want := range map[string]media{
		"":                                    {},
		"TEXT/Plain (comment); Charset=UTF-8": {kind: "text/plain", params: map[string]string{"charset": "UTF-8"}},
		`multipart/mixed; boundary="a;b";;`:   {kind: "multipart/mixed", params: map[string]string{"boundary": "a;b"}},
		`multipart/mixed boundary="a"`:        {kind: "multipart/mixed", params: map[string]string{"boundary": "a"}},
		`a/b; boundary="=?x?q?y?="`:           {kind: "a/b", params: map[string]string{"boundary": "=?x?q?y?="}},
		`a/b; name="never closed; x=y`:        {kind: "a/b", params: map[string]string{"name": "never closed", "x": "y"}},
		`a/b; name=Mon texte (1).docx; x`:     {kind: "a/b", params: map[string]string{"name": "Mon texte (1).docx"}},
		`a/b; name="a\"b"; name=second`:       {kind: "a/b", params: map[string]string{"name": `a"b`}},
		`; filename="C:\textes\nu.pdf"`:       {params: map[string]string{"filename": `C:\textes\nu.pdf`}},
		`a/b; name="=?utf-8?q?=C3=A9t=C3=A9?= =?utf-8?q?_1.pdf?="`: {
			kind: "a/b", params: map[string]string{"name": "été 1.pdf"},
		},
		`a; filename=x; filename*=UTF-8''%c3%a9t%C3%A9%.pdf`: {
			kind: "a", params: map[string]string{"filename": "été%.pdf"},
		},
		`a; filename*1*=%e9.pdf; filename*0*=iso-8859-1'fr'%e9t`: {
			kind: "a", params: map[string]string{"filename": "été.pdf"},
		},
		`a; filename*0="un très "; filename*1="long nom.pdf"`: {
			kind: "a", params: map[string]string{"filename": "un très long nom.pdf"},
		},
	} {
		if got := parseMedia(value); got.kind != want.kind || !maps.Equal(got.params, want.params) {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		`C:\textes\nu.pdf`: "nu.pdf", "../../etc/passwd": "passwd", " a.pdf ": "a.pdf", "..": "", "/": "",
		"a\u202efdp.exe": "afdp.exe", "a\r\nb.pdf": "a  b.pdf", "dossier/": "dossier",
	} {
		w := walker{m: &Message{}}
		if got := w.fileName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if got := (&walker{m: &Message{}}).fileName("", "second.pdf"); got != "second.pdf" {
		t.Errorf("second name: %q", got)
	}
}

func TestDecodeWords(t *testing.T) {
	for value, want := range map[string]string{
		"plain":                                 "plain",
		"=?utf-8?Q?a_b?=":                       "a b",
		"=?UTF-8?b?w6l0w6k?=":                   "été",
		"=?utf-8?q?un?= =?utf-8?q?deux?=":       "undeux",
		"=?utf-8?q?un?= et =?utf-8?q?deux?=":    "un et deux",
		"=?utf-8?b?w6k=?==?utf-8?b?w6k=?=":      "éé",
		"=?utf-8?b?ww==?= =?utf-8?b?qQ==?=":     "é",
		"=?iso-8859-1*fr?q?=E9?=":               "é",
		"=?utf-8?q?Quoi ??=":                    "Quoi ?",
		"=?utf-8?q?never ended":                 "=?utf-8?q?never ended",
		"=?utf-8?x?abc?=":                       "=?utf-8?x?abc?=",
		"=?klingon?q?abc?=":                     "abc",
		"=?=?utf-8?q?a?=":                       "=?a",
		"[=?utf-8?q?tag?=] =?utf-8?q?=C3=A9?=x": "[tag] éx",
	} {
		if got, _ := decodeWords(value); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}
