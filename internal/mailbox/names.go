package mailbox

import "strings"

// names is how the server names the folders of the account (RFC 2342).
type names struct {
	prefix    string // of the personal namespace: "INBOX." on some servers
	delimiter rune   // 0 where folders have no levels
}

// of is the server's name for a folder that we name with "/" between levels. A
// delimiter inside a level would make a level of its own and becomes "-".
func (n names) of(folder string) string {
	if strings.EqualFold(folder, "INBOX") {
		return "INBOX"
	}
	return n.prefix + n.join(n.levels(folder))
}

// parents are the server's names of the folders above one, highest first.
func (n names) parents(folder string) []string {
	levels := n.levels(folder)
	if n.delimiter == 0 {
		return nil
	}
	var parents []string
	for i := 1; i < len(levels); i++ {
		parents = append(parents, n.prefix+n.join(levels[:i]))
	}
	return parents
}

func (n names) levels(folder string) []string {
	levels := strings.Split(folder, "/")
	// "INBOX/Guichet" said in full, on a server whose prefix says it already
	if len(levels) > 1 && n.prefix != "" && strings.EqualFold(n.prefix, levels[0]+string(n.delimiter)) {
		levels = levels[1:]
	}
	for i, level := range levels {
		if n.delimiter != 0 {
			levels[i] = strings.ReplaceAll(level, string(n.delimiter), "-")
		}
	}
	return levels
}

func (n names) join(levels []string) string {
	if n.delimiter == 0 {
		return strings.Join(levels, "-")
	}
	return strings.Join(levels, string(n.delimiter))
}
