package main

import (
	"errors"
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
		folder := os.Getenv("CREDENTIALS_DIRECTORY")
		if folder == "" {
			return "", hint(errors.New("systemd gave no credentials"),
				"add to the unit: LoadCredential="+s.PasswordCredential+":/path/of/the/secret")
		}
		return readSecret(filepath.Join(folder, s.PasswordCredential))
	}
	return readSecret(c.path(s.PasswordFile))
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
