package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"path"
	"strings"
	"time"
)

// tree is files and folders to pack, in the order in which they were added.
type tree struct {
	date    time.Time
	entries []entry
	folders map[string]bool
}

// entry is one file, or a folder where its name ends with a slash.
type entry struct {
	name  string // from the root, without a slash before
	mode  int64
	owner int // user and group
	data  []byte
}

func newTree(date time.Time) *tree { return &tree{date: date, folders: map[string]bool{}} }

// file adds a file, and the folders that lead to it.
func (t *tree) file(name string, mode int64, data []byte) {
	t.folder(path.Dir(name), 0o755, 0)
	t.entries = append(t.entries, entry{name: name, mode: mode, data: data})
}

// folder adds a folder and those above it, each once.
func (t *tree) folder(name string, mode int64, owner int) {
	if name == "." || t.folders[name] {
		return
	}
	t.folder(path.Dir(name), 0o755, 0)
	t.folders[name] = true
	t.entries = append(t.entries, entry{name: name + "/", mode: mode, owner: owner})
}

// tar writes the tree, each name after a prefix: dpkg wants "./".
func (t *tree) tar(prefix string) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range t.entries {
		h := &tar.Header{
			Name: prefix + strings.TrimPrefix(e.name, "/"), Mode: e.mode, Size: int64(len(e.data)), ModTime: t.date, Uid: e.owner, Gid: e.owner,
			Typeflag: tar.TypeReg, Format: tar.FormatGNU,
		}
		if e.owner == 0 {
			h.Uname, h.Gname = "root", "root"
		}
		if strings.HasSuffix(e.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// zipped compresses without a date or a name of its own.
func zipped(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
