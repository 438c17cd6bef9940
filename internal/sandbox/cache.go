package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// The PDF engine's compiled code is made once, in four seconds and 300 MB, by a
// child of its own, and lies in a folder that is named after the versions that it
// was made with. It is machine code: a folder that others may write to is refused.

// edition names the compiled code of this program's PDF engine.
func edition() string {
	parts := []string{runtime.Version(), runtime.GOOS, runtime.GOARCH, "listens to " + firstCall}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if strings.HasSuffix(m.Path, "/go-pdfium") || strings.HasSuffix(m.Path, "/wazero") {
				parts = append(parts, m.Path, m.Version, m.Sum)
			}
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return "pdf-" + hex.EncodeToString(sum[:8])
}

// userCache is the folder that systemd gives a service, else the user's own cache
// folder, else, for one without a home, a folder that bears the user's number.
func userCache() string {
	if folder := os.Getenv("CACHE_DIRECTORY"); folder != "" {
		return filepath.Join(folder, "readers")
	}
	folder, err := os.UserCacheDir()
	if err != nil {
		return filepath.Join(os.TempDir(), fmt.Sprintf("guichet-%d", os.Getuid()))
	}
	return filepath.Join(folder, "guichet")
}

// cache is the folder of the compiled code, made if it is not there.
func (r *Reader) cache() (string, error) {
	r.making.Lock()
	defer r.making.Unlock()
	if err := os.MkdirAll(r.Cache, 0o700); err != nil {
		return "", fmt.Errorf("making the PDF engine's cache: %w", err)
	}
	info, err := os.Stat(r.Cache)
	if err != nil {
		return "", fmt.Errorf("the PDF engine's cache: %w", err)
	}
	if info.Mode().Perm()&0o022 != 0 || !ownedByUs(info) {
		return "", fmt.Errorf("the PDF engine's cache %s may be written by others: it holds machine code", r.Cache)
	}
	folder := filepath.Join(r.Cache, edition())
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		return folder, err
	}
	return folder, r.makeCache(folder)
}

// makeCache lets a child make the folder beside its place, and moves it there when
// it is whole.
func (r *Reader) makeCache(folder string) error {
	beside, err := os.MkdirTemp(r.Cache, "making-")
	if err != nil {
		return fmt.Errorf("making the PDF engine's cache: %w", err)
	}
	defer os.RemoveAll(beside) //nolint:errcheck // it is moved, or of no use
	ctx, stop := context.WithTimeout(context.Background(), makeTime)
	defer stop()
	command := exec.CommandContext(ctx, r.Program)
	command.Args, command.Env, command.Dir = r.args("make", beside), childEnv(), "/"
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("making the PDF engine's cache: %w: %s", err, tail(said))
	}
	if err := os.Rename(beside, folder); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keeping the PDF engine's cache: %w", err)
	}
	return nil
}

// makeCache is the work of that child.
func makeCache(folder string) error {
	made, err := newEngine(folder)
	if err != nil {
		return err
	}
	return made.pool.Close()
}
