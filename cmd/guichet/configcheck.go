package main

import (
	"fmt"
	"net"
	"net/mail"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// check adds every fault of a configuration that decoded to its file.
func (c *Config) check(file *yamlfile.File) {
	seen := map[string]bool{}
	for i, m := range c.Mailboxes {
		at := fmt.Sprintf("mailboxes[%d]", i)
		m.check(file, at)
		c.checkRules(file, at+".rules", m.Rules)
		if key := strings.ToLower(m.Address); seen[key] {
			file.Fault(at+".address", "the mailbox %s is listed twice", m.Address)
		} else {
			seen[key] = true
		}
		if m.SMTP == nil && c.SMTP == nil {
			file.Fault(at, "the mailbox %s has no smtp: of its own, and there is none for all", m.Address)
		}
	}
	c.checkRules(file, "rules", c.Rules)
	if c.SMTP != nil {
		c.SMTP.check(file, "smtp")
	}
	for i, e := range c.Editors {
		at := fmt.Sprintf("editors[%d]", i)
		e.check(file, at)
		if slices.ContainsFunc(c.Editors[:i], func(before EditorConfig) bool { return strings.EqualFold(before.Address, e.Address) }) {
			file.Fault(at+".address", "the editor %s is listed twice: name the queues of both in one", e.Address)
		}
	}
	var err error
	if c.zone, err = time.LoadLocation(c.Timezone); err != nil {
		file.Fault("timezone", "%q is no time zone; accepted: names such as Europe/Paris", c.Timezone)
	}
	c.Web.check(file)
	c.Hook.check(file)
	c.Metrics.check(file)
	c.Alarm.check(file)
}

// checkRules looks only whether the folder is there: its files are checked when
// they are read.
func (c *Config) checkRules(file *yamlfile.File, at, dir string) {
	if info, err := os.Stat(c.path(dir)); dir != "" && (err != nil || !info.IsDir()) {
		file.Fault(at, "there is no folder %s; accepted: a folder of rules, or \"\" for the built-in ones", dir)
	}
}

// checkQueues checks the queues that editors ask for against those there are,
// which change with the rules.
func (c *Config) checkQueues(order []desk.Queue) error {
	var faults desk.Faults
	var names []string
	for _, q := range order {
		names = append(names, string(q))
	}
	for i, e := range c.Editors {
		for j, q := range e.Queues {
			if q != allQueues && !slices.Contains(names, q) {
				line, column := c.file.Place(fmt.Sprintf("editors[%d].queues[%d]", i, j))
				faults = append(faults, desk.Fault{
					File: c.file.Name, Line: line, Column: column,
					Message: fmt.Sprintf("there is no queue %s; accepted: %s, %s", q, allQueues, strings.Join(names, ", ")),
				})
			}
		}
	}
	return faults.OrNil()
}

// allQueues stands for every queue.
const allQueues = "all"

func (m MailboxConfig) check(file *yamlfile.File, at string) {
	checkAddress(file, at+".address", m.Address)
	if _, err := parseLimit(m.Limit); err != nil {
		file.Fault(at+".limit", "%v", err)
	}
	m.IMAP.check(file, at+".imap")
	if m.IMAP.DKIM != (DKIMConfig{}) {
		file.Fault(at+".imap.dkim", "dkim belongs to smtp: what is read is not signed")
	}
	if m.SMTP != nil {
		m.SMTP.check(file, at+".smtp")
	}
	if m.AuthservID != "" && m.ReceivedBy == "" {
		file.Fault(at+".authserv_id", "authserv_id needs received_by, the host by which your border took the mail: "+
			"a header below its Received line is the sender's own writing")
	}
}

func checkAddress(file *yamlfile.File, at, address string) {
	if a, err := mail.ParseAddress(address); err != nil || a.Name != "" || a.Address != address {
		file.Fault(at, "%q is no mail address; accepted: contact@example.org", address)
	}
}

func (s ServerConfig) check(file *yamlfile.File, at string) {
	host, port, err := net.SplitHostPort(s.Server)
	if err != nil || host == "" || port == "" {
		file.Fault(at+".server", "server %q is no host and port; accepted: mail.example.org:993", s.Server)
	}
	switch s.Security {
	case "tls", "starttls":
	case "none":
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			file.Fault(at+".security", "security none is for this machine alone (localhost, 127.0.0.1, ::1); "+
				"accepted: tls, starttls")
		}
	default:
		file.Fault(at+".security", "security %q; accepted: tls, starttls, none", s.Security)
	}
	s.DKIM.check(file, at+".dkim")
	sources := s.secret().sources()
	if s.OAuth2 != nil {
		sources++
		s.OAuth2.check(file, at+".oauth2")
	}
	if s.User != "" && sources != 1 {
		ways := "password_file, password_env, password_credential"
		if !strings.HasPrefix(at, "alarm.") { // a second account is a simple one
			ways += ", oauth2"
		}
		file.Fault(at+".user", "user needs exactly one of %s; here: %d", ways, sources)
	}
}

func (e EditorConfig) check(file *yamlfile.File, at string) {
	checkAddress(file, at+".address", e.Address)
	for i, hour := range e.Digest {
		if _, err := time.Parse("15:04", hour); err != nil {
			file.Fault(fmt.Sprintf("%s.digest[%d]", at, i), "digest hour %q; accepted: hours such as \"19:00\"", hour)
		}
	}
}
