package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// The files of a rules folder.
const (
	deskName       = "desk.yaml"
	subjectsName   = "subjects.yaml"
	criteriaName   = "criteria.yaml"
	unreadableName = "unreadable.yaml" // may be absent
	formatsName    = "formats"
	noticesName    = "notices" // package notice reads them
)

// maxFile is how large a rules file may be; a large one is some other file.
const maxFile = 1 << 20

// ours is the Go file that embeds the built-in rules beside them.
const ours = "embed.go"

// folder is the bytes of every file of a rules folder, by name.
type folder map[string][]byte

// readFolder reads every file, and faults those that are no part of a rules
// folder: a rule that is silently ignored is the worst. Hidden files are passed
// over.
func readFolder(fsys fs.FS) (folder, desk.Faults) {
	files := folder{}
	var faults desk.Faults
	fault := func(name, format string, args ...any) {
		faults = append(faults, desk.Fault{File: name, Message: fmt.Sprintf(format, args...)})
	}
	walk := func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			fault(name, "cannot be read: %v", err)
		case name == "." || name == ours:
		case strings.HasPrefix(path.Base(name), ".") && entry.IsDir():
			return fs.SkipDir
		case strings.HasPrefix(path.Base(name), ".") || entry.IsDir():
		case !belongs(name):
			fault(name, "is no part of a rules folder; accepted: %s, %s, %s, %s, %s/*.yaml, %s/",
				deskName, subjectsName, criteriaName, unreadableName, formatsName, noticesName)
		default:
			raw, err := readBounded(fsys, name)
			if err != nil {
				fault(name, "cannot be read: %v", err)
			}
			files[name] = raw
		}
		return nil
	}
	if err := fs.WalkDir(fsys, ".", walk); err != nil {
		fault(".", "cannot be read: %v", err)
	}
	for _, name := range []string{deskName, subjectsName, criteriaName} {
		if _, ok := files[name]; !ok {
			fault(name, "is missing")
		}
	}
	return files, faults
}

// belongs says whether a file is part of a rules folder.
func belongs(name string) bool {
	switch name {
	case deskName, subjectsName, criteriaName, unreadableName:
		return true
	}
	if strings.HasPrefix(name, noticesName+"/") {
		return true
	}
	return path.Dir(name) == formatsName && path.Ext(name) == ".yaml"
}

// readBounded reads a file that is no larger than maxFile.
func readBounded(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("it has %d bytes; accepted: %d", info.Size(), maxFile)
	}
	return fs.ReadFile(fsys, name)
}

// formats is the names of the format files, sorted.
func (f folder) formats() []string {
	names := slices.Sorted(maps.Keys(f))
	return slices.DeleteFunc(names, func(n string) bool { return path.Dir(n) != formatsName })
}

// hash is the SHA-256 over every name and its bytes, each after its length.
func (f folder) hash() string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(sum, "%d %s %d ", len(name), name, len(f[name]))
		sum.Write(f[name])
	}
	return hex.EncodeToString(sum.Sum(nil))
}
