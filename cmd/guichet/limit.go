package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bara-think-tank/guichet/internal/mailbox"
)

// least is the smallest limit of a mail: below it nobody could send a text.
const least = 100 << 10

// parseLimit reads a size such as 35MB or 800kB, in units of 1,024; "" is the limit
// that mailboxes have by themselves.
func parseLimit(text string) (int64, error) {
	if text == "" {
		return mailbox.DefaultLimit, nil
	}
	digits := strings.TrimRight(text, "kMBo ")
	units := map[string]int64{"kB": 1 << 10, "ko": 1 << 10, "MB": 1 << 20, "Mo": 1 << 20}
	unit, known := units[strings.TrimSpace(text[len(digits):])]
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil || !known || n*unit < least {
		return 0, fmt.Errorf("%q is no size of a mail; accepted: sizes such as 35MB or 800kB, 100kB at least", text)
	}
	return n * unit, nil
}
