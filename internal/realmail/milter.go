package realmail

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Milters are a running OpenDKIM and OpenDMARC: they judge every mail and write
// what they found into Authentication-Results headers.
type Milters struct {
	t      Host
	folder string
	list   []*milter
}

// milter is one of the two.
type milter struct {
	name    string
	socket  string // path
	command *exec.Cmd
	ended   chan struct{} // closed when it has ended
}

// StartMilters starts OpenDKIM and OpenDMARC for the border mx.example.org, which
// is also their authserv-id. They look nothing up: the domains' records are the
// whole DNS. They are stopped when the test ends, after what was started later.
func StartMilters(t Host, domains ...*Domain) *Milters {
	t.Helper()
	m := &Milters{t: t, folder: folder(t, "milters")}
	var records strings.Builder
	records.WriteString(noRecord)
	for _, d := range domains {
		records.WriteString(d.records())
	}
	m.write("records", records.String())
	m.write("own-hosts", ownHosts)
	m.start("opendkim", "-x", openDKIMRules+fmt.Sprintf(openDKIMTest, m.folder))
	m.start("opendmarc", "-c", openDMARCRules+fmt.Sprintf(openDMARCTest, m.folder))
	return m
}

// Sockets are what Postfix asks, in that order.
func (m *Milters) Sockets() []string {
	var sockets []string
	for _, one := range m.list {
		sockets = append(sockets, "unix:"+one.socket)
	}
	return sockets
}

// Log is what the milters have said so far, for a test that fails.
func (m *Milters) Log() string {
	var log strings.Builder
	for _, one := range m.list {
		said, err := os.ReadFile(filepath.Join(m.folder, one.name+".output"))
		if err != nil {
			said = []byte(err.Error())
		}
		fmt.Fprintf(&log, "%s: %s\n", one.name, said)
	}
	return log.String()
}

// start starts a milter and waits until it answers; option names its configuration.
func (m *Milters) start(name, option, conf string) {
	m.t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		m.t.Fatalf("%s is not installed (%v): apt-get install %[1]s", name, err)
	}
	m.write(name+".conf", conf)
	said, err := os.Create(filepath.Join(m.folder, name+".output"))
	if err != nil {
		m.t.Fatal(err)
	}
	defer said.Close() // the process has its own
	one := &milter{name: name, socket: filepath.Join(m.folder, name+".sock"), ended: make(chan struct{})}
	m.list = append(m.list, one)
	one.command = exec.Command(name, "-f", option, filepath.Join(m.folder, name+".conf"))
	one.command.Stdout, one.command.Stderr = said, said
	if err := one.command.Start(); err != nil {
		m.t.Fatalf("starting %s: %v", name, err)
	}
	go func() {
		defer close(one.ended)
		_ = one.command.Wait() // how it ended is in its ProcessState
	}()
	m.t.Cleanup(one.stop)
	for deadline := time.Now().Add(30 * time.Second); !answers(one.socket); time.Sleep(20 * time.Millisecond) {
		select {
		case <-one.ended:
			m.t.Fatalf("%s ended at once: %v\n%s", name, one.command.ProcessState, m.Log())
		default:
		}
		if time.Now().After(deadline) {
			m.t.Fatalf("%s does not answer\n%s", name, m.Log())
		}
	}
}

// stop ends a milter. It is killed: it holds nothing, and told to end it would
// take the five seconds in which its library looks at signals.
func (one *milter) stop() {
	_ = one.command.Process.Kill() // it may have ended by itself
	<-one.ended
}

// answers says whether somebody listens on a socket; a milter does not speak first.
func answers(socket string) bool {
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

func (m *Milters) write(name, content string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.folder, name), []byte(content), 0o644); err != nil {
		m.t.Fatal(err)
	}
}
