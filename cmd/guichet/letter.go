package main

import (
	"fmt"

	"github.com/bara-think-tank/guichet/internal/email"
)

// readable is a mail as a person reads it: who, what, and the text.
func readable(raw []byte) (string, error) {
	m, err := email.Parse(raw)
	if err != nil {
		return "", err
	}
	to := ""
	if len(m.To) > 0 {
		to = person(m.To[0].Name, m.To[0].Address)
	}
	return fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\n\n%s", person(m.From.Name, m.From.Address), to, m.Subject, m.Text), nil
}
