package intake_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// stories is one file of testdata/withdrawal.
type stories struct {
	Stories []story `yaml:"stories" required:"true"`
}

// story is mails, time and editors' acts, and what must hold at its end.
type story struct {
	Name  string            `yaml:"name" required:"true"`
	Steps []step            `yaml:"steps" required:"true"`
	Want  map[string]string `yaml:"want"`  // the state of the last request for a work, "none" where there is none
	Told  []string          `yaml:"told"`  // what the last letter to the first sender says
	Asked string            `yaml:"asked"` // an address to which a confirmation went in the story
	Quiet string            `yaml:"quiet"` // an address that gets no letter in the story
	Most  map[string]int    `yaml:"most"`  // how many letters an address gets at most
}

// step is one thing that happens. Of mail there are headers above the border's (our
// own servers'), those of the sender, and the parts.
type step struct {
	From    string   `yaml:"from" empty:"true"`
	Subject string   `yaml:"subject" empty:"true"`
	Body    string   `yaml:"body" empty:"true"`
	Proved  string   `yaml:"proved"` // the domain that our border proves
	Above   []string `yaml:"above"`  // headers above all, our border's
	Headers []string `yaml:"headers"`
	Reply   string   `yaml:"reply"` // In-Reply-To
	Type    string   `yaml:"type"`  // Content-Type; text/plain where there is none
	Times   int      `yaml:"times"` // how often; each with another Message-ID

	Clock string `yaml:"clock"` // time goes by: 25h

	Editor  string `yaml:"editor"` // who acts
	Act     string `yaml:"act"`    // vouch, or a decision
	Work    string `yaml:"work"`
	Address string `yaml:"address"` // that is vouched for
	Refused string `yaml:"refused"` // what the refusal of the act says
}

// readStories reads every file of a folder; a key that is not known is a fault.
func readStories(t *testing.T, folder string) (all []story) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../../testdata/withdrawal", folder, "*.yaml"))
	must(t, err)
	names := map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		must(t, err)
		var read stories
		for _, fault := range yamlfile.Read(file, raw, &read).Faults {
			t.Error(fault)
		}
		for _, s := range read.Stories {
			if names[s.Name] {
				t.Errorf("%s: two stories are called %q", file, s.Name)
			}
			names[s.Name] = true
		}
		all = append(all, read.Stories...)
	}
	return all
}

// raw is the bytes of a step's mail in a world.
func (s step) raw(w *world, n int, newline string) []byte {
	var b strings.Builder
	for _, h := range s.Above {
		fmt.Fprintf(&b, "%s\n", h)
	}
	if s.Proved != "" {
		b.WriteString(strings.Join(proved(s.Proved), "\n") + "\n")
	}
	for _, h := range s.Headers {
		fmt.Fprintf(&b, "%s\n", h)
	}
	if s.From != "" {
		fmt.Fprintf(&b, "From: %s\n", s.From)
	}
	fmt.Fprintf(&b, "To: %s\nSubject: %s\nMessage-ID: <story-%d@out.test>\n", contact, s.Subject, n)
	if s.Reply != "" {
		fmt.Fprintf(&b, "In-Reply-To: %s\n", s.Reply)
	}
	kind := s.Type
	if kind == "" {
		kind = "text/plain; charset=utf-8"
	}
	fmt.Fprintf(&b, "MIME-Version: 1.0\nContent-Type: %s\n\n%s\n", kind, s.Body)
	return []byte(strings.ReplaceAll(w.fill(b.String()), "\n", newline))
}

// play plays a story and checks after each mail to whom the desk wrote.
func (w *world) play(s story, newline string) {
	w.t.Helper()
	n := 0
	for _, step := range s.Steps {
		switch {
		case step.Clock != "":
			d, err := time.ParseDuration(step.Clock)
			must(w.t, err)
			w.pass(d)
		case step.Act != "":
			w.act(step)
		default:
			for range max(step.Times, 1) {
				n++
				before := len(w.letters)
				raw := step.raw(w, n, newline)
				w.mail(raw)
				w.checkRecipients(raw, w.letters[before:])
			}
		}
	}
}

func (w *world) act(s step) {
	w.t.Helper()
	ref := w.works[s.Work]
	if ref == "" {
		ref = desk.Reference(w.fill(s.Work))
	}
	var err error
	if s.Act == "vouch" {
		_, err = w.desk.Vouch(w.t.Context(), ref, s.Address, s.Editor)
	} else {
		_, err = w.desk.Decide(w.t.Context(), triage.Order{Reference: ref, Act: desk.Act(s.Act), Editor: s.Editor, Motive: "motif", URL: "https://bara.example.org/" + s.Work, Category: "error", Public: "Une erreur."})
	}
	if (err == nil) != (s.Refused == "") || err != nil && !strings.Contains(err.Error(), s.Refused) {
		w.t.Errorf("%s %s by %s: %v, want %q", s.Act, s.Work, s.Editor, err, s.Refused)
	}
	w.send()
}

// authors are the addresses on file of each work's authors.
func (w *world) authors() (all []string) {
	w.t.Helper()
	for _, ref := range w.works {
		if found, err := w.db.Work(w.t.Context(), ref); err == nil {
			for _, s := range found.Authors() {
				all = append(all, s.Addresses...)
			}
		}
	}
	return all
}

// checkRecipients: whatever a mail brings about goes to From's own address, or to an
// author's on file; in clear to one address, and to nobody in copy.
func (w *world) checkRecipients(raw []byte, letters []letter) {
	w.t.Helper()
	m, err := email.Parse(raw)
	must(w.t, err)
	for _, l := range letters {
		if l.Recipient != m.From.Address && !slices.Contains(w.authors(), l.Recipient) {
			w.t.Errorf("a letter (%s) went to %s: From is %q", l.Kind, l.Recipient, m.From.Address)
		}
		if len(l.To) != 1 || l.To[0].Address != l.Recipient || l.Get("Cc")+l.Get("Bcc")+l.Get("Reply-To") != "" {
			w.t.Errorf("a letter to %s has To %v, Cc %q, Reply-To %q", l.Recipient, l.To, l.Get("Cc"), l.Get("Reply-To"))
		}
	}
}

// checkSound: everything on record agrees with the log, whose chain holds, and every
// mail has one ending.
func (w *world) checkSound() {
	w.t.Helper()
	must(w.t, w.db.Verify(w.t.Context(), nil, func(v store.Verified) {
		if v.Fault != nil {
			w.t.Errorf("verify %s: %v", v.What, v.Fault)
		}
	}))
	tally, err := w.db.Tally(w.t.Context(), time.Time{}, w.at.Add(time.Hour))
	must(w.t, err)
	sum := 0
	for _, ending := range desk.Endings {
		sum += tally[ending]
	}
	if sum != int(w.uid) {
		w.t.Errorf("%d mails came, %d have an ending: %v", w.uid, sum, tally)
	}
}

// check compares what a story came to with what it wants.
func (w *world) check(s story) {
	w.t.Helper()
	for name, want := range s.Want {
		if got := string(w.state(name)); got != want && (got != "" || want != "none") {
			w.t.Errorf("the request for %s is %q, want %q", name, got, want)
		}
	}
	first, err := email.Parse(s.Steps[0].raw(w, 0, "\n"))
	must(w.t, err)
	for _, want := range s.Told {
		if l := w.to(first.From.Address, ""); l == nil || !strings.Contains(plain(l.Text), want) {
			w.t.Errorf("%s was not told %q:\n%s", first.From.Address, want, w.mailbox(first.From.Address))
		}
	}
	if s.Asked != "" && w.to(s.Asked, "confirmation") == nil {
		w.t.Errorf("nobody asked %s to confirm:\n%s", s.Asked, w.mailbox(s.Asked))
	}
	if s.Quiet != "" && w.to(s.Quiet, "") != nil {
		w.t.Errorf("%s got a letter:\n%s", s.Quiet, w.mailbox(s.Quiet))
	}
	for address, most := range s.Most {
		n := 0
		for _, l := range w.letters {
			if l.Recipient == address {
				n++
			}
		}
		if n > most {
			w.t.Errorf("%s got %d letters, at most %d are wanted", address, n, most)
		}
	}
	w.checkSound()
}

// plain is a text with plain spaces, on one line.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// mailbox is every letter to an address.
func (w *world) mailbox(address string) string {
	var b bytes.Buffer
	for _, l := range w.letters {
		if l.Recipient == address {
			fmt.Fprintf(&b, "--- %s: %s\n%s\n", l.Kind, l.Subject, l.Text)
		}
	}
	return b.String()
}

// private is what only authors may read of a work: its title, its authors, its page.
func (w *world) private() (all []string) {
	for name, ref := range w.works {
		found, err := w.db.Work(w.t.Context(), ref)
		if err != nil || name == "zoe" {
			continue
		}
		all = append(all, found.Title(), "Léa", "Noé", "Martin")
		if p := found.Publication; p != nil {
			all = append(all, p.URL)
		}
	}
	return all
}

// checkNothingRevealed: whoever is no author of what Léa and Noé wrote gets, letter by
// letter, what a desk would write that never had a work of theirs.
func (w *world) checkNothingRevealed(shadow *world, s story) {
	w.t.Helper()
	known := []string{leaAddress, leaOther, noeAddress}
	strangers := func(w *world) (texts []string) {
		for _, l := range w.letters {
			if !slices.Contains(known, l.Recipient) {
				texts = append(texts, l.Recipient+"\n"+l.Subject+"\n"+tokenPage.ReplaceAllString(l.Text, "retrait/…"))
			}
		}
		return texts
	}
	got, want := strangers(w), strangers(shadow)
	if !slices.Equal(got, want) {
		w.t.Errorf("the desk with works wrote strangers\n%s\nand the desk without\n%s", strings.Join(got, "\n===\n"), strings.Join(want, "\n===\n"))
	}
	var typed strings.Builder
	for i, step := range s.Steps {
		typed.Write(step.raw(w, i, "\n"))
	}
	for _, text := range got {
		for _, secret := range w.private() {
			if secret != "" && strings.Contains(text, secret) && !strings.Contains(typed.String(), secret) {
				w.t.Errorf("a stranger was told %q:\n%s", secret, text)
			}
		}
	}
}

// tokenPage is the page of a token: random, and so another in each world.
var tokenPage = regexp.MustCompile(`retrait/\w+`)

// TestAttacks plays every attack: no withdrawal takes effect that the story does not
// want, no letter goes to a third address, nothing is revealed.
func TestAttacks(t *testing.T) {
	all := readStories(t, "attacks")
	if len(all) < 60 {
		t.Errorf("%d attacks, want 60", len(all))
	}
	for _, s := range all {
		for name, newline := range newlines {
			t.Run(s.Name+", "+name, func(t *testing.T) {
				t.Parallel()
				w, shadow := newWorld(t, true), newWorld(t, false)
				before := w.stands()
				w.play(s, newline)
				w.check(s)
				if after := w.stands(); !maps.Equal(before, after) {
					t.Errorf("the works stood as %v, and stand as %v", before, after)
				}
				for _, r := range w.requests() {
					work := ""
					for name, ref := range w.works {
						if ref == r.Work.Reference() {
							work = name
						}
					}
					if r.Proved() && s.Want[work] != string(r.State) {
						t.Errorf("the request for %s is %s, by %s", work, r.State, r.ConfirmedBy)
					}
				}
				if slices.ContainsFunc(s.Steps, func(s step) bool { return s.Act != "" }) {
					return // what editors decide is told to whom they vouch for
				}
				shadow.play(s, newline)
				w.checkNothingRevealed(shadow, s)
			})
		}
	}
}

// TestRequests plays every legitimate request, clumsy as real ones are.
func TestRequests(t *testing.T) {
	all := readStories(t, "requests")
	if len(all) < 30 {
		t.Errorf("%d requests, want 30", len(all))
	}
	for _, s := range all {
		for name, newline := range newlines {
			t.Run(s.Name+", "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, true)
				w.play(s, newline)
				w.check(s)
			})
		}
	}
}
