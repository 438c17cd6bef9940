package main

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// control is the package's description (deb-control(5)).
const control = `Package: guichet
Version: %s
Architecture: %s
Maintainer: BARA <contact@example.org>
Installed-Size: %d
Depends: adduser
Recommends: ca-certificates, systemd
Section: mail
Priority: optional
Description: submission and retraction desk that people use by e-mail
 Guichet watches a publication's contact mailbox, understands each mail,
 checks it against the publication's own rules, records it, answers it, and
 hands editors sorted queues. Nothing that it receives is lost, and nothing
 is answered twice on purpose.
 .
 This package holds the one program, its systemd units, an example of the
 configuration, and the guides for who runs the server and for editors, in
 French.
`

// conffiles are what an administrator changes, and an upgrade leaves alone.
var conffiles = []string{"etc/default/guichet", "etc/guichet/guichet.yaml"}

// deb is the Debian package (deb(5)): an ar archive of the version of the format, what
// dpkg reads, and the files.
func (p project) deb(binary []byte) ([]byte, error) {
	files, err := p.files(binary)
	if err != nil {
		return nil, err
	}
	about, err := p.about(files)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("!<arch>\n")
	p.member(&out, "debian-binary", []byte("2.0\n"))
	for _, part := range []struct {
		name string
		tree *tree
	}{{"control.tar.gz", about}, {"data.tar.gz", files}} {
		packed, err := part.tree.tar("./")
		if err != nil {
			return nil, err
		}
		if packed, err = zipped(packed); err != nil {
			return nil, err
		}
		p.member(&out, part.name, packed)
	}
	return out.Bytes(), nil
}

// member appends one file to an ar archive.
func (p project) member(out *bytes.Buffer, name string, data []byte) {
	fmt.Fprintf(out, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", name, p.Date.Unix(), 0, 0, "100644", len(data))
	out.Write(data)
	if len(data)%2 == 1 {
		out.WriteByte('\n')
	}
}

// files is what is installed.
func (p project) files(binary []byte) (*tree, error) {
	t := newTree(p.Date)
	t.entries = append(t.entries, entry{name: "/", mode: 0o755})
	t.file("usr/bin/guichet", 0o755, binary)
	config, err := p.config()
	if err != nil {
		return nil, err
	}
	t.file("etc/guichet/guichet.yaml", 0o640, config)
	t.folder("etc/guichet/secrets", 0o700, 0)
	for _, f := range []struct{ from, to string }{
		{"package/guichet.default", "etc/default/guichet"},
		{"package/guichet.service", "lib/systemd/system/guichet.service"},
		{"package/guichet-backup.service", "lib/systemd/system/guichet-backup.service"},
		{"package/guichet-backup.timer", "lib/systemd/system/guichet-backup.timer"},
		{"package/lintian-overrides", "usr/share/lintian/overrides/guichet"},
		{"package/copyright", "usr/share/doc/guichet/copyright"},
		{"docs/exploitation.md", "usr/share/doc/guichet/exploitation.md"},
		{"docs/redaction.md", "usr/share/doc/guichet/redaction.md"},
		{"package/guichet.1", "usr/share/man/man1/guichet.1.gz"},
	} {
		data, err := os.ReadFile(filepath.Join(p.Root, f.from))
		if err == nil && strings.HasSuffix(f.to, ".gz") {
			data, err = zipped(data)
		}
		if err != nil {
			return nil, err
		}
		t.file(f.to, 0o644, data)
	}
	changes, err := zipped([]byte(p.changelog()))
	t.file("usr/share/doc/guichet/changelog.gz", 0o644, changes)
	return t, err
}

// config is the example with its paths where a service has them.
func (p project) config() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(p.Root, "cmd/guichet/guichet.example.yaml"))
	if err != nil {
		return nil, err
	}
	for _, change := range []struct{ from, to string }{
		{`(?m)^database: guichet\.db$`, "database: /var/lib/guichet/guichet.db"},
		{`(?m)^      password_file: imap\.secret .*$`, "      password_credential: imap      # written in /etc/guichet/secrets/imap"},
		{`(?m)^      # password_credential: .*$`, "      # password_file: imap.secret   # a file that the user guichet can read"},
		{`(?m)^  password_file: smtp\.secret$`, "  password_credential: smtp          # written in /etc/guichet/secrets/smtp"},
	} {
		there := regexp.MustCompile(change.from)
		if len(there.FindAll(text, -1)) != 1 {
			return nil, fmt.Errorf("the example of the configuration has no longer one line %s", change.from)
		}
		text = there.ReplaceAll(text, []byte(change.to))
	}
	return text, nil
}

func (p project) changelog() string {
	return fmt.Sprintf("guichet (%s) stable; urgency=medium\n\n  * Version %s.\n\n -- BARA <contact@example.org>  %s\n",
		debianVersion(p.Version, p.Date), p.Version, p.Date.Format(time.RFC1123Z))
}

// about is what dpkg reads: the description, the scripts, and the sums of the files.
func (p project) about(files *tree) (*tree, error) {
	t := newTree(p.Date)
	t.entries = append(t.entries, entry{name: "/", mode: 0o755})
	var size int
	var sums, kept strings.Builder
	for _, e := range files.entries {
		size += (len(e.data) + 1023) / 1024
		if e.data != nil && !strings.HasPrefix(e.name, "etc/") {
			fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(e.data), e.name)
		}
	}
	for _, name := range conffiles {
		kept.WriteString("/" + name + "\n")
	}
	t.file("control", 0o644, fmt.Appendf(nil, control, debianVersion(p.Version, p.Date), p.Arch, size))
	t.file("md5sums", 0o644, []byte(sums.String()))
	t.file("conffiles", 0o644, []byte(kept.String()))
	for _, script := range []string{"postinst", "prerm", "postrm"} {
		data, err := os.ReadFile(filepath.Join(p.Root, "package", script))
		if err != nil {
			return nil, err
		}
		t.file(script, 0o755, data)
	}
	return t, nil
}

var (
	tagged  = regexp.MustCompile(`^v?(\d[0-9.]*)(?:-(\d+)-g([0-9a-f]+))?(-dirty)?$`)
	unclean = regexp.MustCompile(`[^A-Za-z0-9.+~]`)
)

// debianVersion is a version of git as Debian orders it: v1.2 before v1.2-3-gabc, and
// a mere commit before every version.
func debianVersion(version string, date time.Time) string {
	if m := tagged.FindStringSubmatch(version); m != nil && strings.Contains(m[1], ".") {
		v := m[1]
		if m[2] != "" {
			v += "+" + m[2] + ".g" + m[3]
		}
		return v + strings.Replace(m[4], "-", "+", 1)
	}
	return "0~git" + date.Format("20060102.150405") + "." + unclean.ReplaceAllString(version, ".")
}
