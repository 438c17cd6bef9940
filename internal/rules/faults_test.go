package rules

import (
	"strings"
	"testing"
)

// documentFacts is how a fault lists what may be asked of a document.
const documentFacts = "document.readable, document.words, document.words_total, document.abstract_words, " +
	"document.sections, document.headings, document.sources, document.sources_incomplete, document.sources_missing, " +
	"document.sources_faults, document.sources_faulty, document.sources_uncited, document.sources_uncited_which, document.citations, document.citations_missing, document.citations_missing_which, " +
	"document.pictures, document.pictures_uncredited, document.language, document.language_name, document.type, document.fault, document.named"

const sourcesExpect = "expect: document.sources_incomplete == 0"

// TestFaults spoils the built-in rules in one place each. A ¦ stands where the
// fault must be placed; without one it is of the file as a whole.
func TestFaults(t *testing.T) {
	for _, tt := range []struct{ name, file, old, spoilt, want string }{
		// What yaml holds.
		{"not yaml", "formats/baratin.yaml", "", "name: [Baratin\ncriteria¦: x\n", "this is not yaml: did not find expected ',' or ']'"},
		{"a tab", "formats/baratin.yaml", "", "name: Baratin\n¦\tfolder: x\n", "this is not yaml: found a tab character that violates indentation"},
		{"two documents", "criteria.yaml", "readable:\n", "a: 1\n¦---\nreadable:\n", "the file holds several documents, split by ---: write one"},
		{"nothing", "criteria.yaml", "", "¦# nothing\n", "the file is empty"},
		{"Latin-1", "desk.yaml", "À trier", "¦\xc0 trier", "this letter is not UTF-8: save the file as UTF-8"},
		{"an alias", "desk.yaml", "text_languages: [fr]", "text_languages: [&a fr, ¦*a]", "an alias (*a) is not accepted: write the value out"},
		{
			"a key misspelt", "criteria.yaml", "  expect: document.readable\n", "  ¦expct: document.readable\n",
			"the key expct is not known here; did you mean expect?; accepted: expect, measured, when, where, limit, level, label, says, repair, unsure, examples",
		},
		{
			"a key unknown", "formats/baratin.yaml", "folder: Baratins", "¦colour: blue",
			"the key colour is not known here; accepted: name, aliases, folder, criteria",
		},
		{
			"a key missing", "criteria.yaml", "title:\n  expect: submission.title != \"\"\n  measured: submission.title\n", "title:\n  ¦expect: submission.title != \"\"\n",
			"the key measured is missing in title",
		},
		{"a key twice", "desk.yaml", "name: BARA", "name: BARA\n¦name: Desk", "the key name stands here twice: it is on line 8 too"},
		{"no value", "desk.yaml", "root: Guichet", "root:¦", "root has no value: give it one, or remove it"},
		{"an empty text", "desk.yaml", "root: Guichet", `root: ¦""`, "root is empty: give it a value, or remove it"},
		{"a number for a text", "desk.yaml", "name: BARA", "name: ¦2026", "name must be a text: put 2026 between quotes"},
		{"a text for a number", "desk.yaml", "answers_per_hour: 10", "answers_per_hour: ¦ten", `answers_per_hour must be a whole number, not "ten"`},
		{"a list for a text", "desk.yaml", "root: Guichet", "root: ¦[Guichet]", "root must be a text, not a list or a mapping"},
		{"a text for a list", "desk.yaml", "text_languages: [fr]", "text_languages: ¦fr", "text_languages must be a list, as in [one, two]"},
		{
			"a text for a mapping", "desk.yaml", "registration:\n  page: https://bara.example.org/publier-avec-nous", "registration: ¦here",
			"registration must be a mapping, as in key: value",
		},

		// desk.yaml.
		{"no answer in all", "desk.yaml", "answers_per_hour_in_all: 300", "answers_per_hour_in_all: ¦0", "answers_per_hour_in_all is 0; accepted: 1 to 100000"},
		{"many answers", "desk.yaml", "answers_per_hour: 10", "answers_per_hour: ¦1000", "answers_per_hour is 1000; accepted: 1 to 100"},
		{
			"the prefix", "desk.yaml", "prefix: BARA", "prefix: ¦Bara-1",
			`the prefix "Bara-1" cannot begin a reference; accepted: capitals A–Z and digits, a letter first, 12 at most`,
		},
		{"a language not written", "desk.yaml", "languages: [fr, en]", "languages: [fr, en, ¦de]", "the desk does not write the language de; accepted: fr, en"},
		{"a language twice", "desk.yaml", "languages: [fr, en]", "languages: [fr, en, ¦fr]", "fr stands here twice"},
		{"a language not listed", "desk.yaml", "language: fr", "language: ¦es", "the language es is not among languages; accepted: fr, en"},
		{
			"no such language", "desk.yaml", "text_languages: [fr]", "text_languages: [fr, ¦french]",
			"french is no language; accepted: the two letters of ISO 639-1, as fr",
		},
		{"no language", "desk.yaml", "text_languages: [fr]", "text_languages: ¦[]", "text_languages is empty: give one at least"},
		{
			"the site's address", "desk.yaml", "site: https://bara.example.org/", "site: ¦bara.example.org",
			`"bara.example.org" is no web address; accepted: https://example.org/page`,
		},
		{
			"the page's address", "desk.yaml", "page: https://bara.example.org/publier-avec-nous", "page: ¦mailto:contact@example.org",
			`"mailto:contact@example.org" is no web address; accepted: https://example.org/page`,
		},
		{
			"a folder of two levels", "desk.yaml", "folder: Doublons", "folder: ¦Doublons/tous",
			`the folder "Doublons/tous" holds one of / \ * % or a control character: choose another name`,
		},
		{"the inbox", "desk.yaml", "root: Guichet", "root: ¦inbox", "the folder INBOX is where mail arrives: choose another name"},
		{
			"a queue missing", "desk.yaml", "queues:\n  withdrawals:  {folder: Retraits, name: {fr: retraits, en: withdrawals}}\n  to-sort:", "queues:\n  ¦to-sort:",
			"the key withdrawals is missing in queues",
		},
		{"a queue's name", "desk.yaml", "name: {fr: doublons, en: repeated mail}", "name: ¦{fr: doublons}", "name lacks the language en"},
		{"a doubt's sentence", "desk.yaml", "lire {{.files}}", "lire {{¦.file}}", ".file is not known here; did you mean .files?; accepted: .files"},

		// unreadable.yaml.
		{"a cause misspelt", "unreadable.yaml", "kinds: [pages]", "kinds: [¦page]", "the cause page is not known; did you mean pages?; accepted: " + strings.Join(unreadableKinds(), ", ")},
		{"a cause twice", "unreadable.yaml", "kinds: [xlsx, ods, numbers]", "kinds: [xlsx, ods, ¦pages]", "the cause pages is taken by pages: name it once"},
		{"a repair missing", "unreadable.yaml", "    fr: \"Compilez-la et envoyez-nous le PDF (dans Overleaf\u00a0: Télécharger le PDF).\"\n    en: \"Compile it and send us the PDF (in Overleaf: Download PDF).\"", "    ¦fr: \"Compilez-la et envoyez-nous le PDF (dans Overleaf\u00a0: Télécharger le PDF).\"", "repair lacks the language en"},
		{"a word of a cause", "unreadable.yaml", "vers {{.service}},", "vers {{¦.servic}},", ".servic is not known here; did you mean .service?; accepted: .files, .count, .service"},

		// criteria.yaml.
		{"a language missing", "criteria.yaml", "    fr: \"Titre\"\n    en: \"Title\"", "    ¦fr: \"Titre\"", "label lacks the language en"},
		{"a criterion's level", "criteria.yaml", "title:\n", "title:\n  level: ¦needed\n", "the level needed is not known; accepted: required, advice"},
		{
			"a fact misspelt", "criteria.yaml", sourcesExpect, "expect: ¦document.source_incomplete == 0",
			"document.source_incomplete is not known here; did you mean document.sources_incomplete?; accepted: " + documentFacts,
		},
		{
			"a group misspelt", "criteria.yaml", sourcesExpect, "expect: ¦documents.sources == 0",
			"documents is not known here; did you mean document?; facts are written document.words, submission.title",
		},
		{"a bare name", "criteria.yaml", sourcesExpect, "expect: 0 == ¦words", "words is not known here; facts are written document.words, submission.title"},
		{
			"a function", "criteria.yaml", sourcesExpect, "expect: ¦count(document.sources) == 0",
			"the function count is not known here; accepted: those of CEL, as size, contains, matches",
		},
		{"types", "criteria.yaml", sourcesExpect, `expect: document.sources_incomplete ¦== "none"`, "== cannot be applied to (int, string)"},
		{"expect's type", "criteria.yaml", sourcesExpect, "expect: ¦document.sources_incomplete", "this gives a whole number; accepted: true or false"},
		{"measured's type", "criteria.yaml", "measured: document.sources\n", "measured: ¦document.readable\n", "this gives true or false; accepted: a whole number, a text"},
		{"when's type", "criteria.yaml", "  when: document.sources > 0\n  expect: document.sources_incomplete", "  when: ¦document.sources\n  expect: document.sources_incomplete", "this gives a whole number; accepted: true or false"},
		{"where's type", "criteria.yaml", "where: document.sources_missing", "where: ¦document.sources", "this gives a whole number; accepted: a text"},
		{"syntax", "criteria.yaml", sourcesExpect, "expect: document.sources_incomplete == ¦)", "Syntax error: mismatched input ')'"},
		{"an expression cut short", "criteria.yaml", sourcesExpect, "expect: document.sources_incomplete ==¦", "Syntax error: mismatched input end"},
		{"a literal block", "criteria.yaml", sourcesExpect, "expect: |\n    document.sources_incomplete == 0 &&\n      ¦document.word > 0", wordHint},
		{"a folded block", "criteria.yaml", sourcesExpect, "expect: >-\n    document.sources_incomplete == 0 &&\n    document.sources > 0 && ¦document.word > 0", wordHint},
		{"double quotes", "criteria.yaml", sourcesExpect, `expect: "document.type != \"é\" && ¦document.word > 0"`, wordHint},
		{"single quotes", "criteria.yaml", sourcesExpect, `expect: 'document.type != ''a'' && ¦document.word > 0'`, wordHint},
		{"two plain lines", "criteria.yaml", sourcesExpect, "expect: document.sources_incomplete == 0\n    && ¦document.word > 0", wordHint},
		{"a regular expression", "criteria.yaml", sourcesExpect, `expect: document.sources_missing.matches(¦"(a")`, "invalid matches argument"},
		{
			"a long expression", "criteria.yaml", sourcesExpect, "expect: ¦" + strings.Repeat("document.words > 0 && ", 200) + "true",
			"expression code point size exceeds limit: size: 4404, limit 2000",
		},
		{
			"a deep expression", "criteria.yaml", sourcesExpect, "expect: ¦" + strings.Repeat("(", 100) + "true" + strings.Repeat(")", 100),
			"expression recursion limit exceeded: 40",
		},
		{
			"a sentence's word", "criteria.yaml", "compte {{.measured}} {{plural .measured \"mot\" \"mots\"}}\u202f;", "compte {{¦.mesured}} {{plural .measured \"mot\" \"mots\"}}\u202f;",
			".mesured is not known here; did you mean .measured?; accepted: .measured, .format, .file, .where, .limit.max, .limit.min",
		},
		{
			"a branch of a sentence", "criteria.yaml", "{{if eq .measured 0}}Nous n’avons trouvé aucune source", "{{if eq .measured 0}}{{¦.misured}}Nous n’avons trouvé aucune source",
			".misured is not known here; did you mean .measured?; accepted: .measured, .format, .file, .where, .limit.min",
		},
		{"a sentence's form", "criteria.yaml", `limit: "{{.limit.min}}–{{.limit.max}}"`, `limit: "¦{{.limit.min}–{{.limit.max}}"`, "bad character U+007D '}'"},
		{"a sentence's function", "criteria.yaml", `limit: "{{.limit.min}}–{{.limit.max}}"`, `limit: "¦{{.limit.min}}–{{thousands .limit.max}}"`, `function "thousands" not defined`},
		{
			"a sentence's number", "criteria.yaml", "fr: \"Écrivez-le en tête du texte", "fr: \"Écrivez {{¦plural .format `a` `b`}} le titre en tête du texte",
			`error calling plural: a whole number is needed, not "Format"`,
		},
		{
			"a criterion unused", "criteria.yaml", "title:\n", "¦tone:\n  expect: document.readable\n  measured: document.type\n  label: {fr: a, en: a}\n  says: {fr: a, en: a}\n  repair: {fr: a, en: a}\n\ntitle:\n",
			"no format uses the criterion tone: use it in a file of formats/, or remove it",
		},
		{
			"a limit that no format gives", "criteria.yaml", "document.words <= limit.max", "document.words <= ¦limit.maxi",
			"no format gives the limit maxi; did you mean max?; given: max, min",
		},
		{
			"such a limit in a sentence", "criteria.yaml", `limit: "{{.limit.min}}–{{.limit.max}}"`, `limit: "{{.limit.min}}–{{¦.limit.most}}"`,
			"no format gives the limit most; given: max, min",
		},

		// The examples of criteria.yaml.
		{
			"an example's fact misspelt", "criteria.yaml", "{document.words: 250, limit: {min: 250, max: 800}}", "{¦document.word: 250, limit: {min: 250, max: 800}}",
			"the criterion length does not ask for document.word; did you mean document.words?; accepted: document.words, limit",
		},
		{
			"a fact that proves nothing", "criteria.yaml", "{submission.title: La ville en hiver}", "{submission.title: La ville en hiver, ¦document.words: 3}",
			"the criterion title does not ask for document.words; accepted: submission.title",
		},
		{
			"an example's number", "criteria.yaml", "{document.words: 250, limit: {min: 250, max: 800}}", "{document.words: ¦many, limit: {min: 250, max: 800}}",
			"document.words must be a whole number, 0 or more",
		},
		{
			"a number below zero", "criteria.yaml", "{document.words: 250, limit: {min: 250, max: 800}}", "{document.words: ¦-1, limit: {min: 250, max: 800}}",
			"document.words must be a whole number, 0 or more",
		},
		{"an example's text", "criteria.yaml", "{submission.title: La ville en hiver}", "{submission.title: ¦[La ville]}", "submission.title must be a text"},
		{"an example's truth", "criteria.yaml", "{document.readable: false}", `{document.readable: ¦"no"}`, "document.readable must be true or false"},
		{"an example's fact without a value", "criteria.yaml", "{document.readable: false}", `{document.readable: ¦null}`, "readable has no value: give it one, or remove it"},
		{"an example without its limits", "criteria.yaml", "- {document.words: 250, limit: {min: 250, max: 800}}", "- ¦{document.words: 250}", "limits are missing: min, max; the criterion length takes min, max"},
		{
			"an example's limit misspelt", "criteria.yaml", "{document.words: 250, limit: {min: 250, max: 800}}", "{document.words: 250, limit: {min: 250, ¦maxi: 800}}",
			"the limit maxi is not known to the criterion length; did you mean max?; accepted: min, max",
		},
		{
			"an example's limit of another type", "criteria.yaml", "{document.words: 250, limit: {min: 250, max: 800}}", "{document.words: 250, limit: {min: 250, max: ¦many}}",
			"the limit max of length is a text; accepted: a whole number",
		},
		{"an example's limits in one", "criteria.yaml", "{document.words: 250, limit: {min: 250, max: 800}}", "{document.words: 250, limit: ¦250}", "limit must be a mapping, as in {min: 1}"},
		{"examples of another kind", "criteria.yaml", "    bad:\n      - {document.readable: false}", "    ¦ugly:\n      - {document.readable: false}", "the key ugly is not known here; accepted: good, bad"},
		{"an example that is a text", "criteria.yaml", "- {document.readable: false}", "- ¦unreadable", "an entry of bad must be a mapping, as in key: value"},

		// formats/*.yaml.
		{
			"an unknown criterion", "formats/baratin.yaml", "{use: sources, limit", "{use: ¦source, limit",
			"no criterion is called source; did you mean sources?; accepted: abstract, author, citations_listed, language, length, pictures_credited, readable, sections, sources, sources_cited, sources_complete, sources_sound, title",
		},
		{"a criterion twice", "formats/baratin.yaml", "  - {use: title}\n", "  - {use: title}\n  - {use: ¦title}\n", "the criterion title is used twice: entry 3 uses it too"},
		{"a limit missing", "formats/baratin.yaml", "limit: {min: 250, max: 800}", "limit: ¦{min: 250}", "limits are missing: max; the criterion length takes min, max"},
		{"no limits", "formats/baratin.yaml", "{use: length, limit: {min: 250, max: 800}}", "¦{use: length}", "limits are missing: min, max; the criterion length takes min, max"},
		{
			"a limit misspelt", "formats/baratin.yaml", "limit: {min: 250, max: 800}", "limit: {min: 250, ¦maxi: 800}",
			"the limit maxi is not known to the criterion length; did you mean max?; accepted: min, max",
		},
		{
			"a limit too many", "formats/baratin.yaml", "limit: {min: 250, max: 800}", "limit: {min: 250, max: 800, ¦step: 5}",
			"the limit step is not known to the criterion length; accepted: min, max",
		},
		{"a limit for none", "formats/baratin.yaml", "{use: title}", "{use: title, limit: {¦min: 3}}", "the criterion title takes no limit"},
		{"a limit's name", "formats/baratin.yaml", "{use: title}", "{use: title, limit: {¦Min-1: 3}}", `the name of a limit is small letters, digits and _, not "Min-1"`},
		{"a limit's type", "formats/baratin.yaml", "limit: {min: 250, max: 800}", "limit: {min: 250, max: ¦many}", "the limit max of length is a text; accepted: a whole number"},
		{"a list's type", "formats/baratin.yaml", "limit: {accepted: [fr]}", "limit: {accepted: ¦fr}", "the limit accepted of language is a text; accepted: a list of texts"},
		{"a limit of no type", "formats/baratin.yaml", "limit: {min: 250, max: 800}", "limit: {min: ¦250.5, max: 800}", "a limit is a whole number, a text, true or false, or a list of texts"},
		{"limits crossed", "formats/baratin.yaml", "limit: {min: 250, max: 800}", "limit: {min: ¦850, max: 800}", "min is 850, above max, which is 800: nothing could pass"},
		{"a use's level", "formats/baratin.yaml", "{use: sources_complete, level: advice}", "{use: sources_complete, level: ¦advise}", "the level advise is not known; accepted: required, advice"},
		{"no criterion", "formats/baratin.yaml", "", "name: Baratin\ncriteria: ¦[]\n", "a format needs one criterion at least, as {use: readable}"},
		{
			"an alias of two formats", "formats/baratin.yaml", "aliases: [baratins]", "aliases: [baratins, ¦ÀNALYSES]",
			"the name ÀNALYSES is taken: analyses of formats/analyse.yaml reads the same in a subject",
		},
		{
			"an alias twice", "formats/baratin.yaml", "aliases: [baratins]", "aliases: [baratins, ¦Baratins]",
			"the name Baratins is taken: baratins of formats/baratin.yaml reads the same in a subject",
		},
		{"a folder of two queues", "formats/baratin.yaml", "folder: Baratins", "folder: ¦retraits", "the folder retraits is taken by the queue withdrawals: give each its own"},
		{
			"a format named as a queue", "formats/parked.yaml", "", "name: Chronique\ncriteria: [{use: title}]\n",
			"the name parked is that of a queue that every publication has: name the file otherwise",
		},
		{
			"a format's file in capitals", "formats/Chronique.yaml", "", "name: Chronique\ncriteria: [{use: title}]\n",
			"a format's file is named in small letters, digits and hyphens, as essay.yaml, 32 at most",
		},

		// The folder.
		{"a stray format", "formats/chronique.yml", "", "name: Chronique\n", strayWords},
		{"a stray note", "notes.txt", "", "À relire.\n", strayWords},
		{"a stray folder", "format/chronique.yaml", "", "name: Chronique\n", strayWords},
		{"a trial kept for ever", "desk.yaml", "keep: 24h", "keep: ¦8760h", `trial.keep is "8760h"; accepted: 1h to 168h, as 24h`},
		{"a trial's time misspelt", "desk.yaml", "keep: 24h", "keep: ¦un jour", `trial.keep is "un jour"; accepted: 1h to 168h, as 24h`},
		{"mails kept for a week", "desk.yaml", "mails_days: 365", "mails_days: ¦7", `mails_days is 7; accepted: 30 to 10980, or 0 to keep everything`},
		{"an erased author called nothing", "desk.yaml", "name: auteur retiré", `name: ¦" "`, `erasure.name is empty: say what stands in place of the name, as "auteur retiré"`},
		{"a trial's key misspelt", "desk.yaml", "keep: 24h", "¦kept: 24h", "the key kept is not known here; accepted: keep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := copyOfShipped(t)
			places := append(spoil(t, files, tt.file, tt.old, tt.spoilt), tt.file+": ")
			if got, want := faultsOf(t, files).Error(), places[0]+tt.want; got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}

// TestFaultsOfSubjects: subjects.yaml is read as strictly as the rest.
func TestFaultsOfSubjects(t *testing.T) {
	files := copyOfShipped(t)
	place := spoil(t, files, "subjects.yaml", "\nwithdrawal:", "\n¦withdrawals:")
	if got, want := faultsOf(t, files).Error(), place[0]+"the key withdrawals is not known here; did you mean withdrawal?"; !strings.Contains(got, want) {
		t.Errorf("got %s, want %s among it", got, want)
	}
}

const (
	wordHint   = "document.word is not known here; did you mean document.words?; accepted: " + documentFacts
	strayWords = "is no part of a rules folder; accepted: desk.yaml, subjects.yaml, criteria.yaml, unreadable.yaml, formats/*.yaml, notices/"
)
