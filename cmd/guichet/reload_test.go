package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/sandbox"
	"github.com/bara-think-tank/guichet/internal/store"
	builtin "github.com/bara-think-tank/guichet/rules"
)

// TestRulesReload changes the rules of a desk that runs, for the better and for
// the worse: the mails before and after are decided by what was in force.
func TestRulesReload(t *testing.T) {
	for name, town := range map[string]func(*testing.T) *town{"Dovecot and Postfix": realTown, "in memory": embeddedTown} {
		t.Run(name, func(t *testing.T) { reload(t, town(t)) })
	}
}

func reload(t *testing.T, w *town) {
	w.ownRules()
	d := w.start()
	w.awaitTakeOver()
	first := w.submitted(1, "Guichet/Baratins", 1)
	if length(first) != desk.Fail {
		t.Fatalf("150 words are enough: %+v", first.Findings)
	}

	// Two files, one after another: the limit, and the folder.
	w.editRules("formats/baratin.yaml", "min: 250,", "min: 100,")
	w.editRules("formats/baratin.yaml", "folder: Baratins", "folder: Textes courts")
	d.await("the rules have changed", 1)
	second := w.submitted(2, "Guichet/Textes courts", 1)
	if length(second) != desk.Pass || second.Rules == first.Rules {
		t.Errorf("after the change: %s, rules %s and %s", length(second), first.Rules, second.Rules)
	}

	// A fault is told with its place, by check too, and changes nothing.
	w.editRules("formats/baratin.yaml", "name: Baratin", "nam: Baratin")
	d.await("rules/formats/baratin.yaml:5:1: the key nam is not known here", 1)
	third := w.submitted(3, "Guichet/Textes courts", 2)
	if third.Rules != second.Rules || length(third) != desk.Pass {
		t.Errorf("under rules that were refused: %s, rules %s", length(third), third.Rules)
	}
	var errs bytes.Buffer
	if status := run([]string{"check", "--config", filepath.Join(w.folder, "guichet.yaml")}, io.Discard, &errs); status != exitBadUse ||
		!strings.Contains(errs.String(), "formats/baratin.yaml:5:1: the key nam") {
		t.Errorf("check: status %d, %s", status, &errs)
	}

	// References that were given must be found.
	w.editRules("formats/baratin.yaml", "nam: Baratin", "name: Baratin")
	w.editRules("desk.yaml", "prefix: BARA", "prefix: AUTRE")
	d.await("the prefix was BARA and is AUTRE", 1)
	w.editRules("desk.yaml", "prefix: AUTRE", "prefix: BARA")

	// SIGHUP asks at once.
	w.editRules("formats/baratin.yaml", "min: 100,", "min: 140,")
	d.signal(syscall.SIGHUP)
	d.await("the rules have changed", 2)
	fourth := w.submitted(4, "Guichet/Textes courts", 3)
	if fourth.Rules == second.Rules || limit(fourth) != "140–800" {
		t.Errorf("after SIGHUP: limit %s, rules %s", limit(fourth), fourth.Rules)
	}
	d.signal(syscall.SIGHUP)
	d.await("SIGHUP: the rules in force stay", 1)

	// A rehearsal beside the desk that runs: the first text, judged before, passes now.
	rehearsed := w.guichet("rehearse", "--rules", filepath.Join(w.folder, "rules"))
	if !strings.Contains(rehearsed, "4 versions rejouées") || !strings.Contains(rehearsed, "     3  sans changement\n") {
		t.Errorf("rehearsed:\n%s", rehearsed)
	}
	d.stop()
	if told := strings.Count(d.log(), "the key nam is not known"); told != 1 {
		t.Errorf("the fault was told %d times:\n%s", told, d.log())
	}
}

// ownRules gives the desk a rules folder of its own.
func (w *town) ownRules() {
	w.t.Helper()
	if err := os.CopyFS(filepath.Join(w.folder, "rules"), builtin.FS); err != nil {
		w.t.Fatal(err)
	}
	config := string(readFile(w.t, filepath.Join(w.folder, "guichet.yaml")))
	w.write("guichet.yaml", "rules: rules\n"+config)
}

// editRules changes a word of a rules file, which it must hold.
func (w *town) editRules(file, from, to string) {
	w.t.Helper()
	text := string(readFile(w.t, filepath.Join(w.folder, "rules", file)))
	if !strings.Contains(text, from) {
		w.t.Fatalf("%s does not hold %q", file, from)
	}
	w.write("rules/"+file, strings.Replace(text, from, to, 1))
}

// submitted sends the nth text, waits until it is filed as the last of so many in
// a folder, and gives what was recorded of it.
func (w *town) submitted(n int, folder string, filed int) versionLine {
	w.t.Helper()
	words := strings.Repeat(fmt.Sprintf("Le logement manque dans les villes universitaires du numéro %d. ", n), 15)
	w.submit(fmt.Sprintf("Subject: Baratin : Se loger, chapitre %d\r\nContent-Type: text/plain; charset=utf-8", n), words+"\r\n")
	ref := anyReference.FindString(w.mail(student, "INBOX", n).Text)
	w.mail(contact, folder, filed)
	var d dossier
	if err := json.Unmarshal([]byte(w.guichet("show", ref, "--json")), &d); err != nil || len(d.Versions) != 1 {
		w.t.Fatalf("%s: %v, %+v", ref, err, d)
	}
	return d.Versions[0]
}

// lengthOf is what the criterion on the length found.
func lengthOf(findings []desk.Finding) desk.Finding {
	for _, f := range findings {
		if f.Criterion == "length" {
			return f
		}
	}
	return desk.Finding{}
}

func length(v versionLine) desk.Result { return lengthOf(v.Findings).Result }
func limit(v versionLine) string       { return lengthOf(v.Findings).Limit }

// running is a desk in a process of its own.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	path string // of its log
}

func (w *town) start() *running {
	w.t.Helper()
	r := &running{
		t: w.t, path: filepath.Join(w.folder, "log"),
		cmd: exec.Command("guichet", "run", "--from", "now", "--config", "guichet.yaml"),
	}
	log, err := os.Create(r.path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer log.Close()
	r.cmd.Dir, r.cmd.Stderr = w.folder, log
	if err := r.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	return r
}

func (r *running) log() string { return string(readFile(r.t, r.path)) }

// await waits until the log says something for the nth time.
func (r *running) await(said string, n int) {
	r.t.Helper()
	for deadline := time.Now().Add(time.Minute); strings.Count(r.log(), said) < n; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("the desk does not say %q:\n%s", said, r.log())
		}
	}
}

func (r *running) signal(s os.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
}

func (r *running) stop() {
	r.t.Helper()
	r.signal(syscall.SIGTERM)
	if err := r.cmd.Wait(); err != nil {
		r.t.Errorf("after SIGTERM: %v\n%s", err, r.log())
	}
}

// deskAtRest is a desk that runs nowhere: its parts over a database and a rules
// folder, with an editor of one queue.
func deskAtRest(t *testing.T) (*works, *Config, *town) {
	t.Helper()
	w := &town{t: t, folder: t.TempDir(), imap: "127.0.0.1:1", log: func() string { return "" }}
	w.configure("security: none", `server: "127.0.0.1:1", security: none`)
	w.ownRules()
	config := string(readFile(t, filepath.Join(w.folder, "guichet.yaml")))
	w.write("guichet.yaml", strings.Replace(config, "queues: [all]", "queues: [baratin]", 1))
	c, err := loadConfig(filepath.Join(w.folder, "guichet.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), filepath.Join(w.folder, "guichet.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	a := &app{ctx: t.Context(), now: time.Now, log: slog.New(slog.DiscardHandler), errs: io.Discard}
	if a.reader, err = sandbox.New(a.log); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.reader.Close)
	made, err := a.assemble(c, db)
	if err != nil {
		t.Fatal(err)
	}
	return made, c, w
}

// A format that goes takes its queue away, which an editor of the configuration
// may not lose; one that nobody names may go, and its folder with it.
func TestAFormatThatGoes(t *testing.T) {
	w, c, town := deskAtRest(t)
	fits := func(next *edition) error { return w.fits(c, w.books[0], next) }
	if err := os.Remove(filepath.Join(town.folder, "rules/formats/baragouin.yaml")); err != nil {
		t.Fatal(err)
	}
	if taken, err := w.books[0].reload(fits); !taken || err != nil {
		t.Errorf("without Baragouin: %v, %v", taken, err)
	}
	if _, known := w.stations[0].rules().Desk.Folders["baragouin"]; known || len(w.queues()) != 6 {
		t.Errorf("queues %v", w.queues())
	}
	if err := os.Remove(filepath.Join(town.folder, "rules/formats/baratin.yaml")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time is like the first
		_, err := w.books[0].reload(fits)
		var faults desk.Faults
		if !errors.As(err, &faults) || faults[0].Line == 0 || !strings.Contains(err.Error(), "there is no queue baratin") {
			t.Errorf("without Baratin: %v", err)
		}
	}
	if folder := w.stations[0].folder("baratin"); folder != "Guichet/Baratins" {
		t.Errorf("the folder of Baratin is %s", folder)
	}
}

// A folder that changes under the eyes is left alone until it stands still.
func TestAFolderStandsStill(t *testing.T) {
	w, _, town := deskAtRest(t)
	b := w.books[0]
	if b.quiet() {
		t.Fatal("nothing has changed")
	}
	town.editRules("formats/baratin.yaml", "min: 250,", "min: 2000,")
	if b.quiet() {
		t.Error("the first look")
	}
	town.editRules("formats/baratin.yaml", "max: 800}", "max: 3000}")
	if b.quiet() {
		t.Error("it has changed between two looks")
	}
	if !b.quiet() {
		t.Error("it stands still")
	}
}

// While the rules change, each mail is decided by one edition: what it measured,
// and the hash that it bears, are of the same rules.
func TestAMailIsOfOneEdition(t *testing.T) {
	w, _, town := deskAtRest(t)
	s, b := w.stations[0], w.books[0]
	first := b.edition()
	town.editRules("formats/baratin.yaml", "min: 250,", "min: 100,")
	if _, err := b.reload(func(*edition) error { return nil }); err != nil {
		t.Fatal(err)
	}
	limits := map[string]string{first.rules.Hash(): "250–800", b.edition().rules.Hash(): "100–800"}
	editions := []*edition{first, b.edition()}
	s.recorded = func(e *desk.Entry, set *rules.Set) {
		if e.Version == nil || e.Version.RulesHash != set.Hash() || lengthOf(e.Version.Findings).Limit != limits[set.Hash()] {
			t.Errorf("%+v under %s", e.Version, set.Hash())
		}
	}
	done := make(chan struct{})
	var flips sync.WaitGroup
	flips.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				b.inForce.Store(editions[i%2])
			}
		}
	})
	for uid := range uint32(20) {
		raw := fmt.Appendf(nil, "From: lina@example.fr\r\nMessage-ID: <%d@example.fr>\r\nSubject: Baratin : %d\r\n\r\n%x %s\r\n",
			uid, uid, sha256.Sum256([]byte{byte(uid)}), strings.Repeat("Le logement manque dans nos villes. ", 30))
		r := desk.Received{Mailbox: contact.Address, UIDValidity: 1, UID: uid + 1, Raw: raw, At: time.Now()}
		if err := s.process(t.Context(), []desk.Received{r})(); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	flips.Wait()
}
