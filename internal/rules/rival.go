package rules

import (
	"slices"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// unclear is a mail whose wish could be two things.
func unclear(code string, args ...string) Classification {
	made := Classification{Kind: desk.KindUnclear, Reason: desk.Because(code, args...)}
	if code == "mixed-scripts" {
		made.Flags = []string{FlagMixedScripts}
	}
	return made
}

// rivalled says whether the rest of a subject, after the format in its lead, is
// no title but a rival: nothing else than other formats or a withdrawal
// ("Baratin retrait svp"), or one of them as a label before the title ("Baratin
// / Analyse : La ville"). In "Baratin : une analyse du budget" it is a title.
func (r *reading) rivalled(rest []piece) (Classification, bool) {
	rivals := r.onlyRivals(rest)
	if rivals == nil {
		rivals = r.label(rest)
	}
	lead := r.names[r.heardID]
	var made Classification
	for _, p := range rivals {
		switch role, id := r.hear(p); {
		case role == withdrawing:
			return unclear("withdrawal-format", lead), true
		case p.mixed:
			made = unclear("mixed-scripts", r.typed(p))
		case role == format && id != r.heardID && made.Kind == "":
			made = unclear("two-formats", lead, r.names[id])
		}
	}
	return made, made.Kind != ""
}

// onlyRivals is rest where it holds nothing else than formats, withdrawals and
// the words that lead to them, and nil where it holds anything else. A word of
// several scripts may hide any of them.
func (r *reading) onlyRivals(rest []piece) []piece {
	for _, p := range rest {
		if heard, _ := r.hear(p); !heard.leads() && heard != format && heard != withdrawing && !p.mixed {
			return nil
		}
	}
	return rest
}

// label is the format or withdrawal that stands on its own at the head of rest,
// before punctuation: next to the lead, or linked to it (et, ou).
func (r *reading) label(rest []piece) []piece {
	for i, p := range rest[:max(len(rest)-1, 0)] {
		heard, _ := r.hear(p)
		switch {
		case i > 0 && p.gap == broken:
			return nil
		case heard == format || heard == withdrawing:
			if rest[i+1].gap == broken {
				return rest[i : i+1]
			}
			return nil
		case p.role != linking || p.gap == broken:
			return nil
		}
	}
	return nil
}

// doubt is what makes a subject unclear although no format leads it: letters of
// several scripts, a negation, a withdrawal half said.
func (r *reading) doubt() (Classification, bool) {
	if i := slices.IndexFunc(r.pieces, func(p piece) bool { return p.mixed }); i >= 0 {
		return unclear("mixed-scripts", r.typed(r.pieces[i])), true
	}
	formats := r.formats()
	if r.asked && r.heard == withdrawing && r.guessed && (len(formats) > 0 || r.alone()) {
		// It is never guessed, and what it names is never taken for a submission.
		return unclear("withdrawal-mistyped", r.typed(r.pieces[r.lead]), r.heardID), true
	}
	if len(formats) == 0 {
		return Classification{}, false
	}
	name, before := r.names[formats[0].id], r.before(formats[0])
	if no, ok := r.negation(before, formats[0]); ok {
		return unclear("negation", no, name), true
	}
	if !(r.heard == withdrawing && r.asked) && r.withdrawnInPassing(before, formats[0]) {
		return unclear("withdrawal-later", name), true
	}
	return Classification{}, false
}

// alone says whether nothing that matters follows the lead.
func (r *reading) alone() bool {
	return !slices.ContainsFunc(r.pieces[r.lead+1:], func(p piece) bool { return !p.role.leads() })
}

// negation is the first negation before a format, as typed. Compounds are none:
// sans-abri, non-violence.
func (r *reading) negation(before []piece, named piece) (string, bool) {
	following := append(slices.Clip(before[min(1, len(before)):]), named)
	for i, p := range before {
		compound := following[i].gap == hyphened && following[i].role != format
		if p.role == negating && !compound {
			return r.typed(p), true
		}
	}
	for _, n := range r.negations {
		first := slices.IndexFunc(before, func(p piece) bool { return p.text == n.first })
		if first < 0 {
			continue
		}
		if second := slices.IndexFunc(before[first:], func(p piece) bool { return p.text == n.second }); second > 0 {
			return r.typed(before[first]) + " … " + r.typed(before[first+second]), true
		}
	}
	return "", false
}

// withdrawnInPassing says whether a withdrawal governs a format without leading
// the subject: "Question sur le retrait de mon baratin". Punctuation between
// them parts them: "Le retrait des troupes, analyse".
func (r *reading) withdrawnInPassing(before []piece, named piece) bool {
	tied := named.gap != broken
	for _, p := range slices.Backward(before) {
		switch {
		case !tied:
			return false
		case p.role == withdrawing:
			return true
		case !p.role.leads():
			return false
		}
		tied = p.gap != broken
	}
	return false
}
