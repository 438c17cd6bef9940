package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/intake"
)

// explainCommand is `guichet explain`.
type explainCommand struct {
	JSON  bool     `help:"One JSON object a line."`
	Rules string   `help:"A rules folder; the built-in rules without it." placeholder:"DIR"`
	Files []string `arg:"" name:"file" help:"Mails, as .eml files."`
}

// Run explains every file that can be opened, and fails if one could not.
func (c explainCommand) Run(a *app) error {
	set, _, err := loadRules(c.Rules)
	if err != nil {
		return err
	}
	assessor := intake.Assessor{Rules: set, Reader: a.reader}
	var failed error
	for _, file := range c.Files {
		raw, err := os.ReadFile(file)
		if err != nil {
			a.log.Error("not opened", "file", file, "error", err)
			failed = errSaid
			continue
		}
		if err := c.print(a.out, explain(assessor, file, raw)); err != nil {
			return err
		}
	}
	return failed
}

// explanation is what the desk would make of one mail. Its names are a contract.
type explanation struct {
	File       string           `json:"file"`
	Kind       desk.Kind        `json:"kind"`
	Format     string           `json:"format"`
	Reason     string           `json:"reason"`
	Subject    string           `json:"subject"`
	From       email.Address    `json:"from"`
	Automatic  desk.Automatic   `json:"automatic"`
	Flags      []string         `json:"flags"`
	Documents  []glance         `json:"documents"`
	References []desk.Reference `json:"references"`
	Verdict    desk.Verdict     `json:"verdict"`
	Findings   []desk.Finding   `json:"findings"`
}

// glance is a document, seen from a mail.
type glance struct {
	File     string        `json:"file"`
	Type     document.Type `json:"type"`
	Title    string        `json:"title"`
	Words    int           `json:"words"`
	Sources  int           `json:"sources"`
	Language string        `json:"language"`
	SHA256   string        `json:"sha256"`
	Error    string        `json:"error"`
}

func explain(assessor intake.Assessor, file string, raw []byte) explanation {
	m := assessor.Assess(desk.Received{Raw: raw})
	if format := m.Judges(); format != "" {
		assessor.Validate(m, format)
	}
	e := explanation{
		File: file, Kind: m.Kind, Format: m.Format, Reason: m.Reason.In("en"), Subject: m.Message.Subject,
		From: m.Message.From, Automatic: m.Automatic, Flags: orEmpty(m.Flags), Documents: []glance{},
		References: orEmpty(m.References), Verdict: m.Report.Verdict, Findings: orEmpty(m.Report.Findings),
	}
	for _, d := range m.Documents {
		e.Documents = append(e.Documents, glance{
			File: d.File, Type: d.Type, Title: d.Title, Words: d.Words,
			Sources: len(d.Sources), Language: d.Language, SHA256: d.SHA256, Error: d.Error,
		})
	}
	return e
}

// orEmpty keeps null out of the JSON: a missing list is [].
func orEmpty[T any](list []T) []T { return append([]T{}, list...) }

func (c explainCommand) print(w io.Writer, e explanation) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(e)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  subject   %s\n  from      %s\n", e.File, e.Subject, person(e.From.Name, e.From.Address))
	fmt.Fprintf(&b, "  kind      %s\n  because   %s\n", strings.TrimSpace(string(e.Kind)+" "+e.Format), e.Reason)
	for _, d := range e.Documents {
		fmt.Fprintf(&b, "  document  %s\n", d.line())
	}
	for _, list := range []struct{ name, values string }{
		{"flags", strings.Join(e.Flags, ", ")},
		{"refers to", strings.Join(references(e.References), ", ")},
		{"verdict", string(e.Verdict)},
	} {
		if list.values != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", list.name, list.values)
		}
	}
	writeFindings(&b, e.Findings)
	_, err := io.WriteString(w, b.String())
	return err
}

func (d glance) line() string {
	name := d.File
	if d.Type == document.Body && name == "" {
		name = "the mail's body"
	}
	if d.Type == document.Picture {
		return name + " (a picture)"
	}
	if d.Error != "" {
		return fmt.Sprintf("%s (%s): %s", name, d.Type, d.Error)
	}
	return fmt.Sprintf("%s (%s): %s", name, d.Type, figures(d.Words, d.Sources, d.Language))
}

func references(refs []desk.Reference) (all []string) {
	for _, r := range refs {
		all = append(all, string(r))
	}
	return slices.Compact(all)
}

func person(name, address string) string {
	if name == "" {
		return address
	}
	return fmt.Sprintf("%s <%s>", name, address)
}

// marks shows a result in one column.
var marks = map[desk.Result]string{desk.Pass: "ok", desk.Fail: "FAIL", desk.Unknown: "?"}

func writeFindings(b *strings.Builder, findings []desk.Finding) {
	for _, f := range findings {
		fmt.Fprintf(b, "  %-4s %-17s %-8s %s\n", marks[f.Result], f.Criterion, f.Level, f.Message)
		if f.Where != "" {
			fmt.Fprintf(b, "  %-31s %s\n", "", f.Where)
		}
		if f.Result != desk.Pass && f.Repair != "" {
			fmt.Fprintf(b, "  %-31s %s\n", "", f.Repair)
		}
	}
}
