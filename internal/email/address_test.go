package email

import (
	"slices"
	"testing"
)

func TestAddresses(t *testing.T) {
	for value, want := range map[string][]Address{
		"":                                               nil,
		"jean@example.org":                               {{"", "jean@example.org"}},
		"Jean.Dupont@EXAMPLE.org":                        {{"", "jean.dupont@example.org"}},
		"Jean Dupont <jean@example.org>":                 {{"Jean Dupont", "jean@example.org"}},
		`"Dupont, Jean" <jean@example.org>`:              {{"Dupont, Jean", "jean@example.org"}},
		`Dupont, Jean <jean@example.org>`:                {{"Dupont, Jean", "jean@example.org"}},
		`"Jean \"J\" D" <jean@example.org>`:              {{`Jean "J" D`, "jean@example.org"}},
		"jean@example.org (Jean (le vrai))":              {{"Jean (le vrai)", "jean@example.org"}},
		"=?utf-8?q?H=C3=A9l=C3=A8ne?= <h@x.test>":        {{"Hélène", "h@x.test"}},
		`"=?utf-8?q?H=C3=A9l=C3=A8ne?=" <h@x.test>`:      {{"Hélène", "h@x.test"}},
		"Hélène <h@x.test>":                              {{"Hélène", "h@x.test"}},
		"Jean jean@example.org":                          {{"Jean", "jean@example.org"}},
		"Jean jean@example.org>":                         {{"Jean", "jean@example.org"}},
		"<@relay.test,@b.test:jean@example.org>":         {{"", "jean@example.org"}},
		"Jean < jean @ example.org >":                    {{"Jean", "jean@example.org"}},
		`"jean paul"@example.org`:                        {{"", `"jean paul"@example.org`}},
		`"a@b.test" <c@d.test>`:                          {{"a@b.test", "c@d.test"}},
		"A <a@x.test> B <b@x.test>":                      {{"A", "a@x.test"}, {"B", "b@x.test"}},
		"a@x.test; b@x.test":                             {{"", "a@x.test"}, {"", "b@x.test"}},
		"a@x.test,,b@x.test,":                            {{"", "a@x.test"}, {"", "b@x.test"}},
		"Amis: a@x.test, B <b@x.test>;":                  {{"", "a@x.test"}, {"B", "b@x.test"}},
		"undisclosed-recipients:;":                       nil,
		"mailto:a@x.test":                                {{"", "a@x.test"}},
		"MAILER-DAEMON":                                  {{"MAILER-DAEMON", ""}},
		"Mail Delivery System <>":                        {{"Mail Delivery System", ""}},
		`"never closed <a@x.test>`:                       {{"never closed", "a@x.test"}},
		"(never closed <a@x.test>":                       {{"never closed", "a@x.test"}},
		"Jean <jean@example.org":                         {{"Jean", "jean@example.org"}},
		"Jean <jean dupont@example.org>":                 {{"Jean", ""}},
		"Jean <jean@@example.org>":                       {{"Jean", ""}},
		"Jean <jean@exa\u202emple.org>":                  {{"Jean", ""}},
		"=?utf-8?q?Jean_=3Cjean=40example=2Eorg=3E?=":    {{"Jean <jean@example.org>", ""}},
		"Jean <jean@example.org>, =?utf-8?q?=2C?= <p@q>": {{"Jean", "jean@example.org"}, {",", "p@q"}},
	} {
		if got := (&Message{}).addresses([]string{value}); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}
