package rules

import "github.com/bara-think-tank/guichet/internal/desk"

// The decoded form of the yaml files. A key marked required must be there; a key
// that is not here is a fault.

// deskFile is desk.yaml.
type deskFile struct {
	Name           string   `yaml:"name" required:"true"`
	Prefix         string   `yaml:"prefix" required:"true"`
	Language       string   `yaml:"language" required:"true"`
	Languages      []string `yaml:"languages" required:"true"`
	TextLanguages  []string `yaml:"text_languages" required:"true"`
	Site           string   `yaml:"site" required:"true"`
	AnswersPerHour int      `yaml:"answers_per_hour" required:"true"`
	Registration   struct {
		Page string `yaml:"page" required:"true"`
	} `yaml:"registration" required:"true"`
	Root   string     `yaml:"root" required:"true"`
	Queues queuesFile `yaml:"queues" required:"true"`
	Unsure unsureSays `yaml:"unsure" required:"true"`
}

// queuesFile names the queues that every publication has; a format names its
// own.
type queuesFile struct {
	Withdrawals  queueFile `yaml:"withdrawals" required:"true"`
	ToSort       queueFile `yaml:"to-sort" required:"true"`
	Registration queueFile `yaml:"registration" required:"true"`
	Parked       queueFile `yaml:"parked" required:"true"`
	Automatic    queueFile `yaml:"automatic" required:"true"`
	Repeated     queueFile `yaml:"repeated" required:"true"`
	Answered     queueFile `yaml:"answered" required:"true"`
}

// queueFile is one queue: its folder, and what people call it.
type queueFile struct {
	Folder string  `yaml:"folder" required:"true"`
	Name   message `yaml:"name" required:"true"`
}

// all is every queue by its identifier.
func (q queuesFile) all() map[desk.Queue]queueFile {
	return map[desk.Queue]queueFile{
		desk.QueueWithdrawals:  q.Withdrawals,
		desk.QueueToSort:       q.ToSort,
		desk.QueueRegistration: q.Registration,
		desk.QueueParked:       q.Parked,
		desk.TrayAutomatic:     q.Automatic,
		desk.TrayRepeated:      q.Repeated,
		desk.TrayAnswered:      q.Answered,
	}
}

// unsureSays is what a finding says where the machine could not tell and the
// criterion has no sentence of its own.
type unsureSays struct {
	Unreadable message `yaml:"unreadable" required:"true"` // a file that cannot be read
	TwoTexts   message `yaml:"two_texts" required:"true"`  // which of them is the text?
	NoText     message `yaml:"no_text" required:"true"`    // nothing to judge
	Otherwise  message `yaml:"otherwise" required:"true"`
}

// criterionFile is one entry of criteria.yaml.
type criterionFile struct {
	Expect   string  `yaml:"expect" required:"true"`
	Measured string  `yaml:"measured" required:"true"`
	Where    string  `yaml:"where"`
	Limit    string  `yaml:"limit"`
	Level    string  `yaml:"level"`
	Label    message `yaml:"label" required:"true"`
	Says     message `yaml:"says" required:"true"`
	Repair   message `yaml:"repair" required:"true"`
	Unsure   message `yaml:"unsure"`

	Examples examplesFile `yaml:"examples"`
}

// examplesFile is what proves a criterion: texts that meet it and texts that do
// not.
type examplesFile struct {
	Good []exampleFile `yaml:"good"`
	Bad  []exampleFile `yaml:"bad"`
}

// exampleFile is one text in a few facts, by their names in the table facts, and
// under "limit" the limits that it is held against.
type exampleFile map[string]any

// formatFile is one file of formats/.
type formatFile struct {
	Name     string    `yaml:"name" required:"true"`
	Aliases  []string  `yaml:"aliases"`
	Folder   string    `yaml:"folder"` // empty: the name
	Criteria []useFile `yaml:"criteria" required:"true"`
}

// useFile is one criterion as a format uses it.
type useFile struct {
	Use   string         `yaml:"use" required:"true"`
	Level string         `yaml:"level"`
	Limit map[string]any `yaml:"limit"`
}

// message is one sentence in each language that the desk can write.
type message struct {
	FR string `yaml:"fr"`
	EN string `yaml:"en"`
}

// spoken is the languages that the desk can write: those of message, and of the
// reasons in package desk.
var spoken = []string{"fr", "en"}

// in is the sentence in lang, "" where there is none.
func (m message) in(lang string) string {
	if lang == "fr" {
		return m.FR
	}
	return m.EN
}
