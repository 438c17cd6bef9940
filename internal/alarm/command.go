package alarm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// commandTimeout is how long a command may take.
const commandTimeout = 30 * time.Second

// environment is what a command sees of ours: nothing that may hold a secret.
var environment = []string{"PATH", "HOME", "LANG", "TZ"}

// Command tells by a program: the text on its standard input, and in its environment
//
//	GUICHET_ALARM        the alarm's name: "disk", "mailbox contact@example.org"
//	GUICHET_ALARM_STATE  began, lasts or over
//	GUICHET_ALARM_SINCE  RFC 3339
//	GUICHET_ALARM_WHAT   the text's first line
//
// and PATH, HOME, LANG and TZ. Exit status 0 within 30 seconds means that it is told.
type Command struct {
	Program []string // and its arguments
	Dir     string   // where it runs

	timeout time.Duration // zero for the constant
}

// Name is what is kept of who was told.
func (c Command) Name() string { return "command" }

// Tell runs the program, and ends it with all that it started where it takes too long.
func (c Command) Tell(ctx context.Context, m Message) error {
	limit := c.timeout
	if limit == 0 {
		limit = commandTimeout
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	run := exec.CommandContext(ctx, c.Program[0], c.Program[1:]...)
	run.Dir, run.Stdin, run.Env = c.Dir, strings.NewReader(m.Text), fields(m)
	said := &last{}
	run.Stdout, run.Stderr = said, said
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	run.WaitDelay = 5 * time.Second
	err := run.Run()
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // it ended well, and left something running
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("the command %s took longer than %v: %s", c.Program[0], limit, said)
	}
	return fmt.Errorf("the command %s: %w: %s", c.Program[0], err, said)
}

func fields(m Message) []string {
	env := []string{
		"GUICHET_ALARM=" + m.Name, "GUICHET_ALARM_STATE=" + string(m.Stage),
		"GUICHET_ALARM_SINCE=" + m.Since.UTC().Format(time.RFC3339), "GUICHET_ALARM_WHAT=" + m.What,
	}
	for _, name := range environment {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// last keeps the last bytes that are written to it.
type last struct{ kept []byte }

func (l *last) Write(p []byte) (int, error) {
	l.kept = append(l.kept, p...)
	if over := len(l.kept) - desk.MaxReply; over > 0 {
		l.kept = append([]byte{}, l.kept[over:]...)
	}
	return len(p), nil
}

func (l *last) String() string { return desk.Reply(string(l.kept)) }
