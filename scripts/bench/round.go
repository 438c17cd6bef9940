package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/bara-think-tank/guichet/scripts/bench/workload"
)

// base is the mailbox that the bounds speak of.
const base = 2000

// all measures everything that is asked for.
func (b *bench) all(o options) (*report, error) {
	r := &report{Load: load(), Processors: runtime.NumCPU(), Rounds: o.rounds}
	b.tell("the load of this machine is %s", r.Load)
	if busy, err := strconv.ParseFloat(r.Load, 64); err == nil && busy > float64(r.Processors)/4 {
		b.tell("it is busy: times say little now, processor times more")
	}
	if err := b.warm(); err != nil {
		return nil, err
	}
	for _, pdfs := range []bool{true, false} {
		v, err := b.variant(o, pdfs)
		if err != nil {
			return nil, err
		}
		r.Variants = append(r.Variants, v)
	}
	if o.mails > base {
		if err := b.growth(o, r); err != nil {
			return nil, err
		}
	}
	if err := b.syncs(o, r); err != nil {
		return nil, err
	}
	if err := b.wakeUps(o, r); err != nil {
		return nil, err
	}
	r.Figures = r.figures()
	return r, nil
}

func (b *bench) tell(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

// variant drains one mailbox with every tool in every round.
func (b *bench) variant(o options, pdfs bool) (variant, error) {
	m, err := b.mailbox(o.plan(min(o.mails, base), pdfs))
	if err != nil {
		return variant{}, err
	}
	tools := bounded[:1]
	if o.tools {
		tools = bounded
		if pdfs {
			tools = slices.Concat(bounded, others)
		}
	}
	v := variant{PDFs: pdfs, Mails: m.plan.Mails, Bytes: m.bytes, Median: m.median}
	took, failed := make([][]run, len(tools)), make([]string, len(tools))
	for i, t := range tools {
		if !installed(t) {
			failed[i] = "not installed"
		}
	}
	for round := range o.rounds {
		for i := range tools {
			i = (i + round) % len(tools)
			if failed[i] != "" {
				continue
			}
			r, err := b.once(tools[i], m)
			if err != nil && (i < len(bounded) || b.ctx.Err() != nil) {
				return v, err
			}
			if err != nil { // no bound speaks of it, and the rest is worth knowing
				failed[i], _, _ = strings.Cut(err.Error(), "\n")
				b.tell("%s", failed[i])
				continue
			}
			took[i] = append(took[i], r)
		}
	}
	for i, t := range tools {
		v.Results = append(v.Results, result{Tool: t.name, Does: t.does, Failed: failed[i], Runs: took[i], run: median(took[i])})
	}
	return v, os.RemoveAll(m.folder)
}

func installed(t tool) bool {
	if t.command == "" {
		return true
	}
	_, err := exec.LookPath(t.command)
	return err == nil
}

func (b *bench) mailbox(plan workload.Plan) (*mailbox, error) {
	b.tell("making %d mails", plan.Mails)
	return makeMailbox(filepath.Join(b.folder, fmt.Sprintf("mails-%d-%t", plan.Mails, plan.PDFs)), plan)
}

// once has a tool take a fresh copy of the mailbox.
func (b *bench) once(t tool, m *mailbox) (run, error) {
	if err := m.lay(b.dovecot); err != nil {
		return run{}, err
	}
	b.sink.count()
	var r run
	err := b.within(func(folder string) (err error) {
		r, err = t.take(b, m, folder)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("%s: %w", t.name, err)
	}
	b.tell("%-20s %6.2f s, %6.2f s of processors", t.name, r.Wall.Seconds(), r.Work.Seconds())
	return r, nil
}

// within gives some work a folder of its own, and clears it away.
func (b *bench) within(work func(folder string) error) error {
	b.runs++
	folder := filepath.Join(b.folder, fmt.Sprintf("run-%d", b.runs))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	if err := work(folder); err != nil {
		return err
	}
	return os.RemoveAll(folder)
}

// median is the run of the middle time, with the highest of the peaks and the middle
// of the processor times.
func median(runs []run) run {
	if len(runs) == 0 {
		return run{}
	}
	byWall := slices.SortedFunc(slices.Values(runs), func(a, b run) int { return cmp.Compare(a.Wall, b.Wall) })
	byWork := slices.SortedFunc(slices.Values(runs), func(a, b run) int { return cmp.Compare(a.Work, b.Work) })
	m := byWall[len(runs)/2]
	m.Work = byWork[len(runs)/2].Work
	for _, r := range runs {
		m.Peak, m.Child = max(m.Peak, r.Peak), max(m.Child, r.Child)
	}
	return m
}

// growth drains the larger mailbox and the base in turn.
func (b *bench) growth(o options, r *report) error {
	small, err := b.mailbox(o.plan(base, true))
	if err != nil {
		return err
	}
	large, err := b.mailbox(o.plan(o.mails, true))
	if err != nil {
		return err
	}
	var took [2][]run
	for range o.rounds {
		for i, m := range []*mailbox{small, large} {
			one, err := b.once(bounded[0], m)
			if err != nil {
				return err
			}
			took[i] = append(took[i], one)
		}
	}
	r.Growth = &growth{Mails: o.mails, Small: median(took[0]), Large: median(took[1])}
	return errors.Join(os.RemoveAll(small.folder), os.RemoveAll(large.folder))
}
