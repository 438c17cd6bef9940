package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/hook"
	"github.com/bara-think-tank/guichet/internal/tombstone"
)

// newsroom is a site that is told of publications by a webhook.
type newsroom struct {
	t     *testing.T
	mutex sync.Mutex
	told  []tombstone.Announcement
	busy  int // answers 503 so many times
}

const sharedSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func (n *newsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if n.busy > 0 {
		n.busy--
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		n.t.Error(err)
	}
	key, _ := hook.Key(sharedSecret)
	seconds, _ := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
	if r.Header.Get("webhook-signature") != hook.Sign(key, r.Header.Get("webhook-id"), time.Unix(seconds, 0), body) {
		n.t.Errorf("a signature that is not ours: %v", r.Header)
	}
	var a tombstone.Announcement
	if err := json.Unmarshal(body, &a); err != nil || fmt.Sprint(a.Event) != r.Header.Get("webhook-id") {
		n.t.Errorf("%v\n%s", err, body)
	}
	n.told = append(n.told, a)
}

// await waits until the site was told so many changes, and gives their types.
func (n *newsroom) await(count int) (types []string) {
	n.t.Helper()
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		n.mutex.Lock()
		types = nil
		for _, a := range n.told {
			types = append(types, a.Type)
		}
		n.mutex.Unlock()
		if len(types) >= count {
			return types
		}
		if time.Now().After(deadline) {
			n.t.Fatalf("the site was told %v, want %d changes", types, count)
		}
	}
}

var pageLink = regexp.MustCompile(`http://\S+/retrait/\S+`)

// TestTheRecordOfAText follows a text from its publication to its retraction: the
// site is told, the author confirms a withdrawal on the page, the notice is made, and
// everything on record is verified, then changed behind the desk's back.
func TestTheRecordOfAText(t *testing.T) {
	w, site := embeddedTown(t), &newsroom{t: t}
	webhook := httptest.NewServer(site)
	defer webhook.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := free.Addr().String()
	free.Close()
	w.write("hook.secret", sharedSecret+"\n")
	w.write("guichet.yaml", string(readFile(t, filepath.Join(w.folder, "guichet.yaml")))+fmt.Sprintf(`web: {listen: %[1]q, url: "http://%[1]s"}
hook:
  command: [/bin/sh, -c, 'cat >> told; echo " $GUICHET_EVENT" >> told']
  url: %[2]q
  secret_file: hook.secret
`, listen, webhook.URL))
	d := w.start()
	w.awaitTakeOver()
	header, body := attached(t, "Baratin : Se loger", "01-baratin-complete.eml")
	w.submit(header, body)
	ref := regexp.MustCompile(`BARA-\d{4}-\d{4}-\w`).FindString(w.mail(student, "INBOX", 1).Text)
	w.guichet("decide", ref, "accept", "--as", "Camille")
	w.guichet("publish", ref, "--url", "https://bara.example.org/se-loger", "--as", "Camille")
	if told := site.await(1); told[0] != "published" {
		t.Fatalf("the site was told %v", told)
	}
	if said := w.refused("tombstone", ref); !strings.Contains(said, ref+" is published: it stands as it was published") {
		t.Errorf("tombstone: %s", said)
	}

	confirmOnThePage(t, w, ref)

	w.guichet("decide", ref, "retract", "--as", "Camille", "--category", "error", "--public", "Un chiffre était <faux>.", "--motive", "affaire privée")
	if told := site.await(2); !slices.Equal(told, []string{"published", "retracted"}) {
		t.Errorf("the site was told %v", told)
	}
	stone := site.told[1].Tombstone
	if stone == nil || stone.Type != "retraction" || stone.Reason.Text != "Un chiffre était <faux>." || stone.Work.ID != ref {
		t.Errorf("told %+v", stone)
	}
	for _, format := range []string{"text", "html", "json"} {
		made := w.guichet("tombstone", ref, "--format", format)
		if !strings.Contains(made, "Un chiffre était") || !strings.Contains(made, "https://bara.example.org/se-loger") ||
			!strings.Contains(made, stone.ID) || strings.Contains(made, "privée") || strings.Contains(made, student.Address) {
			t.Errorf("%s:\n%s", format, made)
		}
	}
	if text := w.guichet("tombstone", ref, "--lang", "en"); strings.Contains(text, "rétracté") || !strings.Contains(text, "Retracted") {
		t.Errorf("in English:\n%s", text)
	}
	if told := string(readFile(t, filepath.Join(w.folder, "told"))); strings.Count(told, `{"event":`) != 2 || !strings.Contains(told, fmt.Sprintf("} %d\n", site.told[1].Event)) {
		t.Errorf("the command was told:\n%s", told)
	}
	if verified := w.guichet("verify"); strings.Count(verified, "\nok ")+1 != 13 { // beside the desk that runs
		t.Errorf("verify:\n%s", verified)
	}
	eraseTheAuthor(t, w, site, ref)
	d.stop()
	if strings.Contains(d.log(), "/retrait/") {
		t.Errorf("the log holds a link:\n%s", d.log())
	}
	w.execute(`UPDATE publications SET state = 'published'`)
	if said := w.refused("verify"); !strings.Contains(said, "failed   states       the publication "+ref+" is published, and the log says retracted; ") {
		t.Errorf("verify:\n%s", said)
	}
}

// eraseTheAuthor has the author forgotten: the site and the notice bear no name any
// more, their mails leave the mailbox, and everything on record is still verified.
func eraseTheAuthor(t *testing.T, w *town, site *newsroom, ref string) {
	t.Helper()
	config := filepath.Join(w.folder, "guichet.yaml")
	if said := w.guichet("authors", "export", student.Address, filepath.Join(w.folder, "person.zip")); !strings.Contains(said, "2 cases, 1 publications") {
		t.Errorf("export: %s", said)
	}
	said := ""
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var out bytes.Buffer
		if run([]string{"authors", "erase", student.Address, "--yes", "--config", config}, &out, &out) == exitDone {
			said = out.String()
			break
		}
		if !strings.Contains(out.String(), "have not left") || time.Now().After(deadline) {
			t.Fatal(&out)
		}
	}
	if !strings.Contains(said, ref+": signed by auteur retiré from now on") {
		t.Errorf("erase: %s", said)
	}
	site.await(3)
	if told := site.told[2]; told.Type != "retracted" || !slices.Equal(told.Authors, []string{"auteur retiré"}) || told.Tombstone.Title[0] == "" {
		t.Errorf("the site was told %+v", told)
	}
	for _, format := range []string{"text", "html", "json"} {
		if made := w.guichet("tombstone", ref, "--format", format); !strings.Contains(made, "auteur retiré") || strings.Contains(made, "Moreau") {
			t.Errorf("%s:\n%s", format, made)
		}
	}
	if verified := w.guichet("verify"); strings.Count(verified, "\nok ")+1 != 13 {
		t.Errorf("verify:\n%s", verified)
	}
}

// confirmOnThePage asks for a withdrawal and confirms it by the link in the mail that
// the author gets.
func confirmOnThePage(t *testing.T, w *town, ref string) {
	t.Helper()
	w.submit("Subject: Retrait baratin\r\nContent-Type: text/plain; charset=utf-8", "Bonjour, merci de retirer "+ref+".\r\n")
	link := pageLink.FindString(w.mail(student, "INBOX", 4).Text)
	if link == "" {
		t.Fatalf("no link in:\n%s", w.mail(student, "INBOX", 4).Text)
	}
	for range 3 {
		if status, page := fetch(t, http.MethodGet, link); status != http.StatusOK || !strings.Contains(page, "Je confirme le retrait") {
			t.Fatalf("GET: %d\n%s", status, page)
		}
	}
	w.mail(student, "INBOX", 4) // looking confirms nothing
	if status, page := fetch(t, http.MethodPost, link); status != http.StatusOK || !strings.Contains(page, "C’est confirmé") {
		t.Fatalf("POST: %d\n%s", status, page)
	}
	if told := w.mail(student, "INBOX", 5).Text; !strings.Contains(told, "annuler") {
		t.Errorf("the author is told:\n%s", told)
	}
	if status, page := fetch(t, http.MethodPost, link); status != http.StatusNotFound || !strings.Contains(page, "n’est plus valable") {
		t.Errorf("POST again: %d\n%s", status, page)
	}
}

func fetch(t *testing.T, method, link string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// refused runs the program, wants status 1 and gives all that it printed.
func (w *town) refused(args ...string) string {
	w.t.Helper()
	var out bytes.Buffer
	args = append(args, "--config", filepath.Join(w.folder, "guichet.yaml"))
	if status := run(args, &out, &out); status != exitFailed {
		w.t.Fatalf("guichet %v: status %d, want %d\n%s", args, status, exitFailed, &out)
	}
	return out.String()
}

// A site that is away is told by a later run, in order, and until then the queue and
// check say so.
func TestASiteThatIsAway(t *testing.T) {
	w, site := embeddedTown(t), &newsroom{t: t, busy: 1}
	webhook := httptest.NewServer(site)
	defer webhook.Close()
	w.write("hook.secret", sharedSecret)
	w.write("guichet.yaml", string(readFile(t, filepath.Join(w.folder, "guichet.yaml")))+
		fmt.Sprintf("hook: {url: %q, secret_file: hook.secret}\n", webhook.URL))
	w.guichet("run", "--once", "--from", "all")
	w.write("publications.csv", "référence;format;titre;auteurs;adresses;date;lien\n"+
		"OLD-1;Analyse;L’eau des villes;Lina Moreau;lina.moreau@example.fr;2024-03-01;https://bara.example.org/eau\n")
	w.guichet("publications", "import", filepath.Join(w.folder, "publications.csv"))
	w.guichet("decide", "OLD-1", "concern", "--as", "Camille", "--category", "error", "--public", "Nous vérifions.")
	w.guichet("decide", "OLD-1", "reinstate", "--as", "Camille", "--motive", "Tout va bien.")
	w.guichet("run", "--once")
	if len(site.told) != 0 {
		t.Fatalf("told %+v", site.told)
	}
	if said := w.guichet("queue"); !strings.Contains(said, "tried 1 times: the site is not told yet of change") || !strings.Contains(said, "of OLD-1: the webhook answered 503") {
		t.Errorf("queue:\n%s", said)
	}
	w.execute(`UPDATE signals SET next_at = 0`)
	w.guichet("run", "--once")
	if told := site.await(2); !slices.Equal(told, []string{"concern", "reinstated"}) {
		t.Errorf("told %v", told)
	}
	if said := w.guichet("queue"); strings.Contains(said, "the site") {
		t.Errorf("queue:\n%s", said)
	}
	w.guichet("verify")
}
