package faultproxy

import (
	"bufio"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// script is what the server says to any command.
const script = "* OK [CAPABILITY IMAP4rev1 MOVE IDLE] ready\r\n" +
	"* SEARCH 5 6\r\n" +
	"* ESEARCH (TAG \"a\") UID ALL 5,7:9\r\n" +
	"* 1 FETCH (UID 5 RFC822.SIZE 11 BODY[] {11}\r\na {3}\r\nb.\r\n)\r\n" +
	"* 2 FETCH (UID 6 RFC822.SIZE 4 BODY[] {4}\r\nlast)\r\n"

// play sends a command through a proxy and reads what comes back.
func play(t *testing.T, trouble Trouble, command string) (string, *Proxy) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		if line, err := bufio.NewReader(c).ReadString('\n'); err == nil && strings.HasPrefix(line, "a ") {
			_, _ = io.WriteString(c, script)
		}
	}()
	p, err := Start(l.Addr().String(), Always(trouble))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	c, err := net.Dial("tcp", p.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, command+"\r\n"); err != nil {
		t.Fatal(err)
	}
	if trouble.Hush != "" || trouble.HushAfter > 0 || len(trouble.Refuse) > 0 { // the server waits as well
		_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	}
	said, err := io.ReadAll(c)
	if err != nil && !os.IsTimeout(err) {
		t.Fatal(err)
	}
	return string(said), p
}

func TestTrouble(t *testing.T) {
	for _, c := range []struct {
		name     string
		trouble  Trouble
		old, new string // what is changed of the script
	}{
		{"none", Trouble{}, "", ""},
		{"hidden", Trouble{Hide: []string{"MOVE", "IDLE"}}, " MOVE IDLE]", "]"},
		{"wrong UID", Trouble{Edit: WrongUID(2, -5)}, "UID 6", "UID 1"},
		{"wrong size", Trouble{Edit: WrongSize(1, 3)}, "SIZE 11", "SIZE 14"},
		{"short", Trouble{Edit: ShortLiteral(1, 4)}, "{11}\r\na {3}\r\nb.\r\n", "{7}\r\na {3}\r\n"},
		{"torn", Trouble{Edit: TornLiteral(2, 2)}, "last", "la"},
		{"mangled", Trouble{Edit: Mangled(2, 0)}, "last", "mast"},
		{"strange", Trouble{Edit: Strange(1, 99)}, "SEARCH 5 6", "SEARCH 5 6 99"},
		{"forgets", Trouble{Edit: Forgets(1)}, "SEARCH 5 6", "SEARCH 5"},
		{"strange, in the new way", Trouble{Edit: Strange(2, 99)}, "5,7:9", "5,7:9,99"},
		{"forgets, in the new way", Trouble{Edit: Forgets(2)}, "5,7:9", "5"},
		{"expunged", Trouble{Edit: Expunged(2)}, "* 2 FETCH", "* 1 EXPUNGE\r\n* 2 FETCH"},
		{"unknown", Trouble{Edit: Unknown(2)}, "* SEARCH", "* XFAULT of the weather\r\n* SEARCH"},
		{"bye", Trouble{Edit: Bye(2)}, script[strings.Index(script, "* SEARCH"):], "* BYE the server goes down\r\n"},
		{"two", Trouble{Edit: Many(WrongUID(1, 1), Forgets(1))}, script[strings.Index(script, "5 6"):strings.Index(script, " RFC822")], strings.NewReplacer("5 6", "5", "(UID 5", "(UID 6").Replace(script[strings.Index(script, "5 6"):strings.Index(script, " RFC822")])},
	} {
		want := strings.Replace(script, c.old, c.new, 1)
		if c.old != "" && want == script {
			t.Fatalf("%s: the script has no %q", c.name, c.old)
		}
		if got, _ := play(t, c.trouble, "a FETCH"); got != want {
			t.Errorf("%s: %q; want %q", c.name, got, want)
		}
	}
}

// A cut and a silence are at the very byte, within a literal too.
func TestCutAtAnyByte(t *testing.T) {
	for n := 1; n < len(script); n += 7 {
		if got, _ := play(t, Trouble{CutAfter: int64(n)}, "a FETCH"); got != script[:n] {
			t.Fatalf("cut after %d: %q", n, got)
		}
	}
	if got, _ := play(t, Trouble{HushAfter: 20}, "a FETCH"); got != script[:20] {
		t.Errorf("silent after 20 bytes: %q", got)
	}
	if got, p := play(t, Trouble{Hush: "FETCH"}, "a FETCH"); got != "" || !p.Said("FETCH") || p.Connections() != 1 {
		t.Errorf("silent from FETCH on: %q", got)
	}
}

func TestRefusal(t *testing.T) {
	trouble := Trouble{Refuse: []Refusal{{Word: "UID MOVE", Answer: "NO [OVERQUOTA] full", Times: 1}}}
	if got, _ := play(t, trouble, "x7 UID MOVE 1 Archive"); got != "x7 NO [OVERQUOTA] full\r\n" {
		t.Errorf("refused with %q", got)
	}
	if got, _ := play(t, trouble, "a UID COPY 1 Archive"); got != script {
		t.Errorf("another command: %q", got)
	}
	// What is refused the first time alone passes the second.
	got, _ := play(t, trouble, "x1 UID MOVE 1 Archive\r\nx2 APPEND {3+}\r\nabc\r\na FETCH")
	if want := "x1 NO [OVERQUOTA] full\r\n"; !strings.HasPrefix(got, want) {
		t.Errorf("then: %q", got)
	}
}

func TestAnnounced(t *testing.T) {
	for line, want := range map[string]int64{
		"* 1 FETCH (BODY[] {310}\r\n": 310, "a APPEND x {0}\r\n": 0, "a APPEND x {12+}\r\n": 12,
		"* OK {} \r\n": -1, "* OK {x}\r\n": -1, "* OK 5}\r\n": -1, "\r\n": -1, "* OK {-4}\r\n": -1,
	} {
		n, sync, ok := announced([]byte(line))
		if !ok {
			n = -1
		}
		if n != want || ok && sync == strings.Contains(line, "+") {
			t.Errorf("%q announces %d (waits: %v); want %d", line, n, sync, want)
		}
	}
}

// A seed draws the same trouble each time, and the seeds draw all kinds.
func TestRandom(t *testing.T) {
	kinds := map[string]bool{}
	for seed := range uint64(500) {
		a, b := Random(seed), Random(seed)
		if a.Name != b.Name || a.Name == "" {
			t.Fatalf("seed %d drew %q and %q", seed, a.Name, b.Name)
		}
		kind, _, _ := strings.Cut(a.Name, " ")
		kinds[kind] = true
	}
	if len(kinds) < 12 {
		t.Errorf("500 seeds drew the kinds %v alone", kinds)
	}
}
