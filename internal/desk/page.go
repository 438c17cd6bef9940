package desk

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// CheckPage refuses the address of a page that a browser could not open; none at
// all is right.
func CheckPage(page string) error {
	u, err := url.Parse(page)
	if page != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsFunc(page, unicode.IsSpace)) {
		return fmt.Errorf("%q is no web address; accepted: https://example.org/page", page)
	}
	return nil
}
