package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// exampleConfig is what `guichet config example` prints. A test loads it.
//
//go:embed guichet.example.yaml
var exampleConfig string

// Config is guichet.yaml. Relative paths are relative to the file.
type Config struct {
	Database  string          `yaml:"database" required:"true"`
	Rules     string          `yaml:"rules" empty:"true"` // a folder; empty: the built-in rules
	Mailboxes []MailboxConfig `yaml:"mailboxes" required:"true"`
	SMTP      *ServerConfig   `yaml:"smtp"`
	Editors   []EditorConfig  `yaml:"editors" empty:"true"`
	Timezone  string          `yaml:"timezone"`
	Web       WebConfig       `yaml:"web"`
	Hook      HookConfig      `yaml:"hook"`
	Metrics   MetricsConfig   `yaml:"metrics"`
	Alarm     AlarmConfig     `yaml:"alarm"`

	dir  string
	zone *time.Location
	file *yamlfile.File // where everything stands
}

// MailboxConfig is one mailbox that the desk watches.
type MailboxConfig struct {
	Address    string        `yaml:"address" required:"true"`
	IMAP       ServerConfig  `yaml:"imap" required:"true"`
	Folder     string        `yaml:"folder"` // empty: INBOX
	AuthservID string        `yaml:"authserv_id" empty:"true"`
	ReceivedBy string        `yaml:"received_by" empty:"true"`
	ListIDs    []string      `yaml:"list_ids" empty:"true"`
	Limit      string        `yaml:"limit"`              // of one mail, such as 35MB; above it only the header is read
	Sent       string        `yaml:"sent" empty:"true"`  // the folder for copies of what leaves; empty: none
	Rules      string        `yaml:"rules" empty:"true"` // empty: the desk's
	SMTP       *ServerConfig `yaml:"smtp"`               // absent: the desk's
}

// ServerConfig is how to reach an IMAP or SMTP server.
type ServerConfig struct {
	Server             string `yaml:"server" required:"true"`
	Security           string `yaml:"security" required:"true"` // tls, starttls, or none (loopback only)
	User               string `yaml:"user" empty:"true"`
	PasswordFile       string `yaml:"password_file"`
	PasswordEnv        string `yaml:"password_env"`
	PasswordCredential string `yaml:"password_credential"` // of systemd: LoadCredential=
	CAFile             string `yaml:"ca_file"`             // empty: the system's authorities

	DKIM   DKIMConfig    `yaml:"dkim"`   // of SMTP alone
	OAuth2 *OAuth2Config `yaml:"oauth2"` // in the password's stead
}

// EditorConfig is a person who receives queues.
type EditorConfig struct {
	Name    string   `yaml:"name" required:"true"`
	Address string   `yaml:"address" required:"true"`
	Queues  []string `yaml:"queues" required:"true"` // names, or all
	Digest  []string `yaml:"digest" empty:"true"`    // hours of the day: "19:00"; none: no digest
}

// WebConfig is where the confirmation page listens, and under which address people
// reach it.
type WebConfig struct {
	Listen string `yaml:"listen" empty:"true"`
	URL    string `yaml:"url" empty:"true"`
}

// MetricsConfig is where the operator's figures are served.
type MetricsConfig struct {
	Listen string `yaml:"listen" empty:"true"`
	Public bool   `yaml:"public"` // whether an address that strangers may reach is meant
}

// The configuration that is meant where none is named: that of the folder, else that of
// the machine, which the Debian package installs.
const (
	folderConfig  = "guichet.yaml"
	machineConfig = "/etc/guichet/guichet.yaml"
)

// loadConfig reads and checks a configuration file. Its faults are desk.Faults,
// all at once, each with its line and column.
func loadConfig(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && path == folderConfig {
		if other, fault := os.ReadFile(machineConfig); !errors.Is(fault, fs.ErrNotExist) {
			path, text, err = machineConfig, other, fault
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badUse{hint(fmt.Errorf("there is no configuration file %s", path),
			"write one with: guichet config example > "+path)}
	}
	if err != nil {
		return nil, err
	}
	c := &Config{Timezone: "Europe/Paris", dir: filepath.Dir(path)}
	c.file = yamlfile.Read(path, text, c)
	if !c.file.Broken {
		c.check(c.file)
	}
	return c, c.file.Faults.OrNil()
}

// path makes a path of the configuration usable: it is relative to the file.
func (c *Config) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.dir, p)
}
