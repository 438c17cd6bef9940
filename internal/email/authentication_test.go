package email

import (
	"strings"
	"testing"
)

const (
	ourHost  = "mx.example.org"
	border   = "Received: from out.example.fr (out.example.fr [192.0.2.1] (may be forged))\n\tby MX.example.org (Postfix) with ESMTPS id 1; Mon, 3 Mar 2025 10:00:00 +0100\n"
	fromFR   = "From: Jeanne <jeanne@news.example.fr>\n"
	passes   = "Authentication-Results: mx.example.org; dmarc=pass header.from=news.example.fr\n"
	fails    = "Authentication-Results: mx.example.org; dmarc=fail header.from=news.example.fr\n"
	dkimPass = "Authentication-Results: mx.example.org; dkim=pass header.d=example.fr\n"
	nothing  = "Authentication-Results: mx.example.org; none\n"
)

// results is one header of ours.
func results(text string) string { return "Authentication-Results: mx.example.org; " + text + "\n" }

var authenticationTests = map[string]struct {
	header         string
	result         AuthResult
	method, domain string
}{
	"DMARC pass":                    {passes + border + fromFR, AuthPass, "dmarc", "news.example.fr"},
	"DMARC pass, version and case":  {"authentication-results: MX.example.org 1; DMARC=Pass header.from=News.Example.fr\n" + border + fromFR, AuthPass, "dmarc", "news.example.fr"},
	"DMARC pass, comments":          {results("dmarc=pass (p=none; sp=none) header.from=news.example.fr") + border + fromFR, AuthPass, "dmarc", "news.example.fr"},
	"DMARC pass of another domain":  {results("dmarc=pass header.from=example.test") + border + fromFR, AuthNone, "", ""},
	"DMARC fail":                    {fails + border + fromFR, AuthFail, "dmarc", "news.example.fr"},
	"DMARC fail with DKIM pass":     {results("dkim=pass header.d=news.example.fr; dmarc=fail header.from=news.example.fr") + border + fromFR, AuthFail, "dmarc", "news.example.fr"},
	"DKIM aligned":                  {dkimPass + border + fromFR, AuthPass, "dkim", "example.fr"},
	"DKIM aligned by its identity":  {results("dkim=pass header.i=@example.fr") + border + fromFR, AuthPass, "dkim", "example.fr"},
	"DKIM of another domain":        {results("dkim=pass header.d=example.test") + border + fromFR, AuthNone, "", ""},
	"DKIM of a public suffix":       {results("dkim=pass header.d=fr") + border + fromFR, AuthNone, "", ""},
	"DKIM of a neighbour on a host": {results("dkim=pass header.d=b.github.io") + border + "From: a@a.github.io\n", AuthNone, "", ""},
	"DKIM fail":                     {results("dkim=fail header.d=example.fr") + border + fromFR, AuthNone, "", ""},
	"DKIM pass after another":       {results("dkim=pass header.d=example.test; dkim=pass header.d=example.fr") + border + fromFR, AuthPass, "dkim", "example.fr"},
	"SPF alone":                     {results("spf=pass smtp.mailfrom=jeanne@news.example.fr") + border + fromFR, AuthNone, "", ""},
	"none":                          {nothing + border + fromFR, AuthNone, "", ""},
	"no header":                     {border + fromFR, AuthNone, "", ""},

	"forged below the border":           {border + passes + fromFR, AuthNone, "", ""},
	"forged below with a border of its": {border + passes + border + fromFR, AuthNone, "", ""},
	"forged failure below":              {passes + border + fails + fromFR, AuthPass, "dmarc", "news.example.fr"},
	"HELO by, a border of its below":    {strings.Replace(border, "out.example.fr (", "by (", 1) + passes + border + fromFR, AuthNone, "", ""},
	"HELO by":                           {passes + strings.Replace(border, "out.example.fr (", "by (", 1) + fromFR, AuthPass, "dmarc", "news.example.fr"},
	"HELO (, a border of its below":     {strings.Replace(border, "out.example.fr (", "( (", 1) + passes + border + fromFR, AuthNone, "", ""},
	"no border":                         {passes + fromFR, AuthNone, "", ""},
	"the border of another host":        {passes + strings.Replace(border, "MX.", "mx2.", 1) + fromFR, AuthNone, "", ""},
	"a border only in a comment":        {passes + "Received: from x (by mx.example.org) by mx.example.test; x\n" + fromFR, AuthNone, "", ""},
	"another host's results":            {strings.Replace(passes, ourHost, "mx.example.test", 1) + border + fromFR, AuthNone, "", ""},
	"our name as a prefix":              {strings.Replace(passes, ourHost, ourHost+".example.test", 1) + border + fromFR, AuthNone, "", ""},
	"another host's above ours":         {strings.Replace(fails, ourHost, "mx.example.test", 1) + passes + border + fromFR, AuthPass, "dmarc", "news.example.fr"},

	"two of ours, the topmost passes":  {passes + nothing + border + fromFR, AuthPass, "dmarc", "news.example.fr"},
	"two of ours, the second passes":   {nothing + passes + border + fromFR, AuthPass, "dmarc", "news.example.fr"},
	"two of ours, the second fails":    {passes + fails + border + fromFR, AuthFail, "dmarc", "news.example.fr"},
	"two of ours, the topmost is dirt": {results("dmarc") + passes + border + fromFR, AuthPass, "dmarc", "news.example.fr"},

	"several authors":            {passes + border + "From: a@news.example.fr, b@news.example.fr\n", AuthNone, "", ""},
	"several From headers":       {passes + border + fromFR + "From: b@example.test\n", AuthNone, "", ""},
	"several authors and a fail": {fails + border + "From: a@news.example.fr, b@news.example.fr\n", AuthFail, "dmarc", ""},
	"no From":                    {results("dmarc=pass") + border + "Subject: s\n", AuthNone, "", ""},

	"a result within a quoted local part": {
		results(`spf=fail smtp.mailfrom="x; dmarc=pass header.from=news.example.fr"@example.test`) + border + fromFR, AuthNone, "", "",
	},
	"a result within a comment": {
		results("spf=fail (domain of x; dmarc=pass header.from=news.example.fr) smtp.mailfrom=x") + border + fromFR, AuthNone, "", "",
	},
	"a comment that never ends": {results("dmarc=pass (p=none") + border + fromFR, AuthNone, "", ""},
	"a quoted reason":           {results(`dmarc=pass reason="ok; fine" header.from="news.example.fr"`) + border + fromFR, AuthPass, "dmarc", "news.example.fr"},
}

func TestAuthenticate(t *testing.T) {
	for name, test := range authenticationTests {
		for form, lineEnd := range lineEnds {
			got := parse(t, test.header+"\n.\n", lineEnd).Authenticate(ourHost, ourHost)
			if got.Result != test.result || got.Method != test.method || got.Domain != test.domain {
				t.Errorf("%s (%s): got %+v", name, form, got)
			}
			if (got.Header != "") != (got.Result != AuthNone) {
				t.Errorf("%s (%s): header %q", name, form, got.Header)
			}
		}
	}
}

func TestAuthenticateUnconfigured(t *testing.T) {
	m := parse(t, passes+border+fromFR+"\n.\n", "\n")
	for _, hosts := range [][2]string{{"", ourHost}, {ourHost, ""}, {"", ""}} {
		if got := m.Authenticate(hosts[0], hosts[1]); got != (Authentication{Result: AuthNone}) {
			t.Errorf("%q: %+v", hosts, got)
		}
	}
}
