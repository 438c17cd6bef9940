package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
)

// host is a program that servers are started for, as a test is for realmail.
type host struct{ cleanups []func() }

// failed is what ends the work when a server cannot be started.
type failed struct{ error }

// Helper marks nothing: there are no places to leave out.
func (h *host) Helper() {}

// Errorf says what went wrong; the work goes on.
func (h *host) Errorf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

// Fatal ends the work.
func (h *host) Fatal(args ...any) { panic(failed{errors.New(fmt.Sprint(args...))}) }

// Fatalf ends the work.
func (h *host) Fatalf(format string, args ...any) { panic(failed{fmt.Errorf(format, args...)}) }

// Cleanup remembers what is to be done at the end.
func (h *host) Cleanup(do func()) { h.cleanups = append(h.cleanups, do) }

// do does the work, and then what is left to do after it, the last first.
func (h *host) do(work func() error) (err error) {
	defer func() {
		for _, cleanup := range slices.Backward(h.cleanups) {
			cleanup()
		}
		if why := recover(); why != nil {
			f, ours := why.(failed)
			if !ours {
				panic(why)
			}
			err = f.error
		}
	}()
	return work()
}
