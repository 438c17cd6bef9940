// Command package makes what Guichet is installed from: a Debian package and a
// container image, in dist/.
//
//	go run ./scripts/package [-arch amd64] [-out dist] -version v1.2.3 -date 1764000000
//
// The same source, version, date and Go toolchain give the same bytes, whenever and
// wherever it runs: the binary is built without paths, and everything around it is
// written here, in order and with one date. Neither dpkg nor a container daemon is
// needed.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

func main() {
	p := project{Root: "."}
	var out string
	var date int64
	flag.StringVar(&p.Arch, "arch", runtime.GOARCH, "the architecture, as Go names it")
	flag.StringVar(&p.Version, "version", "", "the version, as git describe gives it")
	flag.Int64Var(&date, "date", 0, "the date of everything inside, in seconds since 1970")
	flag.StringVar(&out, "out", "dist", "the folder to write to")
	flag.Parse()
	p.Date = time.Unix(date, 0).UTC()
	if err := p.make(out); err != nil {
		fmt.Fprintln(os.Stderr, "package:", err)
		os.Exit(1)
	}
}

// project is what is packed.
type project struct {
	Root    string // the source's folder
	Arch    string
	Version string
	Date    time.Time
}

// make builds the program and packs it.
func (p project) make(out string) error {
	if p.Version == "" {
		return fmt.Errorf("-version is missing")
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	binary, err := p.build(out)
	if err != nil {
		return err
	}
	for name, pack := range map[string]func([]byte) ([]byte, error){
		"guichet_" + debianVersion(p.Version, p.Date) + "_" + p.Arch + ".deb": p.deb,
		"guichet_" + p.Version + "_" + p.Arch + ".oci.tar":                    p.image,
	} {
		packed, err := pack(binary)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		path := filepath.Join(out, name)
		if err := os.WriteFile(path, packed, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %.1f MB\n", path, float64(len(packed))/1e6)
	}
	return nil
}

// build makes the binary, and gives its bytes.
func (p project) build(out string) ([]byte, error) {
	path := filepath.Join(out, "guichet-"+p.Arch)
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version="+p.Version, "-o", path, "./cmd/guichet")
	build.Dir, build.Stderr = p.Root, os.Stderr
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	build.Args[len(build.Args)-2] = absolute
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+p.Arch)
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("building the program: %w", err)
	}
	binary, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return binary, os.Remove(path)
}
