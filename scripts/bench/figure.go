package main

import "fmt"

// figure is a number that was measured and its bound.
type figure struct {
	name    string
	unit    string
	bound   float64
	atLeast bool // the bound is the least, else the most
	value   float64
	known   bool
}

func (f figure) missed() bool {
	return f.known && (f.atLeast && f.value < f.bound || !f.atLeast && f.value > f.bound)
}

// String is a line of the report.
func (f figure) String() string {
	sign := "≤"
	if f.atLeast {
		sign = "≥"
	}
	state := "ok"
	switch {
	case !f.known:
		return fmt.Sprintf("%-8s%-66s %9s  %s %g %s", "–", f.name, "", sign, f.bound, f.unit)
	case f.missed():
		state = "MISSED"
	}
	return fmt.Sprintf("%-8s%-66s %9.3g  %s %g %s", state, f.name, f.value, sign, f.bound, f.unit)
}

// bounds are those of one variant: how many times as fast as each of three the whole
// job has to be, and how much work it may be.
type bounds struct{ mbsync, safe, script, work float64 }

func (v variant) bounds() bounds {
	if v.PDFs {
		return bounds{mbsync: 0.15, safe: 0.4, script: 7, work: 3.5}
	}
	return bounds{mbsync: 0.3, safe: 0.8, script: 12, work: 2}
}

// figures are all that have a bound.
func (r *report) figures() (all []figure) {
	for _, v := range r.Variants {
		all = append(all, v.figures()...)
	}
	all = append(all, r.growthFigures()...)
	all = append(all, r.memoryFigures()...)
	perMail := figure{name: "database syncs a mail while draining", bound: 0.05}
	if r.Syncs != nil {
		perMail.value, perMail.known = float64(r.Syncs.Syncs)/float64(r.Syncs.Mails), true
	}
	all = append(all, perMail)
	for _, d := range []struct {
		name     string
		delays   *delays
		p50, p99 float64
	}{{"stored", r.Stored, 10, 50}, {"the answer accepted", r.Accepted, 40, 100}} {
		for _, q := range []struct {
			name         string
			share, bound float64
		}{{"p50", 0.5, d.p50}, {"p99", 0.99, d.p99}} {
			f := figure{name: "from IDLE's wake-up to " + d.name + ", " + q.name, unit: "ms", bound: q.bound}
			if d.delays != nil {
				f.value, f.known = milliseconds(d.delays.quantile(q.share)), true
			}
			all = append(all, f)
		}
	}
	return all
}

func (v variant) figures() (all []figure) {
	bounds := v.bounds()
	mine := v.of(ours)
	for _, against := range []struct {
		tool, name string
		bound      float64
	}{
		{mbsync, "mbsync without fsync, downloading only", bounds.mbsync},
		{mbsyncSafe, "mbsync with fsync, downloading only", bounds.safe},
		{script, "the Python script", bounds.script},
	} {
		f := figure{name: "whole job vs " + against.name + ", " + v.name(), unit: "x", bound: against.bound, atLeast: true}
		if other := v.of(against.tool); other != nil {
			f.value, f.known = other.Wall.Seconds()/mine.Wall.Seconds(), true
		}
		all = append(all, f)
	}
	return append(all, figure{
		name: "CPU per 1,000 mails, children included, " + v.name(), unit: "s",
		bound: bounds.work, value: v.workOf1000(mine), known: true,
	})
}

func (r *report) growthFigures() []figure {
	work := figure{name: "a mail's CPU in a large mailbox against one of 2,000", unit: "x", bound: 1.1}
	wall := figure{name: "a mail's time in a large mailbox against one of 2,000", unit: "x", bound: 1.15}
	if g := r.Growth; g != nil {
		times := float64(g.Mails) / base
		work.value, work.known = g.Large.Work.Seconds()/g.Small.Work.Seconds()/times, true
		wall.value, wall.known = g.Large.Wall.Seconds()/g.Small.Wall.Seconds()/times, true
	}
	return []figure{work, wall}
}

func (r *report) memoryFigures() []figure {
	var most run
	for _, v := range r.Variants {
		mine := v.of(ours)
		most.Peak, most.Child = max(most.Peak, mine.Peak), max(most.Child, mine.Child)
	}
	if r.Growth != nil {
		most.Peak, most.Child = max(most.Peak, r.Growth.Large.Peak), max(most.Child, r.Growth.Large.Child)
	}
	return []figure{
		{name: "peak memory of the desk", unit: "MB", bound: 128, value: float64(most.Peak) / megabyte, known: true},
		{name: "peak memory of a reader", unit: "MB", bound: 256, value: float64(most.Child) / megabyte, known: true},
	}
}
