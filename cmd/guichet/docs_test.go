package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/localmail"
	builtin "github.com/bara-think-tank/guichet/rules"
)

// documents are the files whose commands people copy.
var documents = []string{"README.md", "CONTRIBUTING.md", "docs/exploitation.md", "docs/redaction.md"}

// TestEveryCommandOfTheDocumentsRuns runs what stands in their sh blocks, in a
// folder that has what they name, on servers in memory.
func TestEveryCommandOfTheDocumentsRuns(t *testing.T) {
	for _, file := range documents {
		t.Run(file, func(t *testing.T) {
			folder := desktop(t)
			commands := shellLines(string(readFile(t, "../../"+file)))
			if len(commands) == 0 {
				t.Fatal("no command found")
			}
			for _, command := range commands {
				runDocumented(t, folder, command)
			}
		})
	}
}

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// shellLines are the commands of a document, comments left out.
func shellLines(text string) (commands []string) {
	for _, block := range shellBlock.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			command, _, _ := strings.Cut(line, " #")
			if command = strings.TrimSpace(command); command != "" {
				commands = append(commands, command)
			}
		}
	}
	return commands
}

// desktop is a folder with a configuration that works, one case and one
// publication and one retraction in its database, and the files that the documents name.
func desktop(t *testing.T) string {
	t.Helper()
	servers, err := localmail.Start(localmail.User{Address: demoContact, Password: "p"},
		localmail.User{Address: demoEditor, Password: "p"}, localmail.User{Address: "lina.moreau@example.fr", Password: "p"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { servers.Close() }) //nolint:errcheck // they live in memory
	folder := t.TempDir()
	write := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mail, err := demoFiles.ReadFile("demo/01-baratin-complete.eml")
	if err != nil {
		t.Fatal(err)
	}
	authors, err := demoFiles.ReadFile("demo/authors.csv")
	if err != nil {
		t.Fatal(err)
	}
	write("mail.eml", mail)
	write("authors.csv", authors)
	write("publications.csv", []byte("référence;format;titre;auteurs;adresses;date;lien\n"+
		"BARA-2024-0007-I;Analyse;L’eau des villes;\"Lina Moreau ; Charles de Gaulle\";lina.moreau@example.fr;2024-03-01;https://bara.example.org/eau\n"+
		"BARA-2023-0003-L;Baratin;Un chiffre faux;Lina Moreau;lina.moreau@example.fr;2023-05-02;https://bara.example.org/chiffre\n"))
	write("texte.docx", attachmentOf(t, mail))
	write("secret", []byte("p"))
	if err := os.CopyFS(filepath.Join(folder, "rules"), builtin.FS); err != nil {
		t.Fatal(err)
	}
	write("guichet.yaml", fmt.Appendf(nil, `database: guichet.db
mailboxes:
  - address: %[1]s
    imap: {server: %[2]q, security: none, user: %[1]s, password_file: secret}
smtp: {server: %[3]q, security: none, user: %[1]s, password_file: secret}
editors: [{name: Camille, address: %[4]s, queues: [all]}]
alarm: {command: [cat]}
`, demoContact, servers.IMAP, servers.SMTP, demoEditor))
	if err := servers.Append(demoContact, "INBOX", mail, time.Now()); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(folder, "guichet.yaml")
	var errs bytes.Buffer
	for _, args := range [][]string{
		{"run", "--once", "--from", "all"},
		{"publications", "import", filepath.Join(folder, "publications.csv")},
		{"decide", "BARA-2023-0003-L", "retract", "--as", "Camille", "--category", "error", "--public", "Un chiffre était faux."},
	} {
		if status := run(append(args, "--config", config), &errs, &errs); status != exitDone {
			t.Fatal(&errs)
		}
	}
	return folder
}

// runDocumented runs one command as a reader would. One that stays is asked to
// stop after a while; a make target only has to be there.
func runDocumented(t *testing.T, folder, command string) {
	t.Helper()
	if target, isMake := strings.CutPrefix(command, "make "); isMake {
		if out, err := exec.Command("make", "-C", "../..", "-n", target).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
		return
	}
	line := strings.Replace(command, "go run ./cmd/guichet", "guichet", 1)
	line = strings.Replace(line, "> guichet.yaml", "> example.yaml", 1)
	if stays := strings.Contains(line, "--stay") || strings.HasPrefix(line, "guichet run") && !strings.Contains(line, "--once"); !stays {
		if out, err := runLine(folder, line, 0); err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
		return
	}
	// A machine that is busy needs longer until there is something to stop.
	var out []byte
	var err error
	for _, until := range []time.Duration{2 * time.Second, 10 * time.Second, time.Minute} {
		if out, err = runLine(folder, line, until); err == nil {
			return
		}
	}
	t.Errorf("%s: %v\n%s", command, err, out)
}

// runLine runs a command line to its end, or asks it to stop after a while.
func runLine(folder, line string, until time.Duration) ([]byte, error) {
	cmd := exec.Command("sh", "-c", "exec "+line)
	cmd.Dir = folder
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if until > 0 {
		timer := time.AfterFunc(until, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
		defer timer.Stop()
	}
	err := cmd.Wait()
	return out.Bytes(), err
}
