package rules

import "github.com/bara-think-tank/guichet/internal/desk"

// The decoded form of the yaml files. A key marked required must be there; a key
// that is not here is a fault. The tags doc and enum are for JSONSchema.

// deskFile is desk.yaml.
type deskFile struct {
	Name           string   `yaml:"name" required:"true" doc:"Le nom de la publication."`
	Prefix         string   `yaml:"prefix" required:"true" doc:"Le début des références : majuscules sans accent et chiffres."`
	Language       string   `yaml:"language" required:"true" enum:"fr,en" doc:"La langue du guichet quand il ne connaît pas celle de la personne."`
	Languages      []string `yaml:"languages" required:"true" enum:"fr,en" doc:"Les langues dans lesquelles le guichet écrit."`
	TextLanguages  []string `yaml:"text_languages" required:"true" doc:"Les langues des textes acceptés, en deux lettres (ISO 639-1)."`
	Site           string   `yaml:"site" required:"true" doc:"L’adresse du site."`
	AnswersPerHour int      `yaml:"answers_per_hour" required:"true" doc:"Combien de réponses automatiques une adresse peut recevoir en une heure."`
	AnswersInAll   int      `yaml:"answers_per_hour_in_all" doc:"Combien de réponses automatiques partent en une heure en tout ; 300 sans cette clé."`
	Registration   struct {
		Page string `yaml:"page" required:"true" doc:"L’adresse de la page d’inscription."`
	} `yaml:"registration" required:"true" doc:"Où les auteurs s’inscrivent."`
	Withdrawal withdrawalFile `yaml:"withdrawal" required:"true" doc:"Les délais d’une demande de retrait."`
	Trial      struct {
		Keep string `yaml:"keep" doc:"Après combien de temps le contenu d’un essai est effacé, de 1h à 168h ; 24h sans cette clé."`
	} `yaml:"trial" doc:"Les essais, qui ne laissent rien."`
	Keep    keepFile    `yaml:"keep" doc:"Combien de temps le contenu du courrier est gardé."`
	Erasure erasureFile `yaml:"erasure" doc:"Ce qui reste d’un auteur effacé."`
	Root    string      `yaml:"root" required:"true" doc:"Le dossier qui contient tous les autres dans la boîte aux lettres."`
	Queues  queuesFile  `yaml:"queues" required:"true" doc:"Les files d’attente : leurs dossiers et leurs noms."`
	Unsure  unsureSays  `yaml:"unsure" required:"true" doc:"Ce que dit un critère qui n’a pas pu être vérifié."`
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
	Folder string  `yaml:"folder" required:"true" doc:"Le dossier dans la boîte aux lettres."`
	Name   message `yaml:"name" required:"true" doc:"Comment le guichet en parle."`
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
	Unreadable message `yaml:"unreadable" required:"true" doc:"Un fichier n’a pas pu être lu."`         // a file that cannot be read
	TwoTexts   message `yaml:"two_texts" required:"true" doc:"Le mail contient des textes différents."` // which of them is the text?
	NoText     message `yaml:"no_text" required:"true" doc:"Le mail ne contient pas de texte."`         // nothing to judge
	Otherwise  message `yaml:"otherwise" required:"true" doc:"Dans tous les autres cas."`
}

// causeFile is one entry of unreadable.yaml. The enum of kinds is
// unreadableKinds, and a test holds it so.
type causeFile struct {
	Kinds  []string `yaml:"kinds" required:"true" enum:"7z,broken,djvu,empty,encrypted,epub,font,fork,indesign,keynote,lock,locked-archive,mail,media,mhtml,msg,numbers,odp,ods,onenote,online,outlines,pages,picture,postscript,pptx,program,publisher,rar,scan,several,shortcut,stopped,tar,tex,too-large,two-texts,unfinished,unreadable-type,winmail.dat,word 95,word in xml,wordperfect,works,xlsx,xps,zero,zip" doc:"Les causes dont cette entrée parle."`
	Says   message  `yaml:"says" required:"true" doc:"Ce que le fichier est."`
	Repair message  `yaml:"repair" required:"true" doc:"Comment y remédier."`
}

// criterionFile is one entry of criteria.yaml.
type criterionFile struct {
	Expect   string  `yaml:"expect" required:"true" doc:"L’expression qui doit être vraie (langage CEL)."`
	Measured string  `yaml:"measured" required:"true" doc:"Ce qui est mesuré et montré : un nombre ou un texte (CEL)."`
	When     string  `yaml:"when" doc:"Quand le critère s’applique (CEL) ; sinon il n’est pas dit. Sans cette clé, toujours."`
	Where    string  `yaml:"where" doc:"Où se trouve le problème (CEL)."`
	Limit    string  `yaml:"limit" doc:"Comment la limite s’écrit."`
	Level    string  `yaml:"level" enum:"required,advice" doc:"Obligatoire (required, par défaut) ou conseillé (advice)."`
	Label    message `yaml:"label" required:"true" doc:"Le nom du critère."`
	Says     message `yaml:"says" required:"true" doc:"La phrase dite quand le critère n’est pas rempli."`
	Repair   message `yaml:"repair" required:"true" doc:"Comment y remédier."`
	Unsure   message `yaml:"unsure" doc:"La phrase dite quand le guichet n’a pas pu vérifier."`

	Examples examplesFile `yaml:"examples" doc:"Des textes en quelques faits, que « guichet rules test » essaie."`
}

// examplesFile is what proves a criterion: texts that meet it and texts that do
// not.
type examplesFile struct {
	Good []exampleFile `yaml:"good" doc:"Des textes qui remplissent le critère."`
	Bad  []exampleFile `yaml:"bad" doc:"Des textes qui ne le remplissent pas."`
}

// exampleFile is one text in a few facts, by their names in the table facts, and
// under "limit" the limits that it is held against.
type exampleFile map[string]any

// formatFile is one file of formats/.
type formatFile struct {
	Name     string    `yaml:"name" required:"true" doc:"Le nom du format, tel qu’on le lit et qu’on l’écrit dans un objet."`
	Aliases  []string  `yaml:"aliases" doc:"Ses autres noms dans un objet."`
	Folder   string    `yaml:"folder" doc:"Son dossier dans la boîte aux lettres ; sinon, son nom."` // empty: the name
	Criteria []useFile `yaml:"criteria" required:"true" doc:"Les critères du format, dans l’ordre où ils sont dits."`
}

// useFile is one criterion as a format uses it.
type useFile struct {
	Use   string         `yaml:"use" required:"true" doc:"Le nom d’un critère de criteria.yaml."`
	Level string         `yaml:"level" enum:"required,advice" doc:"Obligatoire (required) ou conseillé (advice) pour ce format."`
	Limit map[string]any `yaml:"limit" doc:"Les limites que le critère attend."`
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
