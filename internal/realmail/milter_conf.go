package realmail

// What docs/exploitation.md tells operators to write, where their border is
// mx.example.org; a test compares. The servers run with exactly that, and with
// what makes them tests below.
const (
	// borderRules are of Postfix: a mail that was not judged waits.
	borderRules = `milter_default_action = tempfail
`
	// borderHeaderChecks takes off whatever a sender writes about its own mail.
	// OpenDKIM leaves what it cannot read (a result of ARC, say), and OpenDMARC
	// reads it and believes it.
	borderHeaderChecks = `/^Authentication-Results[[:space:]]*:/ IGNORE
`
	openDKIMRules = `AuthservID mx.example.org
`
	openDMARCRules = `AuthservID mx.example.org
PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat
SPFIgnoreResults true
`
)

// The tests' part takes the folder. By default the mail of 127.0.0.1, from where
// tests send, is one's own: signed, or passed unseen.
const (
	openDKIMTest = `Syslog no
Background no
UMask 000
Socket local:%[1]s/opendkim.sock
InternalHosts %[1]s/own-hosts
TestDNSData file:%[1]s/records
`
	openDMARCTest = `RejectFailures false
Syslog false
Background false
UMask 000
Socket local:%[1]s/opendmarc.sock
IgnoreHosts %[1]s/own-hosts
TestDNSData %[1]s/records
`
	ownHosts = "192.0.2.255\n"       // for documentation, RFC 5737: nobody's
	noRecord = "invalid no record\n" // with no record at all OpenDMARC would ask the real DNS
)
