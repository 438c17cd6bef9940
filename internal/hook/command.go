package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// environment is what a command sees of ours: nothing that may hold a secret.
var environment = []string{"PATH", "HOME", "LANG", "TZ"}

// run runs the command, and ends it with all that it started where it takes too
// long.
func (t *Teller) run(ctx context.Context, g desk.Signal, body []byte) error {
	limit := t.commandTimeout
	if limit == 0 {
		limit = commandTimeout
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	c := exec.CommandContext(ctx, t.Command[0], t.Command[1:]...)
	c.Dir, c.Stdin = t.Dir, bytes.NewReader(body)
	said := &tail{}
	c.Stdout, c.Stderr = said, said
	c.Env = []string{"GUICHET_EVENT=" + strconv.FormatInt(g.Event, 10)}
	for _, name := range environment {
		if value, set := os.LookupEnv(name); set {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 5 * time.Second
	err := c.Run()
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // it ended well, and left something running
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("the command took longer than %v: %s", limit, said)
	}
	return fmt.Errorf("the command %s: %w: %s", t.Command[0], err, said)
}

// tail keeps the last bytes that are written to it.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - desk.MaxReply/2; over > 0 {
		t.kept = append([]byte{}, t.kept[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.kept) }
