package realmail

import (
	"os"
	"os/user"
	"strconv"
)

// settings is what dovecotConf is filled with.
type settings struct {
	Modern                  bool // 2.4's names of the settings
	Folder                  string
	Layout                  Layout
	Hostname                string
	IMAP, IMAPS, LMTP, SASL string // ports
	User                    string // runs Dovecot's services and owns the mail
	Group                   string
	UID, GID                int
	Tokens                  string // where tokens are looked up; "" takes passwords alone
}

// own sets who runs the services: nobody where the test is root, else whoever
// runs the test.
func (s *settings) own(t Host) {
	t.Helper()
	owner, err := user.Current()
	if os.Geteuid() == 0 {
		owner, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(owner.Gid)
	if err != nil {
		t.Fatal(err)
	}
	s.User, s.Group = owner.Username, group.Name
	if s.UID, err = strconv.Atoi(owner.Uid); err != nil {
		t.Fatal(err)
	}
	if s.GID, err = strconv.Atoi(owner.Gid); err != nil {
		t.Fatal(err)
	}
}

// dovecotConf is a whole configuration: one folder, high ports, no privileges
// beyond those of the user. The names changed between 2.3 and 2.4.
const dovecotConf = `
{{- if .Modern}}dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
mail_driver = maildir
mail_path = ~/Maildir
auth_allow_cleartext = yes
ssl_server_cert_file = {{.Folder}}/certificate.pem
ssl_server_key_file = {{.Folder}}/certificate.pem
passdb passwd-file {
  passwd_file_path = {{.Folder}}/users
}
{{- if .Tokens}}
passdb oauth2 {
  mechanisms_filter = xoauth2 oauthbearer
}
oauth2 {
  tokeninfo_url = {{.Tokens}}
  username_attribute = email
}
{{- end}}
userdb static {
  fields {
    uid = {{.UID}}
    gid = {{.GID}}
    home = {{.Folder}}/mail/%{user}
  }
}
{{- else}}mail_location = maildir:~/Maildir
disable_plaintext_auth = no
ssl_cert = <{{.Folder}}/certificate.pem
ssl_key = <{{.Folder}}/certificate.pem
passdb {
  driver = passwd-file
  args = {{.Folder}}/users
}
{{- if .Tokens}}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {{.Folder}}/oauth2.conf
}
{{- end}}
userdb {
  driver = static
  args = uid={{.UID}} gid={{.GID}} home={{.Folder}}/mail/%u
}
{{- end}}
ssl = yes
protocols = imap lmtp
hostname = {{.Hostname}}
listen = 127.0.0.1
base_dir = {{.Folder}}/run
state_dir = {{.Folder}}/state
log_path = {{.Folder}}/dovecot.log
default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login{{if .Tokens}} xoauth2 oauthbearer{{end}}
mail_max_userip_connections = 100

namespace inbox {
  inbox = yes
  separator = {{.Layout.Separator}}
  prefix = {{.Layout.Prefix}}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = {{.IMAP}}
  }
  inet_listener imaps {
    port = {{.IMAPS}}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = {{.LMTP}}
  }
}
service auth {
  inet_listener sasl {
    port = {{.SASL}}
  }
}
auth_failure_delay = 0
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
`
