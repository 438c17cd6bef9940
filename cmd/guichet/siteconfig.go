package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/bara-think-tank/guichet/internal/hook"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// HookConfig is how the site is told of publications: by a command, a webhook, or
// both.
type HookConfig struct {
	Command    []string `yaml:"command" empty:"true"` // a program and its arguments
	URL        string   `yaml:"url" empty:"true"`
	SecretFile string   `yaml:"secret_file" empty:"true"` // what signs the webhook
	CAFile     string   `yaml:"ca_file"`                  // empty: the system's authorities
}

// hookSecret reads the webhook's key anew at each call.
func (c *Config) hookSecret() ([]byte, error) {
	path := c.path(c.Hook.SecretFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, hint(err, "write one with: (printf whsec_; openssl rand -base64 32) > "+path)
	}
	key, err := hook.Key(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, hint(fmt.Errorf("%s: %w", path, err), "write one with: (printf whsec_; openssl rand -base64 32) > "+path)
	}
	return key, nil
}

func (c *Config) hookTLS() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.Hook.CAFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(c.path(c.Hook.CAFile))
	if err != nil {
		return nil, badUse{fmt.Errorf("reading ca_file: %w", err)}
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, badUse{hint(fmt.Errorf("ca_file %s holds no certificate", c.Hook.CAFile), "it should be PEM")}
	}
	return config, nil
}

// check adds the faults of what the web is given.
func (h HookConfig) check(file *yamlfile.File) {
	if h.URL != "" {
		checkWebAddress(file, "hook.url", h.URL)
		if h.SecretFile == "" {
			file.Fault("hook", "the webhook needs secret_file, the key by which the site knows that the desk speaks")
		}
	}
}

func (w WebConfig) check(file *yamlfile.File) {
	if (w.Listen == "") != (w.URL == "") {
		file.Fault("web", "web needs both listen, as 127.0.0.1:8025, and url, under which people reach it; or neither")
		return
	}
	if w.Listen == "" {
		return
	}
	if _, port, err := net.SplitHostPort(w.Listen); err != nil || port == "" {
		file.Fault("web.listen", "listen %q is no host and port; accepted: 127.0.0.1:8025", w.Listen)
	}
	checkWebAddress(file, "web.url", w.URL)
	if u, err := url.Parse(w.URL); err == nil && (strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "") {
		file.Fault("web.url", "the address %q has more than a host; accepted: https://guichet.example.org", w.URL)
	}
}

// checkWebAddress wants encryption, but on this machine.
func checkWebAddress(file *yamlfile.File, at, address string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		file.Fault(at, "%q is no address of the web; accepted: https://site.example.org/…", address)
		return
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		file.Fault(at, "http is for this machine alone (localhost, 127.0.0.1, ::1); accepted: https://…")
	}
}
