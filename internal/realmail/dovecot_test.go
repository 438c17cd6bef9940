package realmail

import (
	"crypto/tls"
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
)

func TestDovecotTakesMailAndGivesIt(t *testing.T) {
	for _, layout := range []Layout{Slash, Maildirpp} {
		t.Run(fmt.Sprintf("separator %q", layout.Separator), func(t *testing.T) {
			d := StartDovecotAs(t, layout, User{"contact@example.org", "secret"})
			deliver(t, d, "contact@example.org", "Subject: bonjour\r\n\r\nUn texte.\r\n")
			d.Stop()
			d.Start()
			c, err := imapclient.DialTLS(d.IMAPS, &imapclient.Options{TLSConfig: &tls.Config{RootCAs: d.Roots}})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if err := c.Login("contact@example.org", "secret").Wait(); err != nil {
				t.Fatal(err)
			}
			box, err := c.Select("INBOX", nil).Wait()
			if err != nil || box.NumMessages != 1 {
				t.Fatalf("INBOX holds %+v, %v; want 1 mail\n%s", box, err, d.Log())
			}
			spaces, err := c.Namespace().Wait()
			if err != nil {
				t.Fatal(err)
			}
			if got := spaces.Personal[0]; got.Prefix != layout.Prefix || string(got.Delim) != layout.Separator {
				t.Errorf("namespace %+v; want %+v", got, layout)
			}
		})
	}
}

func deliver(t *testing.T, d *Dovecot, to, mail string) {
	t.Helper()
	if err := d.Deliver(to, []byte(mail)); err != nil {
		t.Fatalf("delivering: %v\n%s", err, d.Log())
	}
}
