package realmail

import "os"

// postfixSettings is what mainCF and masterCF are filled with.
type postfixSettings struct {
	Folder, Daemons            string
	Domains                    []string
	MX, Submission, LMTP, SASL string // host:port
	Milters                    []string
}

// mainCF delivers the domains' mail by LMTP and refuses all other: no transport
// leads out, and no name is looked up.
const mainCF = `compatibility_level = 3.6
queue_directory = {{.Folder}}/queue
data_directory = {{.Folder}}/data
daemon_directory = {{.Daemons}}
maillog_file = {{.Folder}}/postfix.log
maillog_file_prefixes = {{.Folder}}
inet_interfaces = loopback-only
inet_protocols = ipv4
smtpd_peername_lookup = no
myhostname = mx.example.org
mydestination =
mynetworks =
alias_maps =
alias_database =
biff = no

virtual_mailbox_domains ={{range .Domains}} {{.}}{{end}}
virtual_transport = lmtp:inet:{{.LMTP}}
default_transport = error:no mail leaves this machine
relay_transport = error:no mail leaves this machine
local_transport = error:no mail is delivered to this machine

# From whom: anybody to our domains, those logged in to everybody.
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:{{.SASL}}
smtpd_tls_security_level = may
smtpd_tls_cert_file = {{.Folder}}/certificate.pem
smtpd_tls_key_file = {{.Folder}}/certificate.pem

# A mail stays as it was sent, though its client is on this machine.
local_header_rewrite_clients =
message_size_limit = 52428800
{{if .Milters}}
header_checks = regexp:{{.Folder}}/header_checks
` + borderRules + `{{end}}
# A test does not wait.
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
in_flow_delay = 0
lmtp_connection_cache_on_demand = no
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
`

// masterCF runs every daemon outside a chroot.
const masterCF = `{{.MX}} inet n - n - - smtpd
{{- if .Milters}}
  -o smtpd_milters={{range $i, $m := .Milters}}{{if $i}},{{end}}{{$m}}{{end}}
{{- end}}
{{.Submission}} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
cleanup    unix n - n - 0 cleanup
qmgr       unix n - n 300 1 qmgr
rewrite    unix - - n - - trivial-rewrite
bounce     unix - - n - 0 bounce
defer      unix - - n - 0 bounce
trace      unix - - n - 0 bounce
error      unix - - n - - error
retry      unix - - n - - error
lmtp       unix - - n - - lmtp
tlsmgr     unix - - n 1000? 1 tlsmgr
anvil      unix - - n - 1 anvil
proxymap   unix - - n - - proxymap
postlog    unix-dgram n - n - 1 postlogd
`

// postfixFolders is who may do what where: own folders belong to Postfix's
// user, drop folders to its submission group, the others to root.
var postfixFolders = []struct {
	name      string
	mode      os.FileMode
	own, drop bool
}{
	{name: "data", mode: 0o700, own: true},
	{name: "queue", mode: 0o755},
	{name: "queue/pid", mode: 0o755},
	{name: "queue/active", mode: 0o700, own: true},
	{name: "queue/bounce", mode: 0o700, own: true},
	{name: "queue/corrupt", mode: 0o700, own: true},
	{name: "queue/defer", mode: 0o700, own: true},
	{name: "queue/deferred", mode: 0o700, own: true},
	{name: "queue/flush", mode: 0o700, own: true},
	{name: "queue/hold", mode: 0o700, own: true},
	{name: "queue/incoming", mode: 0o700, own: true},
	{name: "queue/private", mode: 0o700, own: true},
	{name: "queue/saved", mode: 0o700, own: true},
	{name: "queue/trace", mode: 0o700, own: true},
	{name: "queue/maildrop", mode: 0o730, own: true, drop: true},
	{name: "queue/public", mode: 0o710, own: true, drop: true},
}
