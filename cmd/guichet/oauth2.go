package main

import (
	"context"
	"fmt"

	"github.com/bara-think-tank/guichet/internal/bearer"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// OAuth2Config is how an access token is got for an account whose provider takes no
// password: by a refresh token, or by a command that prints one.
type OAuth2Config struct {
	TokenURL string `yaml:"token_url"`
	ClientID string `yaml:"client_id"`
	Scope    string `yaml:"scope"` // Microsoft wants one

	ClientSecretFile       string `yaml:"client_secret_file"`
	ClientSecretEnv        string `yaml:"client_secret_env"`
	ClientSecretCredential string `yaml:"client_secret_credential"`

	RefreshTokenFile       string `yaml:"refresh_token_file"`
	RefreshTokenEnv        string `yaml:"refresh_token_env"`
	RefreshTokenCredential string `yaml:"refresh_token_credential"`

	TokenCommand []string `yaml:"token_command" empty:"true"` // a program and its arguments
}

func (o *OAuth2Config) clientSecret() secret {
	return secret{o.ClientSecretFile, o.ClientSecretEnv, o.ClientSecretCredential}
}

func (o *OAuth2Config) refreshToken() secret {
	return secret{o.RefreshTokenFile, o.RefreshTokenEnv, o.RefreshTokenCredential}
}

// check adds the faults of what a token is got with.
func (o *OAuth2Config) check(file *yamlfile.File, at string) {
	if len(o.TokenCommand) > 0 {
		if o.TokenURL != "" || o.ClientID != "" || o.refreshToken().sources() > 0 {
			file.Fault(at, "oauth2 has either token_command, or token_url with client_id and refresh_token_file; not both")
		}
		return
	}
	if o.TokenURL == "" {
		file.Fault(at, "oauth2 needs token_url, client_id and a refresh_token_file; or a token_command that prints a token")
		return
	}
	if err := bearer.CheckEndpoint(o.TokenURL); err != nil {
		file.Fault(at+".token_url", "%v", err)
	}
	if o.ClientID == "" {
		file.Fault(at, "oauth2 needs client_id, which the provider gave you with the refresh token")
	}
	if n := o.refreshToken().sources(); n != 1 {
		file.Fault(at, "oauth2 needs exactly one of refresh_token_file, refresh_token_env, refresh_token_credential; here: %d", n)
	}
	if n := o.clientSecret().sources(); n > 1 {
		file.Fault(at, "oauth2 takes one of client_secret_file, client_secret_env, client_secret_credential; here: %d", n)
	}
}

// token is what gives an account's access tokens, nil where it has a password.
func (a *app) token(c *Config, s ServerConfig, db *store.DB) func(context.Context, bool) (string, error) {
	o := s.OAuth2
	if o == nil {
		return nil
	}
	source := &bearer.Source{
		Account: s.User + " " + o.TokenURL, Endpoint: o.TokenURL, ClientID: o.ClientID, Scope: o.Scope,
		RefreshToken: func() (string, error) { return c.read(o.refreshToken(), "the refresh token of "+s.User) },
		Keeper:       tokens{a, c, db}, Command: c.command(o.TokenCommand), Dir: c.dir, Now: a.now,
	}
	if o.clientSecret().sources() == 1 {
		source.ClientSecret = func() (string, error) { return c.read(o.clientSecret(), "the client's secret") }
	}
	return source.Token
}

// tokens keeps the refresh tokens that replace configured ones in the database
// (bearer.Keeper). A command that only looks must keep one too: the provider may take
// the old one no more.
type tokens struct {
	a  *app
	c  *Config
	db *store.DB
}

func (t tokens) RefreshToken(ctx context.Context, account string, seed [32]byte) (string, error) {
	return t.db.RefreshToken(ctx, account, seed)
}

func (t tokens) KeepRefreshToken(ctx context.Context, account string, seed [32]byte, token string) error {
	if !t.db.ReadOnly() {
		return t.db.KeepRefreshToken(ctx, account, seed, token)
	}
	db, err := store.Open(ctx, t.c.path(t.c.Database), t.a.now)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // what was kept is on the disk
	return db.KeepRefreshToken(ctx, account, seed, token)
}

// tokens gets a token for each account that wants one, and says whether it came.
func (r *report) tokens(c *Config, db *store.DB) {
	for _, s := range c.servers() {
		token := r.a.token(c, *s, db)
		if token == nil {
			continue
		}
		o := s.OAuth2
		if _, err := token(r.a.ctx, false); err != nil {
			todo := "check oauth2: token_url, client_id and the refresh token, or get a new one from the provider"
			if len(o.TokenCommand) > 0 {
				todo = "run the command by hand"
			}
			r.fail("token", "of %s on %s: %v; %s", s.User, s.Server, err, todo)
			continue
		}
		from := o.TokenURL
		if len(o.TokenCommand) > 0 {
			from = fmt.Sprintf("%s", o.TokenCommand)
		}
		r.ok("token", "of %s on %s, from %s", s.User, s.Server, from)
		for _, path := range []string{o.RefreshTokenFile, o.ClientSecretFile} {
			if path != "" {
				r.private("token", c.path(path))
			}
		}
	}
}

// servers is every server that the configuration names, once each.
func (c *Config) servers() (all []*ServerConfig) {
	for i := range c.Mailboxes {
		all = append(all, &c.Mailboxes[i].IMAP)
		if c.Mailboxes[i].SMTP != nil {
			all = append(all, c.Mailboxes[i].SMTP)
		}
	}
	if c.SMTP != nil {
		all = append(all, c.SMTP)
	}
	return all
}
