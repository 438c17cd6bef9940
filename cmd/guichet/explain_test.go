package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/sandbox"
)

var update = flag.Bool("update", false, "write the decisions as they are now; read the difference before committing it")

const mails = "../../testdata/mail"

// TestEveryMailIsDecidedAsExpected compares the full decision on each mail of
// testdata with the one beside it, with LF and with CRLF.
func TestEveryMailIsDecidedAsExpected(t *testing.T) {
	assessor := builtinAssessor(t)
	seen := map[string]bool{}
	for _, file := range glob(t, mails+"/*/*.eml") {
		name := strings.TrimSuffix(strings.TrimPrefix(file, mails+"/"), ".eml")
		seen[name] = true
		t.Run(name, func(t *testing.T) {
			raw := readFile(t, file)
			lf := bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
			crlf := bytes.ReplaceAll(lf, []byte("\n"), []byte("\r\n"))
			if *update {
				writeDecision(t, name, explain(assessor, name+".eml", crlf))
			}
			want := readDecision(t, name)
			for ends, text := range map[string][]byte{"as it is": raw, "LF": lf, "CRLF": crlf} {
				if got := toJSON(t, explain(assessor, name+".eml", text)); got != want {
					t.Errorf("%s: got\n%s\nwant\n%s", ends, got, want)
				}
			}
		})
	}
	for _, file := range glob(t, mails+"/*/*.json") {
		if name := strings.TrimSuffix(strings.TrimPrefix(file, mails+"/"), ".json"); !seen[name] {
			t.Errorf("%s stands beside no mail", file)
		}
	}
	if len(seen) < 60 {
		t.Errorf("%d mails, too few", len(seen))
	}
}

func builtinAssessor(t testing.TB) intake.Assessor {
	t.Helper()
	set, _, err := loadRules("")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := sandbox.New(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(reader.Close)
	return intake.Assessor{Rules: set, Reader: reader}
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func readFile(t testing.TB, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// readDecision reads an expected decision. A key that the contract does not
// have, or one that is missing, is a fault of the test data.
func readDecision(t *testing.T, name string) string {
	t.Helper()
	raw := readFile(t, filepath.Join(mails, name+".json"))
	var e explanation
	lines := json.NewDecoder(bytes.NewReader(raw))
	lines.DisallowUnknownFields()
	if err := lines.Decode(&e); err != nil {
		t.Fatalf("%s.json: %v", name, err)
	}
	return toJSON(t, e)
}

func writeDecision(t *testing.T, name string, e explanation) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(mails, name+".json"), []byte(toJSON(t, e)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func toJSON(t *testing.T, e explanation) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRealMails lets the desk decide on the corpus of mails that nobody here
// wrote: it must decide on each, and take no machine for a person.
func TestRealMails(t *testing.T) {
	corpus := os.Getenv("GUICHET_CORPUS")
	if _, err := os.Stat(filepath.Join(corpus, "mail.tsv")); corpus == "" || err != nil {
		t.Skip("GUICHET_CORPUS names no corpus: the real mails were not tried")
	}
	assessor := builtinAssessor(t)
	kinds := map[desk.Kind]int{}
	for _, file := range glob(t, corpus+"/mail/*") {
		e := explain(assessor, filepath.Base(file), readFile(t, file))
		if e.Kind == "" || e.Reason == "" {
			t.Errorf("%s is not decided: %+v", e.File, e)
		}
		if strings.HasPrefix(e.Reason, "the desk failed") {
			t.Errorf("%s breaks a reader: %s", e.File, e.Reason)
		}
		kinds[e.Kind]++
	}
	t.Logf("decided: %v", kinds)
}

// TestTheDemoHoldsADozen keeps the demo honest: every kind of mail is in it.
func TestTheDemoHoldsADozen(t *testing.T) {
	assessor := builtinAssessor(t)
	kinds, formats, verdicts := map[desk.Kind]int{}, map[string]int{}, map[desk.Verdict]int{}
	files, err := fs.Glob(demoFiles, "demo/*.eml")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d mails, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := demoFiles.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		e := explain(assessor, file, raw)
		kinds[e.Kind]++
		formats[e.Format]++
		verdicts[e.Verdict]++
	}
	for _, kind := range []desk.Kind{desk.KindSubmission, desk.KindWithdrawal, desk.KindAutomatic, desk.KindInquiry, desk.KindUnclear} {
		if kinds[kind] == 0 {
			t.Errorf("no %s: %v", kind, kinds)
		}
	}
	for _, format := range []string{"baratin", "baragouin", "analyse"} {
		if formats[format] < 2 {
			t.Errorf("fewer than two of %s: %v", format, formats)
		}
	}
	if verdicts[desk.Complete] < 3 || verdicts[desk.Incomplete] < 3 || verdicts[desk.ToCheck] < 1 {
		t.Errorf("verdicts %v", verdicts)
	}
}
