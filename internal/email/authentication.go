package email

import (
	"strings"

	"github.com/emersion/go-msgauth/authres"
	"golang.org/x/net/publicsuffix"
)

// AuthResult is how surely the author is known.
type AuthResult string

// The results. AuthNone is everything that is absent or unclear, and never
// counts as a pass.
const (
	AuthPass AuthResult = "pass"
	AuthFail AuthResult = "fail"
	AuthNone AuthResult = "none"
)

// Authentication is what our own border host found out about the author.
type Authentication struct {
	Result AuthResult
	Method string // "dmarc" or "dkim"; "" with AuthNone
	Domain string // the domain that passed, or From's that failed; "" with AuthNone
	Header string // the Authentication-Results value that says so; "" with AuthNone
}

// Authenticate reads the Authentication-Results (RFC 8601) of authservID. They
// count only above the topmost Received line by which the host receivedBy took
// the mail: what stands below it is the sender's own writing. Several may be ours:
// each milter of a border writes its own. A failed DMARC in any is final; else a
// DMARC pass in any counts, or a DKIM pass whose domain shares its organisational
// domain with From (RFC 7489 section 3.1.1). SPF alone says nothing of From.
func (m *Message) Authenticate(authservID, receivedBy string) Authentication {
	from := domainOf(m.From.Address)
	headers := m.trustedResults(authservID, receivedBy)
	for _, header := range headers {
		if header.failed {
			return Authentication{AuthFail, "dmarc", from, header.value}
		}
	}
	for _, header := range headers {
		if proof := header.pass(from); from != "" && proof.Result == AuthPass {
			return proof
		}
	}
	return Authentication{Result: AuthNone}
}

// resultsHeader is one Authentication-Results header that may be believed.
type resultsHeader struct {
	value   string
	results []authres.Result
	failed  bool // its DMARC failed
}

// trustedResults is our own headers above the border, topmost first.
func (m *Message) trustedResults(authservID, receivedBy string) []resultsHeader {
	border := m.border(receivedBy)
	if authservID == "" || border < 0 {
		return nil
	}
	var headers []resultsHeader
	for _, f := range m.Fields[:border] {
		if !strings.EqualFold(f.Name, "Authentication-Results") {
			continue
		}
		if header, ok := parseResults(f.Value, authservID); ok {
			headers = append(headers, header)
		}
	}
	return headers
}

// border is the index of the topmost Received line by which our border host took
// the mail, -1 where there is none. A sender writes part of that line (HELO by,
// say), so one that names our host after any "by" is taken for it: what stands
// above can only become less. A line that cannot be read ends the search: above
// the border there are only our own hosts' lines.
func (m *Message) border(receivedBy string) int {
	if receivedBy == "" {
		return -1
	}
	for i, f := range m.Fields {
		if !strings.EqualFold(f.Name, "Received") {
			continue
		}
		plain, ok := withoutComments(f.Value)
		if !ok {
			return -1
		}
		if takenBy(plain, receivedBy) {
			return i
		}
	}
	return -1
}

// takenBy says whether a Received line names the host after a "by" (RFC 5321
// section 4.4).
func takenBy(received, host string) bool {
	words := strings.Fields(received)
	for i, word := range words[:max(len(words)-1, 0)] {
		if strings.EqualFold(word, "by") && strings.EqualFold(strings.TrimRight(words[i+1], ".;"), strings.TrimRight(host, ".")) {
			return true
		}
	}
	return false
}

// parseResults reads one header, and says whether it is ours. A header of ours
// that cannot be read is ours and holds no result.
func parseResults(value, authservID string) (header resultsHeader, ours bool) {
	header.value = value
	plain, ok := withoutComments(value)
	id, _, _ := strings.Cut(plain, ";")
	id = strings.TrimSpace(firstWord(strings.TrimSpace(id)))
	if !strings.EqualFold(strings.TrimRight(id, "."), strings.TrimRight(authservID, ".")) {
		return header, false
	}
	_, results, err := authres.Parse(plain)
	if !ok || err != nil {
		return header, true
	}
	header.results = results
	for _, r := range results {
		if dmarc, ok := r.(*authres.DMARCResult); ok && dmarc.Value == authres.ResultFail {
			header.failed = true
		}
	}
	return header, true
}

// pass finds a result that proves From.
func (h resultsHeader) pass(from string) Authentication {
	for _, r := range h.results {
		if dmarc, ok := r.(*authres.DMARCResult); ok && dmarc.Value == authres.ResultPass &&
			(dmarc.From == "" || lowerASCII(dmarc.From) == from) {
			return Authentication{AuthPass, "dmarc", from, h.value}
		}
	}
	for _, r := range h.results {
		dkim, ok := r.(*authres.DKIMResult)
		if !ok || dkim.Value != authres.ResultPass {
			continue
		}
		domain := lowerASCII(dkim.Domain)
		if domain == "" {
			domain = domainOf(lowerASCII(dkim.Identifier))
		}
		if aligned(domain, from) {
			return Authentication{AuthPass, "dkim", domain, h.value}
		}
	}
	return Authentication{Result: AuthNone}
}

// aligned says whether two domains have the same organisational domain.
func aligned(a, b string) bool {
	if a == "" || b == "" || a == b {
		return a != "" && a == b
	}
	orgA, errA := publicsuffix.EffectiveTLDPlusOne(a)
	orgB, errB := publicsuffix.EffectiveTLDPlusOne(b)
	return errA == nil && errB == nil && orgA == orgB
}

func domainOf(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}

// withoutComments takes comments and quotes off a structured header. A sender
// chooses part of what stands within them (the envelope's local part, say), and
// could write results there; so what is quoted is dropped unless it is plain.
// It says false where a quote or a comment never ends.
func withoutComments(value string) (string, bool) {
	var out strings.Builder
	depth, quote := 0, -1
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\':
			i++
		case quote >= 0:
			if c == '"' {
				if inside := value[quote+1 : i]; depth == 0 && isAtom(inside, ";=()\\") {
					out.WriteString(inside)
				}
				quote = -1
			}
		case c == '"' && depth == 0:
			quote = i
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			out.WriteByte(' ')
		case depth == 0:
			out.WriteByte(c)
		}
	}
	return out.String(), depth == 0 && quote < 0
}
