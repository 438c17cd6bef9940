package main

import "fmt"

// figure is a number that was measured and its bound.
type figure struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Bound   float64 `json:"bound"`
	AtLeast bool    `json:"at_least"` // the bound is the least, else the most
	Value   float64 `json:"value"`
	Known   bool    `json:"measured"`
}

func (f figure) missed() bool {
	return f.Known && (f.AtLeast && f.Value < f.Bound || !f.AtLeast && f.Value > f.Bound)
}

// String is a line of the report.
func (f figure) String() string {
	sign := "≤"
	if f.AtLeast {
		sign = "≥"
	}
	state := "ok"
	switch {
	case !f.Known:
		return fmt.Sprintf("%-8s%-82s %8s  %s %g %s", "–", f.Name, "", sign, f.Bound, f.Unit)
	case f.missed():
		state = "MISSED"
	}
	return fmt.Sprintf("%-8s%-82s %8.3g  %s %g %s", state, f.Name, f.Value, sign, f.Bound, f.Unit)
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
	perMail := figure{Name: "database syncs a mail while draining", Bound: 0.05}
	if r.Syncs != nil {
		perMail.Value, perMail.Known = float64(r.Syncs.Syncs)/float64(r.Syncs.Mails), true
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
			f := figure{Name: "from IDLE's wake-up to " + d.name + ", " + q.name, Unit: "ms", Bound: q.bound}
			if d.delays != nil {
				f.Value, f.Known = milliseconds(d.delays.quantile(q.share)), true
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
		f := figure{Name: "whole job vs " + against.name + ", " + v.name(), Unit: "x", Bound: against.bound, AtLeast: true}
		if other := v.of(against.tool); other != nil {
			f.Value, f.Known = other.Wall.Seconds()/mine.Wall.Seconds(), true
		}
		all = append(all, f)
	}
	return append(all, figure{
		Name: "CPU per 1,000 mails, children included, " + v.name(), Unit: "s",
		Bound: bounds.work, Value: v.workOf1000(mine), Known: true,
	})
}

func (r *report) growthFigures() []figure {
	work := figure{Name: "a mail's CPU in a large mailbox against one of 2,000", Unit: "x", Bound: 1.1}
	wall := figure{Name: "a mail's time in a large mailbox against one of 2,000", Unit: "x", Bound: 1.15}
	if g := r.Growth; g != nil {
		times := float64(g.Mails) / base
		work.Value, work.Known = g.Large.Work.Seconds()/g.Small.Work.Seconds()/times, true
		wall.Value, wall.Known = g.Large.Wall.Seconds()/g.Small.Wall.Seconds()/times, true
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
		{Name: "peak memory of the desk", Unit: "MB", Bound: 128, Value: float64(most.Peak) / megabyte, Known: true},
		{Name: "peak memory of a reader", Unit: "MB", Bound: 256, Value: float64(most.Child) / megabyte, Known: true},
	}
}
