package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var packed = project{Root: "../..", Arch: "amd64", Version: "v1.2.3", Date: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}

// program stands for the binary.
var program = []byte("#!/bin/sh\necho guichet\n")

// file is one file of an archive.
type file struct {
	*tar.Header
	data []byte
}

func untar(t *testing.T, r io.Reader) map[string]file {
	t.Helper()
	files := map[string]file{}
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := files[h.Name]; twice {
			t.Errorf("%s is there twice", h.Name)
		}
		if !h.ModTime.Equal(packed.Date) {
			t.Errorf("%s is of %v", h.Name, h.ModTime)
		}
		files[h.Name] = file{h, data}
	}
}

func unzip(t *testing.T, data []byte) io.Reader {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheSameBytesTwice(t *testing.T) {
	for name, pack := range map[string]func([]byte) ([]byte, error){"deb": packed.deb, "image": packed.image} {
		first, err := pack(program)
		if err != nil {
			t.Fatal(err)
		}
		second, err := pack(program)
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: other bytes, %v", name, err)
		}
	}
}

// TestTheDebianPackage reads it as ar and tar are read; make test-package installs it.
func TestTheDebianPackage(t *testing.T) {
	deb, err := packed.deb(program)
	if err != nil {
		t.Fatal(err)
	}
	members := unar(t, deb)
	if string(members["debian-binary"]) != "2.0\n" {
		t.Errorf("debian-binary %q", members["debian-binary"])
	}
	about, data := untar(t, unzip(t, members["control.tar.gz"])), untar(t, unzip(t, members["data.tar.gz"]))
	for _, want := range []string{"\nVersion: 1.2.3\n", "\nArchitecture: amd64\n", "\nDepends: adduser\n"} {
		if !strings.Contains(string(about["./control"].data), want) {
			t.Errorf("no %q in\n%s", want, about["./control"].data)
		}
	}
	for name, mode := range map[string]int64{
		"./": 0o755, "./usr/bin/guichet": 0o755, "./etc/guichet/guichet.yaml": 0o640, "./etc/guichet/secrets/": 0o700,
		"./lib/systemd/system/guichet.service": 0o644, "./usr/share/doc/guichet/exploitation.md": 0o644,
	} {
		if f, there := data[name]; !there || f.Mode != mode || f.Uname != "root" {
			t.Errorf("%s: %+v", name, f.Header)
		}
	}
	config := string(data["./etc/guichet/guichet.yaml"].data)
	for _, want := range []string{"\ndatabase: /var/lib/guichet/guichet.db\n", "password_credential: imap ", "password_credential: smtp "} {
		if !strings.Contains(config, want) {
			t.Errorf("the configuration does not say %q:\n%s", want, config)
		}
	}
	for name, f := range data {
		conffile := strings.Contains("\n"+string(about["./conffiles"].data), "\n"+strings.TrimPrefix(name, ".")+"\n")
		summed := strings.Contains(string(about["./md5sums"].data), "  "+strings.TrimPrefix(name, "./")+"\n")
		if f.Typeflag == tar.TypeReg && conffile == summed {
			t.Errorf("%s: conffile %t, in md5sums %t", name, conffile, summed)
		}
	}
	for _, script := range []string{"postinst", "prerm", "postrm"} {
		if about["./"+script].Header == nil || about["./"+script].Mode != 0o755 {
			t.Errorf("%s cannot be run", script)
		}
		if out, err := exec.Command("sh", "-n", filepath.Join(packed.Root, "package", script)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", script, err, out)
		}
	}
}

// unar reads an ar archive.
func unar(t *testing.T, ar []byte) map[string][]byte {
	t.Helper()
	rest, ours := bytes.CutPrefix(ar, []byte("!<arch>\n"))
	if !ours {
		t.Fatalf("no archive: %q", ar[:8])
	}
	members := map[string][]byte{}
	var order []string
	for len(rest) > 0 {
		name := strings.TrimSpace(string(rest[:16]))
		size := 0
		for _, digit := range strings.TrimSpace(string(rest[48:58])) {
			size = size*10 + int(digit-'0')
		}
		if string(rest[58:60]) != "`\n" {
			t.Fatalf("%s: a header that ends with %q", name, rest[58:60])
		}
		members[name], order = rest[60:60+size], append(order, name)
		rest = rest[60+size+size%2:]
	}
	if !slices.Equal(order, []string{"debian-binary", "control.tar.gz", "data.tar.gz"}) {
		t.Errorf("members %v", order)
	}
	return members
}

func TestTheImage(t *testing.T) {
	image, err := packed.image(program)
	if err != nil {
		t.Fatal(err)
	}
	files := untar(t, bytes.NewReader(image))
	for name, f := range files {
		if sum, isBlob := strings.CutPrefix(name, "blobs/sha256/"); isBlob && sum != "" {
			if got := sha256.Sum256(f.data); hex.EncodeToString(got[:]) != sum {
				t.Errorf("%s is something else", name)
			}
		}
	}
	if string(files["oci-layout"].data) != `{"imageLayoutVersion":"1.0.0"}` {
		t.Errorf("oci-layout %s", files["oci-layout"].data)
	}
	var index struct{ Manifests []descriptor }
	parse(t, files["index.json"].data, &index)
	if len(index.Manifests) != 1 || index.Manifests[0].Platform.Architecture != "amd64" || index.Manifests[0].MediaType != typeManifest {
		t.Fatalf("index %+v", index)
	}
	blob := func(d descriptor) []byte {
		t.Helper()
		f, there := files[blobPath(d)]
		if !there || len(f.data) != d.Size {
			t.Fatalf("the blob %+v is not there", d)
		}
		return f.data
	}
	var manifest struct {
		SchemaVersion int
		Config        descriptor
		Layers        []descriptor
	}
	parse(t, blob(index.Manifests[0]), &manifest)
	var config imageConfig
	parse(t, blob(manifest.Config), &config)
	flat, err := io.ReadAll(unzip(t, blob(manifest.Layers[0])))
	if err != nil {
		t.Fatal(err)
	}
	if manifest.SchemaVersion != 2 || len(manifest.Layers) != 1 || !slices.Equal(config.RootFS.DiffIDs, []string{digest(flat)}) {
		t.Errorf("manifest %+v, config %+v", manifest, config)
	}
	if config.Config.User != "65532:65532" || !slices.Equal(append(config.Config.Entrypoint, config.Config.Cmd...), []string{"/usr/bin/guichet", "run"}) {
		t.Errorf("it runs %v %v as %s", config.Config.Entrypoint, config.Config.Cmd, config.Config.User)
	}
	var old []struct {
		Config           string
		RepoTags, Layers []string
	}
	parse(t, files["manifest.json"].data, &old)
	if len(old) != 1 || old[0].Config != blobPath(manifest.Config) || !slices.Equal(old[0].Layers, []string{blobPath(manifest.Layers[0])}) {
		t.Errorf("manifest.json %+v", old)
	}

	layer := untar(t, bytes.NewReader(flat))
	for name, want := range map[string]struct {
		mode int64
		uid  int
	}{
		"usr/bin/guichet": {0o755, 0}, "tmp/": {0o1777, 0}, "var/lib/guichet/": {0o700, nobody}, "var/cache/guichet/": {0o700, nobody},
	} {
		if f, there := layer[name]; !there || f.Mode != want.mode || f.Uid != want.uid || f.Gid != want.uid {
			t.Errorf("%s: %+v", name, f.Header)
		}
	}
	if pool := x509.NewCertPool(); !pool.AppendCertsFromPEM(layer["etc/ssl/certs/ca-certificates.crt"].data) {
		t.Error("no certificate authority")
	}
	n := 0
	for rest := layer["etc/ssl/certs/ca-certificates.crt"].data; ; n++ {
		var one *pem.Block
		if one, rest = pem.Decode(rest); one == nil {
			break
		}
	}
	if n < 100 {
		t.Errorf("%d certificate authorities", n)
	}
}

func parse(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
}

func TestDebianVersions(t *testing.T) {
	for version, want := range map[string]string{
		"v1.2.3": "1.2.3", "1.0": "1.0", "v1.2.3-4-gabc1234": "1.2.3+4.gabc1234", "v1.2-dirty": "1.2+dirty",
		"2257ef7": "0~git20260301.090000.2257ef7", "2257ef7-dirty": "0~git20260301.090000.2257ef7.dirty", "1234567": "0~git20260301.090000.1234567",
	} {
		if got := debianVersion(version, packed.Date); got != want {
			t.Errorf("%s is %s, want %s", version, got, want)
		}
	}
}
