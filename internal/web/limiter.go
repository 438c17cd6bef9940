package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

const (
	perMinute = 300    // requests from one address: a school may share one
	manyPeers = 20_000 // addresses counted at once; beyond, all others share a count
)

// limiter lets each address make so many requests a minute.
type limiter struct {
	perMinute int
	clock     func() time.Time

	mutex  sync.Mutex
	minute int64
	made   map[netip.Prefix]int
}

// before answers with refuse where an address made too many requests.
func (l *limiter) before(next, refuse http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.allow(peer(r)) {
			next.ServeHTTP(w, r)
			return
		}
		refuse.ServeHTTP(w, r)
	})
}

func (l *limiter) allow(p netip.Prefix) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if minute := l.clock().Unix() / 60; minute != l.minute || l.made == nil {
		l.minute, l.made = minute, map[netip.Prefix]int{}
	}
	if _, known := l.made[p]; !known && len(l.made) >= manyPeers {
		p = netip.Prefix{}
	}
	l.made[p]++
	return l.made[p] <= l.perMinute
}

// peer is who asks: the address that connects, or, where that is this machine's own
// proxy, the address that the proxy wrote last into X-Forwarded-For. Of IPv6 it is
// the network that one customer has.
func peer(r *http.Request) netip.Prefix {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	if forwarded := r.Header.Values("X-Forwarded-For"); at.IsLoopback() && len(forwarded) > 0 {
		hops := strings.Split(forwarded[len(forwarded)-1], ",")
		if behind, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
			at = behind
		}
	}
	at = at.Unmap().WithZone("")
	bits := at.BitLen()
	if at.Is6() {
		bits = 64
	}
	network, err := at.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}
