package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sys/unix"
)

// Systemd reports to the service manager that started the program (sd_notify(3)); to
// nobody where none did. It pings the watchdog only while every loop is alive, so that
// a desk that hangs is started anew.
type Systemd struct {
	Loops *Loops
	Log   *slog.Logger
	Every time.Duration // between two pings; 0 for a third of what the manager allows
}

// Ready says that the program has started, or took a reload up.
func (s Systemd) Ready() { s.say(daemon.SdNotifyReady) }

// Reloading says that SIGHUP arrived; Ready follows.
func (s Systemd) Reloading() {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		s.Log.Warn("no clock for the service manager", "error", err)
		return
	}
	s.say(fmt.Sprintf("%s\nMONOTONIC_USEC=%d", daemon.SdNotifyReloading, now.Nano()/1000))
}

// Stopping says that the end has begun.
func (s Systemd) Stopping() { s.say(daemon.SdNotifyStopping) }

// Run pings until the context ends; it returns at once where nobody waits for pings.
func (s Systemd) Run(ctx context.Context) error {
	allowed, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		s.Log.WarnContext(ctx, "the service manager's watchdog cannot be served", "error", err)
		return nil
	}
	every := s.Every
	if every == 0 {
		every = allowed / 3
	}
	if allowed == 0 || every <= 0 {
		return nil
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	hung := false
	for {
		stuck := s.Loops.Silent()
		if len(stuck) == 0 {
			s.say(daemon.SdNotifyWatchdog)
		} else if !hung {
			s.Log.ErrorContext(ctx, "a part of the desk hangs: the service manager is not told that all is well", "stuck", stuck)
			s.say(fmt.Sprintf("STATUS=hangs: %s", stuck[0]))
		}
		hung = len(stuck) > 0
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s Systemd) say(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		s.Log.Warn("the service manager could not be told", "state", state, "error", err)
	}
}
