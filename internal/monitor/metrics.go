package monitor

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// answerBuckets are seconds from a mail's arrival to its answer: a person notices ten
// seconds, and a quarter of an hour is what is promised at worst.
var answerBuckets = []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 4 * 3600, 24 * 3600}

// collecting is how long the ledger may take to answer a scrape.
const collecting = 10 * time.Second

// Edition is one rules folder in force.
type Edition struct {
	Folder string // "" for the built-in rules
	Hash   string
}

// Gauges are the figures that the ledger does not know. Each may be nil.
type Gauges struct {
	Queues       func() []desk.Queue // all that there are, so that an empty one is seen
	Editions     func() []Edition
	Standing     func() []desk.Alarm // the alarms raised now
	Commits      func() int64        // of the database, in this run
	DatabaseSize func() int64        // in bytes
	Replaced     func() int64        // readers of documents that were killed, in this run
}

// Metrics counts what the ledger recorded since its start, and says how much waits. It
// is a prometheus.Collector.
type Metrics struct {
	watch  *Watch
	gauges Gauges

	mu       sync.Mutex // scrapes one after another
	mark     desk.Mark
	mails    *prometheus.CounterVec
	verdicts *prometheus.CounterVec
	answers  *prometheus.HistogramVec
}

// NewMetrics counts from now on.
func NewMetrics(ctx context.Context, w *Watch, g Gauges) (*Metrics, error) {
	mark, err := w.Ledger.Mark(ctx)
	if err != nil {
		return nil, err
	}
	return &Metrics{
		watch: w, gauges: g, mark: mark,
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guichet_mails_total", Help: "Mails recorded since the start, by kind and by how they ended.",
		}, []string{"kind", "ending"}),
		verdicts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guichet_verdicts_total", Help: "Texts checked since the start, by format and verdict.",
		}, []string{"format", "verdict"}),
		answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "guichet_answer_seconds", Buckets: answerBuckets,
			Help: "Time from a mail's arrival (INTERNALDATE) until its answer was taken by the SMTP server, by kind.",
		}, []string{"kind"}),
	}, nil
}

// Registry holds the metrics, those of the process, and the program's version.
func (m *Metrics) Registry(version, goVersion string) *prometheus.Registry {
	r := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "guichet_build_info", Help: "The program's version; always 1.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": goVersion},
	})
	build.Set(1)
	r.MustRegister(m, build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

var (
	outboxDepth  = describe("guichet_outbox_notices", "Notices that were not sent, by state.", "mailbox", "state")
	outboxAge    = describe("guichet_outbox_oldest_age_seconds", "Age of the oldest notice that was not sent, by state.", "mailbox", "state")
	outboxDue    = describe("guichet_outbox_due_age_seconds", "For how long a notice has been due that no cap holds; 0 where none is.", "server")
	queueDepth   = describe("guichet_queue_cases", "Cases that wait for editors or authors.", "queue")
	queueAge     = describe("guichet_queue_oldest_age_seconds", "Age of the oldest case in a queue.", "queue")
	parkedMails  = describe("guichet_parked", "Mails that a machine could not finish and that wait for a person.")
	fetchAge     = describe("guichet_mailbox_fetch_age_seconds", "Time since a mailbox was last wholly read; since the start where it was not.", "mailbox")
	databaseSize = describe("guichet_database_size_bytes", "The database on its disk, with its log of writes.")
	commits      = describe("guichet_database_commits_total", "Transactions committed since the start.")
	diskFree     = describe("guichet_disk_free_bytes", "Room on the disk of the database.")
	replaced     = describe("guichet_reader_kills_total", "Readers of documents that were killed since the start.")
	rulesInfo    = describe("guichet_rules_info", "The rules in force; always 1.", "folder", "hash")
	alarmsRaised = describe("guichet_alarms", "Alarms that are raised, by their kind.", "alarm")
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe sends nothing: what is collected depends on what is configured.
func (m *Metrics) Describe(chan<- *prometheus.Desc) {}

// Collect reads the ledger.
func (m *Metrics) Collect(out chan<- prometheus.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ctx, stop := context.WithTimeout(context.Background(), collecting)
	defer stop()
	s := sink{out, m.watch.Clock()}
	if err := m.count(ctx); err != nil {
		s.out <- prometheus.NewInvalidMetric(parkedMails, err)
	}
	v, err := m.watch.Ledger.Vitals(ctx)
	if err != nil {
		s.out <- prometheus.NewInvalidMetric(parkedMails, err)
		return
	}
	m.mails.Collect(out)
	m.verdicts.Collect(out)
	m.answers.Collect(out)
	m.outbox(ctx, s, v)
	m.queues(s, v)
	m.rest(s)
}

// count adds what was recorded since the last scrape.
func (m *Metrics) count(ctx context.Context) error {
	n, err := m.watch.Ledger.News(ctx, m.mark)
	if err != nil {
		return err
	}
	for _, c := range n.Mails {
		m.mails.WithLabelValues(string(c.Kind), string(c.Ending)).Add(float64(c.Count))
	}
	for _, c := range n.Verdicts {
		m.verdicts.WithLabelValues(c.Format, string(c.Verdict)).Add(float64(c.Count))
	}
	for _, a := range n.Answers {
		m.answers.WithLabelValues(string(a.Kind)).Observe(a.Took.Seconds())
	}
	m.mark = n.Mark
	return nil
}

// sink is one scrape.
type sink struct {
	out chan<- prometheus.Metric
	now time.Time
}

func (s sink) gauge(d *prometheus.Desc, value float64, labels ...string) {
	s.out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func (s sink) age(since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(s.now.Sub(since).Seconds(), 0)
}

func (m *Metrics) outbox(ctx context.Context, s sink, v desk.Vitals) {
	for _, w := range v.Outbox {
		s.gauge(outboxDepth, float64(w.Count), w.Mailbox, string(w.State))
		s.gauge(outboxAge, s.age(w.Oldest), w.Mailbox, string(w.State))
	}
	for _, mailbox := range m.watch.Mailboxes {
		if !waits(v, mailbox) { // a depth that is none must be seen to be 0
			s.gauge(outboxDepth, 0, mailbox, string(desk.NoticeQueued))
		}
	}
	for _, a := range m.watch.Accounts {
		if since, err := a.Late(ctx, s.now); err == nil {
			s.gauge(outboxDue, s.age(since), a.Server)
		}
	}
}

func waits(v desk.Vitals, mailbox string) bool {
	for _, w := range v.Outbox {
		if w.Mailbox == mailbox && w.State == desk.NoticeQueued {
			return true
		}
	}
	return false
}

func (m *Metrics) queues(s sink, v desk.Vitals) {
	if m.gauges.Queues != nil {
		for _, q := range m.gauges.Queues() {
			if _, there := v.Queues[q]; !there {
				s.gauge(queueDepth, 0, string(q))
			}
		}
	}
	for q, w := range v.Queues {
		s.gauge(queueDepth, float64(w.Count), string(q))
		s.gauge(queueAge, s.age(w.Oldest), string(q))
	}
	s.gauge(parkedMails, float64(v.Parked))
}

// rest is what the ledger does not know.
func (m *Metrics) rest(s sink) {
	m.watch.start()
	for _, mailbox := range m.watch.Mailboxes {
		last := m.watch.LastRead(mailbox)
		if last.IsZero() {
			last = m.watch.began
		}
		s.gauge(fetchAge, s.age(last), mailbox)
	}
	if space, err := m.watch.Space(); err == nil {
		s.gauge(diskFree, float64(space.Free))
	}
	g := m.gauges
	if g.DatabaseSize != nil {
		s.gauge(databaseSize, float64(g.DatabaseSize()))
	}
	if g.Commits != nil {
		s.out <- prometheus.MustNewConstMetric(commits, prometheus.CounterValue, float64(g.Commits()))
	}
	if g.Replaced != nil {
		s.out <- prometheus.MustNewConstMetric(replaced, prometheus.CounterValue, float64(g.Replaced()))
	}
	if g.Editions != nil {
		for _, e := range g.Editions() {
			s.gauge(rulesInfo, 1, e.Folder, e.Hash)
		}
	}
	if g.Standing != nil {
		m.alarms(s)
	}
}

// alarms counts by the first word of their names: the rest may be anything.
func (m *Metrics) alarms(s sink) {
	kinds := map[string]int{}
	for _, kind := range []string{"mailbox", "login", "outbox", "late", "cap", "filing", "sent", "disk", "parked", "reconcile", "database"} {
		kinds[kind] = 0
	}
	for _, a := range m.gauges.Standing() {
		kind, _, _ := strings.Cut(a.Name, " ")
		kinds[kind]++
	}
	for kind, n := range kinds {
		s.gauge(alarmsRaised, float64(n), kind)
	}
}
