package bearer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// run has the command print a token: its first line. What it says on standard error is
// told where it fails.
func (s *Source) run(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var out, said bytes.Buffer
	command := exec.CommandContext(ctx, s.Command[0], s.Command[1:]...)
	command.Dir, command.Stdout, command.Stderr = s.Dir, &out, &said
	command.WaitDelay = time.Second
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		var exit *exec.ExitError
		if errors.As(err, &exit) && said.Len() > 0 {
			return "", fmt.Errorf("the command %s: %w: %s", s.Command[0], err, line(said.String()))
		}
		return "", fmt.Errorf("the command %s: %w", s.Command[0], err)
	}
	token, _, _ := strings.Cut(out.String(), "\n")
	if token = strings.TrimSpace(token); token == "" || strings.ContainsAny(token, " \t\x01") {
		return "", fmt.Errorf("the command %s: %w on its first line", s.Command[0], errNoToken)
	}
	return token, nil
}
