package mailbox

import (
	"bufio"
	"io"
	"testing"

	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

// newProxy stands between a watcher and its server, with the same trouble on every
// connection.
func newProxy(t *testing.T, server string, trouble faultproxy.Trouble) *faultproxy.Proxy {
	t.Helper()
	return proxies(t, server, faultproxy.Always(trouble))
}

// firstOnly is trouble on the first connection alone.
func firstOnly(t faultproxy.Trouble) func(int) faultproxy.Trouble {
	return func(n int) faultproxy.Trouble {
		if n == 1 {
			return t
		}
		return faultproxy.Trouble{}
	}
}

func proxies(t *testing.T, server string, trouble func(int) faultproxy.Trouble) *faultproxy.Proxy {
	t.Helper()
	p, err := faultproxy.Start(server, trouble)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func eachLine(r io.Reader, do func([]byte) error) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 && do(line) != nil || err != nil {
			return
		}
	}
}
