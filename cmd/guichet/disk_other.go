//go:build !unix

package main

import (
	"errors"

	"github.com/bara-think-tank/guichet/internal/monitor"
)

// diskSpace cannot be told here.
func diskSpace(string) (monitor.Space, error) { return monitor.Space{}, errors.ErrUnsupported }
