package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// rulebook is a rules folder and the edition of it that is in force. Whoever
// needs both rules and notices asks for the edition once, so that a mail or a
// digest is wholly of one. It may be read by several goroutines; one alone
// reloads it.
type rulebook struct {
	dir     string // "" for the built-in rules, which never change
	sign    func(from string, mail []byte) ([]byte, error)
	inForce atomic.Pointer[edition]

	read     string // the folder's signature when it was last read, well or not
	changing string // its signature at the last look, where it differs
}

// edition is one state of a rules folder that was found right.
type edition struct {
	rules   *rules.Set
	notices *notice.Composer
}

// openRulebook reads a rules folder for the first time; its error is that of
// loadRules. Its mails are signed where sign is not nil.
func openRulebook(dir string, sign func(from string, mail []byte) ([]byte, error)) (*rulebook, error) {
	b := &rulebook{dir: dir, sign: sign, read: signature(dir)}
	set, notices, err := loadRules(dir)
	if err != nil {
		return nil, err
	}
	notices.Sign = b.sign
	b.inForce.Store(&edition{set, notices})
	return b, nil
}

// edition is what is in force.
func (b *rulebook) edition() *edition { return b.inForce.Load() }

// quiet says whether the folder has changed since it was last read and stood
// still between the last look and this one: people save one file after another.
func (b *rulebook) quiet() bool {
	now := signature(b.dir)
	before := b.changing
	if b.changing = now; now == b.read {
		b.changing = ""
		return false
	}
	return now == before
}

// reload puts the folder as it is now in force, where it is right and fits. It
// says whether it took an edition that differs. A folder that changes while it
// is read is left for the next look.
func (b *rulebook) reload(fits func(*edition) error) (taken bool, err error) {
	now := signature(b.dir)
	set, notices, err := loadRules(b.dir)
	if signature(b.dir) != now {
		return false, nil
	}
	b.read, b.changing = now, ""
	if err != nil {
		return false, err
	}
	notices.Sign = b.sign
	next := &edition{set, notices}
	if set.Hash() == b.edition().rules.Hash() {
		return false, nil
	}
	if err := fits(next); err != nil {
		return false, err
	}
	b.inForce.Store(next)
	return true, nil
}

// signature tells one state of a folder from another by the names, sizes and
// times of its files. What cannot be looked at is part of it.
func signature(dir string) string {
	if dir == "" {
		return ""
	}
	var b strings.Builder
	walk := func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			fmt.Fprintln(&b, path, err)
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		info, err := os.Stat(path) // through a link: its target is what is read
		if err != nil {
			fmt.Fprintln(&b, path, err)
			return nil
		}
		fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano())
		return nil
	}
	if err := filepath.WalkDir(dir+string(filepath.Separator), walk); err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String()
}
