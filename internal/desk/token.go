package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// TokenHash is how a token is kept: SHA-256 of it, in hexadecimal. Of a Message-ID
// the local part is the token.
func TokenHash(token string) string {
	token, _, _ = strings.Cut(strings.Trim(token, "<>"), "@")
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
