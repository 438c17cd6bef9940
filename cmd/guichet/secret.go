package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// secret is where a secret may stand: one of the three.
type secret struct{ file, env, credential string }

// sources counts those that are configured.
func (s secret) sources() (n int) {
	for _, source := range []string{s.file, s.env, s.credential} {
		if source != "" {
			n++
		}
	}
	return n
}

// secret is the account's password.
func (s ServerConfig) secret() secret {
	return secret{s.PasswordFile, s.PasswordEnv, s.PasswordCredential}
}

// password reads the account's password.
func (c *Config) password(s ServerConfig) (string, error) {
	if s.User == "" {
		return "", nil
	}
	return c.read(s.secret(), "the password")
}

// read reads the secret anew at each call, so that a changed file counts without a
// restart. Neither the errors nor any log holds it.
func (c *Config) read(s secret, what string) (string, error) {
	switch {
	case s.env != "":
		text, ok := os.LookupEnv(s.env)
		if !ok {
			return "", hint(fmt.Errorf("the environment variable %s is not set", s.env), "it should hold "+what)
		}
		return text, nil
	case s.credential != "":
		return c.credential(s.credential, what)
	}
	return readSecret(c.path(s.file), what)
}

// credential is what systemd gave the service. A command that root runs beside it reads
// the file that the Debian package's unit gives: secrets/NAME, beside the configuration.
func (c *Config) credential(name, what string) (string, error) {
	if folder := os.Getenv("CREDENTIALS_DIRECTORY"); folder != "" {
		return readSecret(filepath.Join(folder, name), what)
	}
	beside := c.path(filepath.Join("secrets", name))
	if _, err := os.Stat(beside); err != nil {
		return "", hint(fmt.Errorf("systemd gave no credentials, and %w", err),
			"add to the unit: LoadCredential="+name+":/path/of/the/secret; beside the service, run the command as root")
	}
	return readSecret(beside, what)
}

func readSecret(path, what string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", hint(fmt.Errorf("reading %s: %w", what, err), "write it there, readable by this user alone")
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("the file %s is empty; it should hold %s", path, what)
	}
	return secret, nil
}
