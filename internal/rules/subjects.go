package rules

import "go.yaml.in/yaml/v4"

// subjectsFile is the file that subjects are read from, for its faults.
const subjectsFile = "subjects.yaml"

// subjects is what rules/subjects.yaml holds: every word that sorts a mail, as
// an editor wrote it. Case, accents and punctuation do not matter in it.
type subjects struct {
	Prefixes   []word    `yaml:"prefixes"`   // what mail programs put before a subject: Re, TR…
	Announcing []word    `yaml:"announcing"` // words after which a format stands as if first
	Asking     []word    `yaml:"asking"`     // words after which a withdrawal stands as if first
	Linking    []word    `yaml:"linking"`    // small words that may stand among them
	Withdrawal []word    `yaml:"withdrawal"` // words that ask for a withdrawal
	Negations  []word    `yaml:"negations"`  // "sans", "ne … plus": … is any words
	Commands   []command `yaml:"commands"`
	Words      []word    `yaml:"words"` // one letter away from a word above, and words of their own
}

// command is one mail command and the words that call it.
type command struct {
	ID    word   `yaml:"id"`
	Words []word `yaml:"words"`
}

// word is one entry, with its place in the file for faults.
type word struct {
	text         string
	line, column int
}

// UnmarshalYAML reads a scalar and keeps its place.
func (w *word) UnmarshalYAML(node *yaml.Node) error {
	w.line, w.column = node.Line, node.Column
	return node.Decode(&w.text)
}

// formatNames is how subjects name one format.
type formatNames struct {
	ID, Name string
	Aliases  []string
}
