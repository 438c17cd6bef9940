package intake_test

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/sandbox"
	"github.com/bara-think-tank/guichet/scripts/bench/workload"
)

// TestMain makes a reader of documents of the test's own binary.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == sandbox.Command {
		if err := sandbox.Child(os.Args[2:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// BenchmarkReading is the half of a mail's way without a database: read in a child,
// classified, validated. It tells the processor time of both processes, by kind of mail
// and for the mailbox of make bench, its large mails apart.
func BenchmarkReading(b *testing.B) {
	set, _ := builtinRules(b)
	reader, err := sandbox.New(slog.New(slog.DiscardHandler))
	must(b, err)
	reader.Children = 1
	b.Cleanup(reader.Close)
	_, err = reader.Confinement()
	must(b, err)
	assessor := intake.Assessor{
		Rules: set, Ours: email.Ours{Addresses: []string{workload.Contact}},
		AuthservID: workload.Border, ReceivedBy: workload.Border, Reader: reader,
	}
	read := func(m workload.Mail) {
		a := assessor.Assess(desk.Received{Raw: m.Raw, At: m.At})
		if format := a.Judges(); format != "" {
			assessor.Validate(a, format)
		}
	}
	const most, large = 300, 5 << 20
	kinds := map[workload.Kind][]workload.Mail{}
	plan := workload.Plan{Mails: most, Seed: 1, PDFs: true}
	for i := range plan.Mails {
		m, err := plan.Mail(i)
		must(b, err)
		if len(m.Raw) < large {
			kinds[m.Kind] = append(kinds[m.Kind], m)
			kinds["all"] = append(kinds["all"], m)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		mails := kinds[kind]
		b.Run(string(kind), func(b *testing.B) {
			for _, m := range mails[:min(len(mails), 20)] {
				read(m)
			}
			before, i := processorTime(b), 0
			for b.Loop() {
				read(mails[i%len(mails)])
				i++
			}
			b.ReportMetric(float64((processorTime(b)-before).Milliseconds())/float64(i), "cpu-ms/op")
		})
	}
}

// processorTime is what the kernel counted for this process and its children so far, to
// a hundredth of a second.
func processorTime(b *testing.B) (sum time.Duration) {
	lists, err := filepath.Glob("/proc/self/task/*/children")
	must(b, err)
	pids := []string{"self"}
	for _, list := range lists {
		children, _ := os.ReadFile(list) //nolint:errcheck // of a thread that ended
		pids = append(pids, strings.Fields(string(children))...)
	}
	for _, pid := range pids {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			b.Skip("processor time is read from Linux's /proc")
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		for _, field := range strings.Fields(after)[11:13] { // utime and stime, proc(5)
			ticks, err := strconv.Atoi(field)
			must(b, err)
			sum += time.Duration(ticks) * time.Second / 100
		}
	}
	return sum
}
