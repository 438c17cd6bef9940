package email

import "strings"

// unflow joins the lines that a mailer wrapped (format=flowed, RFC 3676): a
// line that ends with a space goes on in the next of the same quote depth.
// delsp says that this space is the mailer's own and no part of the text.
func unflow(text string, delsp bool) string {
	var out strings.Builder
	flowing, depth := false, 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		quotes := len(line) - len(strings.TrimLeft(line, ">"))
		content := strings.TrimPrefix(line[quotes:], " ") // space-stuffing
		signature := content == "-- "
		if flowing && (quotes != depth || signature) {
			out.WriteByte('\n')
			flowing = false
		}
		if !flowing && quotes > 0 {
			out.WriteString(line[:quotes] + " ")
		}
		depth = quotes
		flowing = strings.HasSuffix(content, " ") && !signature
		if flowing && delsp {
			content = content[:len(content)-1]
		}
		out.WriteString(content)
		if !flowing {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
