package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// secrets lists the sources of the password that are configured.
func (s ServerConfig) secrets() (sources []string) {
	for _, source := range []string{s.PasswordFile, s.PasswordEnv, s.PasswordCredential} {
		if source != "" {
			sources = append(sources, source)
		}
	}
	return sources
}

// password reads the secret anew at each call, so that a changed file counts
// without a restart. Neither the errors nor any log holds it.
func (c *Config) password(s ServerConfig) (string, error) {
	switch {
	case s.User == "":
		return "", nil
	case s.PasswordEnv != "":
		secret, ok := os.LookupEnv(s.PasswordEnv)
		if !ok {
			return "", hint(fmt.Errorf("the environment variable %s is not set", s.PasswordEnv),
				"it should hold the password of "+s.User)
		}
		return secret, nil
	case s.PasswordCredential != "":
		return c.credential(s.PasswordCredential)
	}
	return readSecret(c.path(s.PasswordFile))
}

// credential is what systemd gave the service. A command that root runs beside it reads
// the file that the Debian package's unit gives: secrets/NAME, beside the configuration.
func (c *Config) credential(name string) (string, error) {
	if folder := os.Getenv("CREDENTIALS_DIRECTORY"); folder != "" {
		return readSecret(filepath.Join(folder, name))
	}
	beside := c.path(filepath.Join("secrets", name))
	if _, err := os.Stat(beside); err != nil {
		return "", hint(fmt.Errorf("systemd gave no credentials, and %w", err),
			"add to the unit: LoadCredential="+name+":/path/of/the/secret; beside the service, run the command as root")
	}
	return readSecret(beside)
}

func readSecret(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", hint(fmt.Errorf("reading the password: %w", err), "write it there, readable by this user alone")
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("the password file %s is empty", path)
	}
	return secret, nil
}
