package main

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strings"

	"github.com/bara-think-tank/guichet/internal/alarm"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// AlarmConfig is how the operator is told what needs them: by a command, by an SMTP
// account of its own, or by both.
type AlarmConfig struct {
	Command []string         `yaml:"command" empty:"true"` // a program and its arguments
	SMTP    *AlarmSMTPConfig `yaml:"smtp"`
}

// AlarmSMTPConfig is a mail account that has nothing to do with the desk's, and who is
// written to.
type AlarmSMTPConfig struct {
	Server             string   `yaml:"server" required:"true"`
	Security           string   `yaml:"security" required:"true"`
	User               string   `yaml:"user" empty:"true"`
	PasswordFile       string   `yaml:"password_file"`
	PasswordEnv        string   `yaml:"password_env"`
	PasswordCredential string   `yaml:"password_credential"`
	CAFile             string   `yaml:"ca_file"`
	From               string   `yaml:"from" required:"true"`
	To                 []string `yaml:"to" required:"true"`
}

// account is the server as others are.
func (s AlarmSMTPConfig) account() ServerConfig {
	return ServerConfig{
		Server: s.Server, Security: s.Security, User: s.User, PasswordFile: s.PasswordFile, PasswordEnv: s.PasswordEnv,
		PasswordCredential: s.PasswordCredential, CAFile: s.CAFile,
	}
}

// check adds the faults of what is said of alarms.
func (c AlarmConfig) check(file *yamlfile.File) {
	if c.SMTP == nil {
		return
	}
	c.SMTP.account().check(file, "alarm.smtp")
	checkAddress(file, "alarm.smtp.from", c.SMTP.From)
	if len(c.SMTP.To) == 0 {
		file.Fault("alarm.smtp.to", "nobody is told: name an address that is read on another server than the desk's")
	}
	for i, to := range c.SMTP.To {
		checkAddress(file, yamlfile.Nth("alarm.smtp.to", i), to)
	}
}

// check refuses to serve the figures to everybody.
func (c MetricsConfig) check(file *yamlfile.File) {
	if c.Listen == "" {
		return
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil || port == "" {
		file.Fault("metrics.listen", "listen %q is no host and port; accepted: 127.0.0.1:9125", c.Listen)
		return
	}
	if !c.Public && !operators(host) {
		file.Fault("metrics.listen", "%s may be reached by strangers, and the figures are the operator's alone; accepted: 127.0.0.1:%s, "+
			"a private address, or public: true where something else keeps strangers out (a container, a firewall)", c.Listen, port)
	}
}

// operators says whether an address is of this machine or of a private network.
func operators(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

// channels are the ways to the operator that are configured.
func (a *app) channels(c *Config) (all []alarm.Channel, err error) {
	if len(c.Alarm.Command) > 0 {
		all = append(all, alarm.Command{Program: c.command(c.Alarm.Command), Dir: c.dir})
	}
	if c.Alarm.SMTP == nil {
		return all, nil
	}
	mail, err := c.alarmMail()
	return append(all, mail), err
}

func (c *Config) alarmMail() (alarm.Mail, error) {
	s := c.Alarm.SMTP.account()
	secure, err := c.tls(s)
	if err != nil {
		return alarm.Mail{}, err
	}
	return alarm.Mail{
		Server: s.Server, Security: s.Security, User: s.User, Password: func() (string, error) { return c.password(s) }, TLS: secure,
		From: c.Alarm.SMTP.From, To: c.Alarm.SMTP.To,
	}, nil
}

// alarmWords speak for the first mailbox.
func (c *Config) alarmWords() alarm.Words {
	return alarm.Words{Desk: c.Mailboxes[0].Address, Zone: c.zone}
}

// command is a command with its program found: one with a slash is relative to the
// configuration file.
func (c *Config) command(command []string) []string {
	if len(command) == 0 || !strings.ContainsRune(command[0], filepath.Separator) {
		return command
	}
	program := c.path(command[0])
	if absolute, err := filepath.Abs(program); err == nil {
		program = absolute
	}
	return append([]string{program}, command[1:]...)
}

// alarms says whether the operator can be told; nobody is.
func (r *report) alarms(c *Config, w *works) {
	if len(w.monitor.board.Channels) == 0 {
		r.warn("alarms", "nobody is told when the desk fails: set alarm: command, or smtp, in the configuration")
	}
	if command := c.command(c.Alarm.Command); len(command) > 0 {
		if err := runnable(command[0]); err != nil {
			r.fail("alarms", "%v; change alarm: command", err)
		} else {
			r.ok("alarms", "%s is given alarms; to try it: guichet alarm test", command[0])
		}
	}
	if c.Alarm.SMTP != nil {
		r.alarmMail(c)
	}
}

func (r *report) alarmMail(c *Config) {
	if s := c.Alarm.SMTP.account(); s.PasswordFile != "" {
		r.private("password", c.path(s.PasswordFile))
	}
	mail, err := c.alarmMail()
	if err == nil {
		err = mail.Probe(r.a.ctx)
	}
	if err != nil {
		r.fail("alarms", "%v; check alarm: smtp", err)
		return
	}
	r.ok("alarms", "%s carries alarms to %v; to try it: guichet alarm test", mail.Server, mail.To)
	for _, other := range append([]*ServerConfig{c.SMTP}, c.ownAccounts()...) {
		if other != nil && other.Server == mail.Server {
			r.warn("alarms", "%s is the desk's own SMTP server: when it fails, alarms fail too; name another one, or a command", mail.Server)
			return
		}
	}
}

func (c *Config) ownAccounts() (all []*ServerConfig) {
	for _, m := range c.Mailboxes {
		all = append(all, m.SMTP)
	}
	return all
}

// alarmCommand is `guichet alarm`.
type alarmCommand struct {
	Test alarmTestCommand `cmd:"" help:"Send one alarm by every configured way, to see that it arrives."`
	List alarmListCommand `cmd:"" help:"List the alarms that are raised."`
}

type alarmTestCommand struct{ configured }

// Run tells each channel, and says which took it.
func (c alarmTestCommand) Run(a *app) error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	channels, err := a.channels(config)
	if err != nil {
		return err
	}
	if len(channels) == 0 {
		return badUse{hint(fmt.Errorf("%s names nobody to be told", c.Config), "set alarm: command, or smtp; guichet config example shows how")}
	}
	failed := false
	for _, channel := range channels {
		if err := channel.Tell(a.ctx, config.alarmWords().Test(a.now())); err != nil {
			failed = true
			fmt.Fprintf(a.out, "failed   %-8s %v\n", channel.Name(), err)
			continue
		}
		fmt.Fprintf(a.out, "told     %s\n", channel.Name())
	}
	if failed {
		return errSaid
	}
	return nil
}

type alarmListCommand struct{ configured }

// Run lists what is raised, the oldest first.
func (c alarmListCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	alarms, err := w.db.Alarms(a.ctx)
	if err != nil {
		return err
	}
	raised := 0
	for _, one := range alarms {
		if one.Cleared.IsZero() {
			raised++
			fmt.Fprintln(a.out, told(one, a.now()))
		}
	}
	if raised == 0 {
		fmt.Fprintln(a.out, "no alarm is raised")
	}
	return nil
}
