package sandbox

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// allowedCalls is every system call that a child makes once it is ready: memory,
// threads, time, signals, and the pipes that it has open. There is no open, no
// socket, no execve, no ptrace among them.
var allowedCalls = []uint32{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_LSEEK, unix.SYS_FCNTL,
	unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MADVISE, unix.SYS_MREMAP, unix.SYS_MINCORE, unix.SYS_BRK,
	unix.SYS_FUTEX, unix.SYS_GETTID, unix.SYS_GETPID, unix.SYS_TGKILL,
	unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_RSEQ, unix.SYS_SET_ROBUST_LIST,
	unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY, unix.SYS_RESTART_SYSCALL,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK,
	unix.SYS_TIMER_CREATE, unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_DELETE,
	unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2, unix.SYS_PIPE2,
	unix.SYS_GETRANDOM, unix.SYS_GETRUSAGE, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
}

// threadFlags are those that clone makes a thread with, and no process.
const threadFlags = unix.CLONE_VM | unix.CLONE_THREAD

// Offsets into struct seccomp_data (linux/seccomp.h); arguments are 64 bits, of
// which a little-endian machine has the low half first.
const (
	offsetCall = 0
	offsetArch = 4
	offsetArg0 = 16
)

// restrictCalls lets the process make no other system calls, in any thread. A call
// that is refused fails with EPERM. It gives false where the kernel or the
// architecture has no filter.
func restrictCalls() (bool, error) {
	arch, known := map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}[runtime.GOARCH]
	if !known {
		return false, nil
	}
	filter := filterFor(arch)
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return false, fmt.Errorf("giving up new privileges: %w", err)
	}
	// With TSYNC every thread gets the filter, and no_new_privs.
	failed, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	switch {
	case errors.Is(errno, unix.ENOSYS), errors.Is(errno, unix.EINVAL):
		return false, nil
	case errno != 0:
		return false, fmt.Errorf("confining by seccomp: %w", errno)
	case failed != 0:
		return false, fmt.Errorf("confining by seccomp: thread %d could not be", failed)
	}
	return true, nil
}

// filterFor writes the filter: refuse calls of another architecture, let clone make
// threads alone, let the calls of the list through, refuse the rest.
func filterFor(arch uint32) []unix.SockFilter {
	const (
		load = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		same = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		and  = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
		give = unix.BPF_RET | unix.BPF_K
	)
	refuse := unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)}
	allow := unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ALLOW}
	// clone3 keeps its flags where no filter can look: a library that is told that
	// there is none goes on with clone.
	absent := unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)}
	filter := []unix.SockFilter{
		{Code: load, K: offsetArch},
		{Code: same, Jt: 1, K: arch},
		refuse,
		{Code: load, K: offsetCall},
		{Code: same, Jf: 1, K: unix.SYS_CLONE3},
		absent,
		{Code: same, Jf: 5, K: unix.SYS_CLONE},
		{Code: load, K: offsetArg0},
		{Code: and, K: threadFlags},
		{Code: same, Jf: 1, K: threadFlags},
		allow,
		refuse,
	}
	for _, call := range allowedCalls {
		filter = append(filter, unix.SockFilter{Code: same, Jf: 1, K: call}, allow)
	}
	return append(filter, refuse)
}
