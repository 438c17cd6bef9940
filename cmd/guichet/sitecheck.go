package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/bara-think-tank/guichet/internal/web"
)

// site says what is right and wrong with the page and the hook.
func (r *report) site(c *Config, w *works) {
	if c.Web.Listen != "" {
		r.page(c)
	}
	if w.site.teller == nil {
		return
	}
	if command := c.command(c.Hook.Command); len(command) > 0 {
		if err := runnable(command[0]); err != nil {
			r.fail("hook", "%v; change hook: command", err)
		} else {
			r.ok("hook", "%s is told of publications", command[0])
		}
	}
	if c.Hook.URL != "" {
		if _, err := c.hookSecret(); err != nil {
			r.fail("hook", "the secret of the webhook: %v", err)
		} else {
			r.ok("hook", "%s is told of publications", c.Hook.URL)
			r.private("hook", c.path(c.Hook.SecretFile))
		}
	}
	waiting, failed, err := w.untold(r.a.ctx)
	switch {
	case err != nil:
		r.fail("hook", "%v", err)
	case len(failed) > 0:
		r.warn("hook", "%d changes were given up and are not on the site; guichet queue names them", len(failed))
	case len(waiting) > 0:
		r.warn("hook", "%d changes wait to be told; guichet run tells them", len(waiting))
	}
}

func runnable(program string) error {
	if !strings.ContainsRune(program, filepath.Separator) {
		for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
			if runnable(filepath.Join(folder, program)) == nil {
				return nil
			}
		}
		return fmt.Errorf("there is no program %s on PATH", program)
	}
	info, err := os.Stat(program)
	if err == nil && (info.IsDir() || info.Mode().Perm()&0o111 == 0) {
		return fmt.Errorf("%s is no program that can be run", program)
	}
	return err
}

func (r *report) page(c *Config) {
	host, _, _ := net.SplitHostPort(c.Web.Listen)
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		r.warn("web", "%s is open to more than this machine, without encryption; listen on 127.0.0.1 behind a proxy with TLS", c.Web.Listen)
	}
	listener, err := net.Listen("tcp", c.Web.Listen)
	switch {
	case err == nil:
		listener.Close() //nolint:errcheck // it was only tried
		r.ok("web", "the confirmation page listens on %s for %s", c.Web.Listen, c.Web.URL)
	case answersOurs(r.a.ctx, c.Web.Listen):
		r.ok("web", "a desk serves the confirmation page on %s for %s", c.Web.Listen, c.Web.URL)
	default:
		r.fail("web", "the confirmation page cannot listen: %v; change web: listen", err)
	}
}

// answersOurs says whether a desk that runs answers there.
func answersOurs(ctx context.Context, listen string) bool {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	ask, err := http.NewRequestWithContext(ctx, http.MethodHead, "http://"+listen+web.ConfirmationPath+"check", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return false
	}
	answer.Body.Close() //nolint:errcheck // a HEAD has none
	return answer.StatusCode == http.StatusNotFound && answer.Header.Get("X-Robots-Tag") != ""
}
