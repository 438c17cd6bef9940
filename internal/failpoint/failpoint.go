// Package failpoint lets a test end the program after any one of its side effects, as
// a power cut would: a commit, a command of IMAP, a step of SMTP, a file put into its
// place. Each such place calls Hit.
//
// Without the build tag failpoint, Hit is empty and the program holds nothing of this.
// With it, GUICHET_FAILPOINT=N kills the process (SIGKILL: nothing is flushed, nothing
// deferred runs) at the Nth call of Hit, and GUICHET_FAILPOINT=KIND:N at the Nth of a
// kind. Where it was killed stands on standard error: "failpoint N KIND STEP".
package failpoint
