package rules

import (
	"cmp"
	"fmt"
	"strings"
	"text/template"

	"cel.dev/cel-go/cel"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
)

// Submission is what one mail submits.
type Submission struct {
	Format           string              // a format's ID
	Documents        []document.Document // the attachments in order, then the body (type body), if any
	SubjectTitle     string              // what follows the format in the subject
	SenderName       string              // From's name
	AttachedPictures int                 // beside the text, without those shown in the mail's body
	Year             int                 // of receipt; 0 where it is not known: then no source's year is to come
}

// Report is what a submission amounts to.
type Report struct {
	Verdict  desk.Verdict
	Findings []desk.Finding    // in the format's order, without those with nothing to measure; never nil
	Text     document.Document // the text that was judged, where HasText
	HasText  bool
	Title    string // the document's, else what the subject says
	Author   string // the byline, else the sender's name
}

// Validate applies the criteria of the submission's format and says what they
// found in lang, or in the desk's own language where it does not write that one.
// It never fails: what cannot be told is unknown. A format that the rules do not
// have finds nothing and leaves the verdict to a human.
func (s *Set) Validate(sub Submission, lang string) Report {
	chosen := chooseText(sub.Documents, sub.AttachedPictures)
	report := Report{
		Verdict:  desk.ToCheck,
		Findings: []desk.Finding{},
		Text:     chosen.text,
		HasText:  chosen.doubt == certain,
		Title:    cmp.Or(chosen.text.Title, sub.SubjectTitle),
		Author:   cmp.Or(strings.Join(chosen.text.Authors, ", "), sub.SenderName),
	}
	format := s.format(sub.Format)
	if format == nil {
		return report
	}
	k := known{
		choice: chosen, title: report.Title, author: report.Author,
		picturesLone: sub.AttachedPictures, year: sub.Year, lang: s.language(lang),
	}
	v := validation{set: s, format: format, known: k, facts: k.activation()}
	for _, c := range format.criteria {
		if v.applies(c) {
			report.Findings = append(report.Findings, v.find(c))
		}
	}
	report.Verdict = desk.Judge(report.Findings)
	return report
}

// validation is one submission being held against one format.
type validation struct {
	set    *Set
	format *Format
	known  known
	facts  cel.PartialActivation
}

// applies says whether there is anything for a criterion to measure. Where that
// cannot be told, what is required stays to be checked, and no advice is given.
func (v validation) applies(c *criterion) bool {
	if c.when == nil {
		return true
	}
	applies, told := c.when.eval(v.facts)
	if !told {
		return c.level == desk.Required
	}
	return applies == true
}

// find applies one criterion.
func (v validation) find(c *criterion) desk.Finding {
	says := c.says[v.known.lang]
	measured, _ := c.measured.eval(v.facts)
	where, _ := c.where.eval(v.facts)
	data := sentenceData(v.known.lang, c.limits, measured, v.format.Name, v.known.choice.file(), fmt.Sprint(cmp.Or(where, "")))
	found := desk.Finding{
		Criterion: c.name,
		Level:     c.level,
		Measured:  fmt.Sprint(data["measured"]),
		Limit:     say(says.limit, data, ""),
		File:      v.known.choice.file(),
		Label:     says.label,
	}
	expected, told := c.expect.eval(v.facts)
	if c.when != nil {
		_, applied := c.when.eval(v.facts)
		told = told && applied // none of what may not be there passes
	}
	switch {
	case !told:
		found.Result, found.Message = desk.Unknown, v.unsure(says, data)
	case expected == true:
		found.Result, found.Message = desk.Pass, speeches[v.known.lang].labelled(says.label, found.Measured)
	default:
		found.Result, found.Where = desk.Fail, fmt.Sprint(data["where"])
		found.Message, found.Repair = say(says.says, data, says.label), say(says.repair, data, "")
	}
	if c.name == readableName && found.Result != desk.Pass {
		if says, repair := v.whyUnread(); says != "" {
			found.Message, found.Repair = says, repair
		}
	}
	return found
}

// unsure is why a criterion could not be told: for want of one text, else in the
// criterion's own words, else in the desk's.
func (v validation) unsure(says sayings, data map[string]any) string {
	doubt := v.known.choice.doubt
	if doubt == certain && says.unsure != nil {
		return say(says.unsure, data, says.label)
	}
	files := speeches[v.known.lang].quoted(v.known.choice.files)
	return say(v.set.doubts[doubt][v.known.lang], map[string]any{"files": files}, says.label)
}

// say writes a sentence. The loader has tried it on samples; where it fails all
// the same, or there is none, the finding says less rather than nothing.
func say(t *template.Template, data map[string]any, less string) string {
	if t == nil {
		return less
	}
	said, err := write(t, data)
	if err != nil {
		return less
	}
	return said
}
