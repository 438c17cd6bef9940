package outbox

import (
	"bytes"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// sendable refuses what must never be put on a connection: an envelope that
// would end its command early, and a bare CR, which some servers take for the
// end of a line, so that text could be read as commands (RFC 5321 section
// 2.3.8). Its error is permanent.
func sendable(l desk.Letter) error {
	switch {
	case l.Recipient == "":
		return refused("the letter has no recipient")
	case !plain(l.Recipient), !plain(l.Sender):
		return refused("an address holds characters that no envelope may")
	case bareCR(l.Bytes):
		return refused("the letter holds a carriage return without a line feed")
	}
	return nil
}

// refused is a failure of our own making, as permanent as a server's 5xx.
func refused(why string) *failure {
	return &failure{command: "refused here", code: 550, err: errors.New(why)}
}

func plain(address string) bool {
	return !strings.ContainsFunc(address, func(r rune) bool {
		return r == '<' || r == '>' || r == utf8.RuneError || unicode.IsControl(r) || unicode.IsSpace(r)
	})
}

func bareCR(b []byte) bool {
	return bytes.Count(b, []byte("\r")) != bytes.Count(b, []byte("\r\n"))
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// said is a server's reply on one line, which textproto would quote; any other
// error stays as it is.
func said(err error) string {
	reply, ok := err.(*textproto.Error)
	if !ok {
		return err.Error()
	}
	return fmt.Sprintf("%03d %s", reply.Code, strings.ReplaceAll(reply.Msg, "\n", " "))
}
