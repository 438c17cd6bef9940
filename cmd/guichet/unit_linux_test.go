package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

func init() { programs["filtered"] = filtered }

// TestTheUnitsAreHardened asks systemd itself how much of the machine the services can
// reach: 0 is nothing, 10 everything.
func TestTheUnitsAreHardened(t *testing.T) {
	const most = 2.5
	units, err := filepath.Glob("../../package/*.service")
	if err != nil || len(units) != 2 {
		t.Fatal(units, err)
	}
	level := regexp.MustCompile(`Overall exposure level for \S+: ([\d.]+)`)
	for _, unit := range units {
		out := analyze(t, "security", "--offline=yes", unit)
		found := level.FindStringSubmatch(out)
		if found == nil {
			t.Fatalf("%s: no level in\n%s", unit, out)
		}
		exposure, err := strconv.ParseFloat(found[1], 64)
		if err != nil || exposure >= most {
			t.Errorf("%s: %s, %v\n%s", unit, found[1], err, out)
		}
		t.Logf("%s: %s", filepath.Base(unit), found[1])
	}
}

func analyze(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("systemd-analyze", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("systemd-analyze %v: %v (make setup installs it)\n%s", args, err, out)
	}
	return string(out)
}

// TestTheDeskWorksUnderItsUnit runs the desk with no other system calls and addresses
// than its unit allows, as systemd filters them: readers confine themselves all the same,
// and read what they read without.
func TestTheDeskWorksUnderItsUnit(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the numbers of the system calls are those of amd64")
	}
	filter := unitFilter(t)
	if out, err := under(filter, "", "chroot", "/", "true").CombinedOutput(); err == nil || !strings.Contains(string(out), "not permitted") {
		t.Errorf("a call that the unit refuses: %v\n%s", err, out)
	}

	folder := desktop(t)
	document, err := filepath.Abs("../../testdata/document/petites-gares.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"guichet", "read", "--json", document}, {"guichet", "read", "--json", "texte.docx"}, {"guichet", "check"}, {"guichet", "verify"},
	} {
		free := exec.Command(args[0], args[1:]...)
		free.Dir = folder
		want, err := free.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, want)
		}
		held := under(filter, folder, args...)
		var errs bytes.Buffer
		held.Stderr = &errs
		if got, err := held.Output(); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v under the unit's filter: %v\n%s%s\nwithout:\n%s", args, err, got, &errs, want)
		}
	}
	for _, args := range [][]string{{"guichet", "demo"}, {"guichet", "run", "--once"}} {
		if out, err := under(filter, folder, args...).CombinedOutput(); err != nil {
			t.Errorf("%v under the unit's filter: %v\n%s", args, err, out)
		}
	}
}

// under is a command that will run under a filter.
func under(filter, folder string, args ...string) *exec.Cmd {
	c := exec.Command("filtered", append([]string{filter}, args...)...)
	c.Dir = folder
	return c
}

// unitFilter writes what the unit allows, for the program filtered: system calls by
// their numbers, then families of addresses.
func unitFilter(t *testing.T) string {
	t.Helper()
	numbers := callNumbers(t)
	allowed := map[string]bool{}
	families := ""
	for line := range strings.Lines(string(readFile(t, "../../package/guichet.service"))) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key {
		case "SystemCallFilter":
			names, refuses := strings.CutPrefix(value, "~")
			for _, name := range strings.Fields(names) {
				for _, call := range expand(t, name) {
					if refuses {
						delete(allowed, call)
					} else {
						allowed[call] = true
					}
				}
			}
		case "RestrictAddressFamilies":
			families = value
		}
	}
	var calls []string
	for name := range allowed {
		if number, there := numbers[name]; there {
			calls = append(calls, number)
		}
	}
	if len(calls) < 200 || families == "" {
		t.Fatalf("the unit allows %d calls and the families %q", len(calls), families)
	}
	slices.Sort(calls)
	for _, f := range strings.Fields(families) {
		families = strings.Replace(families, f, map[string]string{"AF_UNIX": "1", "AF_INET": "2", "AF_INET6": "10"}[f], 1)
	}
	path := filepath.Join(t.TempDir(), "filter")
	if err := os.WriteFile(path, []byte(strings.Join(calls, " ")+"\n"+families+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// expand is the calls of one of systemd's groups, or the one call.
func expand(t *testing.T, name string) (calls []string) {
	t.Helper()
	if !strings.HasPrefix(name, "@") {
		return []string{name}
	}
	for line := range strings.Lines(analyze(t, "syscall-filter", "--no-pager", name)) {
		one := strings.TrimSpace(line)
		if strings.HasPrefix(line, " ") && !strings.HasPrefix(one, "#") {
			calls = append(calls, expand(t, one)...)
		}
	}
	return calls
}

// callNumbers reads the numbers of the system calls from the C library's headers.
func callNumbers(t *testing.T) map[string]string {
	t.Helper()
	numbers := map[string]string{}
	define := regexp.MustCompile(`(?m)^#define __NR_(\w+) (\d+)$`)
	for _, found := range define.FindAllStringSubmatch(string(readFile(t, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h")), -1) {
		numbers[found[1]] = found[2]
	}
	return numbers
}

// filtered is the program `filtered FILE COMMAND...`: it runs a command with no other
// system calls than the file lists.
func filtered() {
	if err := runFiltered(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "filtered:", err)
		os.Exit(3)
	}
}

func runFiltered(path string, command []string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	program, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	calls, families, _ := strings.Cut(string(text), "\n")
	filter, err := filterOf(strings.Fields(calls), strings.Fields(families))
	if err != nil {
		return err
	}
	runtime.LockOSThread() // exec keeps the filter of the thread that calls it
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	held := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&held)), 0, 0); err != nil {
		return err
	}
	return syscall.Exec(program, command, os.Environ())
}

// filterOf allows the calls of the list, socket for the families alone, and refuses the
// rest with EPERM, as the unit's SystemCallErrorNumber does.
func filterOf(calls, families []string) (filter []unix.SockFilter, err error) {
	const (
		load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		same  = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		give  = unix.BPF_RET | unix.BPF_K
		arg0  = 16 // of struct seccomp_data
		allow = unix.SECCOMP_RET_ALLOW
		fail  = unix.SECCOMP_RET_ERRNO
	)
	numbers := func(texts []string) (all []uint32) {
		for _, text := range texts {
			n, fault := strconv.ParseUint(text, 10, 32)
			if fault != nil {
				err = fault
			}
			all = append(all, uint32(n))
		}
		return all
	}
	filter = []unix.SockFilter{{Code: load, K: 0}}
	sockets := []unix.SockFilter{{Code: load, K: arg0}}
	for _, family := range numbers(families) {
		sockets = append(sockets, unix.SockFilter{Code: same, Jf: 1, K: family}, unix.SockFilter{Code: give, K: allow})
	}
	sockets = append(sockets, unix.SockFilter{Code: give, K: fail | uint32(unix.EAFNOSUPPORT)})
	filter = append(filter, unix.SockFilter{Code: same, Jf: uint8(len(sockets)), K: unix.SYS_SOCKET})
	filter = append(filter, sockets...)
	for _, call := range numbers(calls) {
		filter = append(filter, unix.SockFilter{Code: same, Jf: 1, K: call}, unix.SockFilter{Code: give, K: allow})
	}
	return append(filter, unix.SockFilter{Code: give, K: fail | uint32(unix.EPERM)}), err
}
