//go:build soak

package sandbox

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/document"
)

// others are formats that are read as those of formats are, and are not kept.
var others = map[string]string{"docm": "docm", "dotx": "dotx", "ott": "ott", "fodt": "fodt", "xhtml": "xhtml:XHTML Writer File:UTF8", "utf16": "txt:Text (encoded):UNICODE", "latin": "txt:Text (encoded):MS_1252"}

// TestLibreOffice makes the files anew, as students do, and compares what is read
// in them. With -update they replace those that are kept.
func TestLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("LibreOffice is missing: run scripts/setup soak (on Debian, apt-get install libreoffice-writer-nogui)")
	}
	profile, read := t.TempDir(), newReader(t)
	save := func(filter string) string {
		t.Helper()
		dir := t.TempDir()
		out, err := exec.Command(office, "-env:UserInstallation=file://"+profile, "--headless", "--convert-to", filter, "--outdir", dir, oneText+".fodt").CombinedOutput()
		ext, _, _ := strings.Cut(filter, ":")
		file := filepath.Join(dir, filepath.Base(oneText)+"."+ext)
		if _, missing := os.Stat(file); err != nil || missing != nil {
			t.Fatalf("soffice --convert-to %q: %v\n%s", filter, err, out)
		}
		return file
	}
	want := wanted(t, readFile(t, read, oneText+".fodt"))
	compare := func(name, file string, share float64, noNotes bool) {
		t.Helper()
		d := readFile(t, read, file)
		if diff := difference(d, want, share, noNotes); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		t.Logf("%s: %d words, %d in all, %d headings, %d sources", name, d.Words, d.WordsTotal, len(d.Headings), len(d.Sources))
	}
	for _, f := range formats {
		file := save(f.filter)
		compare(f.ext, file, f.near, f.noNotes)
		if !*update {
			continue
		}
		made, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(oneText+"."+f.ext, made, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, filter := range others {
		compare(name, save(filter), 0.01, strings.HasPrefix(filter, string(document.Text)))
	}
}
