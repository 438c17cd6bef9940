package rules

// subjects is what rules/subjects.yaml holds: every word that sorts a mail, as
// an editor wrote it. Case, accents and punctuation do not matter in it.
type subjects struct {
	Prefixes   []string  `yaml:"prefixes" required:"true"`   // what mail programs put before a subject: Re, TR…
	Announcing []string  `yaml:"announcing" required:"true"` // words after which a format stands as if first
	Asking     []string  `yaml:"asking" required:"true"`     // words after which a withdrawal stands as if first
	Linking    []string  `yaml:"linking" required:"true"`    // small words that may stand among them
	Withdrawal []string  `yaml:"withdrawal" required:"true"` // words that ask for a withdrawal
	Negations  []string  `yaml:"negations" required:"true"`  // "sans", "ne … plus": … is any words
	Commands   []command `yaml:"commands" required:"true"`
	Words      []string  `yaml:"words" required:"true"` // one letter away from a word above, and words of their own
}

// command is one mail command and the words that call it.
type command struct {
	ID    string   `yaml:"id" required:"true"`
	Words []string `yaml:"words" required:"true"`
}

// formatNames is how subjects name one format.
type formatNames struct {
	ID, Name string
	Aliases  []string
}

// flaw is something wrong in subjects.yaml. Path is where, as a source counts:
// "commands[1].words[0]"; the loader makes a fault of it (source.fault).
type flaw struct{ path, message string }
