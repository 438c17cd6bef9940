package rules_test

import (
	"testing"

	"github.com/bara-think-tank/guichet/internal/rules"
	builtin "github.com/bara-think-tank/guichet/rules"
)

func TestReply(t *testing.T) {
	set, err := rules.Load(builtin.FS)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]rules.Reply{
		"oui":                            rules.ReplyConfirm,
		"OUI !":                          rules.ReplyConfirm,
		"Oui, je confirme.\nLéa":         rules.ReplyConfirm,
		"Bonjour,\n\nJe confirme\n":      rules.ReplyConfirm,
		"Bonjour, oui.":                  rules.ReplyConfirm,
		"« Oui »":                        rules.ReplyConfirm,
		"Je vous confirme ma demande":    rules.ReplyConfirm,
		"Yes":                            rules.ReplyConfirm,
		"Ouille":                         rules.ReplyNone,
		"ouï-dire":                       rules.ReplyConfirm, // a hyphen parts words; so do people
		"Oui mais je ne veux pas":        rules.ReplyNone,
		"Oui ?":                          rules.ReplyNone,
		"Je ne confirme pas":             rules.ReplyNone,
		"Je confirme ne pas avoir écrit": rules.ReplyNone,
		"Annuler":                        rules.ReplyCancel,
		"Bonsoir\nj’annule ma demande":   rules.ReplyCancel,
		"Non, ce n’est pas moi":          rules.ReplyCancel,
		"Je m'oppose à ce retrait":       rules.ReplyObject,
		"Je refuse.":                     rules.ReplyObject,
		"":                               rules.ReplyNone,
		"Qui êtes-vous ?":                rules.ReplyNone,
		"Merci beaucoup. Oui":            rules.ReplyConfirm,
		"Je n’ai pas compris\nOui":       rules.ReplyNone,
		"о\u0443i":                       rules.ReplyNone, // Cyrillic letters
	} {
		if got := set.Reply(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
