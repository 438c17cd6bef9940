package notice

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// shipped is the templates that ship, to be changed.
func shipped(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	src := os.DirFS("../../rules/notices")
	err := fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(src, name)
		files[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

const subject = `{{define "subject"}}x{{end}}`

func TestTemplateFaults(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string // "" removes the file
		want  []string
	}{
		{"not closed", map[string]string{"fr/receipt.txt": subject + "\n\n{{if .Title}}"}, []string{"fr/receipt.txt:3:1: unexpected EOF"}},
		{"unknown function", map[string]string{"fr/receipt.txt": subject + "\n{{shout .Title}}"}, []string{`fr/receipt.txt:2:1: function "shout" not defined`}},
		{"unknown field", map[string]string{"fr/receipt.txt": subject + "\nx\n  {{.Tilte}}"}, []string{"fr/receipt.txt:3:5: .Tilte is not known here; did you mean .Title?; accepted: .Advised, .Author, "}},
		{"unknown field of a finding", map[string]string{"en/receipt.txt": subject + "x\n{{range .Failed}}{{.Hint}}{{end}}"}, []string{"en/receipt.txt:2:20: .Hint is not known here; accepted: .Criterion, .File, "}},
		{"unknown ending", map[string]string{"fr/digest.txt": subject + "\n{{.Ended \"field\"}}"}, []string{"fr/digest.txt:2:3:"}},
		{"no subject", map[string]string{"fr/digest.txt": "x"}, []string{`fr/digest.txt: says no subject; write {{define "subject"}}…{{end}}`}},
		{"empty subject", map[string]string{"fr/digest.txt": `{{define "subject"}}{{with ""}}x{{end}}{{end}}x`}, []string{`fr/digest.txt: its {{define "subject"}} is empty`}},
		{"no text", map[string]string{"fr/digest.txt": subject}, []string{"fr/digest.txt: says nothing: the mail would be empty"}},
		{"empty file", map[string]string{"fr/digest.txt": "\n"}, []string{`fr/digest.txt: says no subject; write {{define "subject"}}…{{end}}`}},
		{"not UTF-8", map[string]string{"fr/digest.txt": subject + "\nx\n\xe9t\xe9"}, []string{"fr/digest.txt:3:1: is not UTF-8; save the file as UTF-8"}},
		{"shared once", map[string]string{"fr/shared.txt": "{{define}}"}, []string{`fr/shared.txt:1:1: unexpected "}}" in define clause`}},
		{"shared at work", map[string]string{"fr/shared.txt": "\n{{define \"finding\"}}{{.X}}{{end}}{{define \"closing\"}}x{{end}}{{define \"read\"}}{{end}}" +
			"{{define \"checklist\"}}{{range .Failed}}{{template \"finding\" .}}{{end}}{{end}}"}, []string{"fr/shared.txt:2:23: .X is not known here; accepted: .Criterion, .File, "}},
		{
			"missing and unknown",
			map[string]string{"fr/digest.txt": "", "fr/digset.txt": "x", "de/digest.txt": "x", "notes.md": "x"},
			[]string{
				"de/digest.txt: no notice uses this file", "fr/digset.txt: no notice uses this file",
				"notes.md: no notice uses this file; the languages are fr, en, the files shared.txt, receipt.txt",
				"fr/digest.txt: the file is missing; each language has all of shared.txt, receipt.txt",
			},
		},
		{
			"all at once",
			map[string]string{"fr/receipt.txt": subject + "{{.A}}", "en/unclear.txt": subject + "{{.B}}"},
			[]string{"fr/receipt.txt:1:", "en/unclear.txt:1:"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := shipped(t)
			for name, text := range tt.files {
				files[name] = &fstest.MapFile{Data: []byte(text)}
				if text == "" {
					delete(files, name)
				}
			}
			_, err := New(files, publication())
			compareFaults(t, err, tt.want)
		})
	}
}

// compareFaults wants as many faults as prefixes, in order.
func compareFaults(t *testing.T, err error, want []string) {
	t.Helper()
	var faults desk.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want desk.Faults", err)
	}
	if !slices.EqualFunc(faults, want, func(f desk.Fault, prefix string) bool {
		return strings.HasPrefix(f.Error(), prefix)
	}) {
		t.Errorf("got:\n%v\nwant:\n%s", err, strings.Join(want, "\n"))
	}
}

func TestTemplatesForms(t *testing.T) {
	files := shipped(t)
	for name, file := range files {
		text := strings.ReplaceAll(string(file.Data), "\n", "\r\n")
		files[name] = &fstest.MapFile{Data: []byte("\uFEFF" + text)}
	}
	c, err := New(files, publication())
	if err != nil {
		t.Fatalf("templates with a byte order mark and CRLF: %v", err)
	}
	c.Random = endless(0)
	for name, compose := range notices("fr") {
		windows, err := compose(c)
		if err != nil {
			t.Fatal(err)
		}
		unix, err := compose(newComposer(t))
		if err != nil {
			t.Fatal(err)
		}
		if string(windows.Bytes) != string(unix.Bytes) {
			t.Errorf("%s differs with CRLF", name)
		}
	}
}

func TestPublicationLanguage(t *testing.T) {
	pub := publication()
	pub.Language = "de"
	_, err := New(shipped(t), pub)
	compareFaults(t, err, []string{`.: the publication's own language "de" is not among its languages [fr en]`})
}
