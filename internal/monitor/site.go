package monitor

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Site serves the figures and the state of health.
type Site struct {
	Watch    *Watch
	Registry *prometheus.Registry
	Log      *slog.Logger
}

// health is what is answered: "ok", or "failing" with the reasons.
type health struct {
	Status  string   `json:"status"`
	Reasons []string `json:"reasons"`
}

// Handler is everything that is served.
func (s Site) Handler() http.Handler {
	mux := http.NewServeMux()
	faults := slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn)
	// What the ledger cannot tell now leaves the other figures.
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{
		ErrorLog: faults, ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4, EnableOpenMetrics: true,
	}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Watch.Loops.Silent()) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		answer(w, append(s.Watch.Loops.Silent(), s.Watch.Unready(r.Context())...))
	})
	return mux
}

func answer(w http.ResponseWriter, reasons []string) {
	h, status := health{"ok", []string{}}, http.StatusOK
	if len(reasons) > 0 {
		h, status = health{"failing", reasons}, http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(h) // the one who asked may have gone
}

// Serve answers on a listener until the context ends.
func (s Site) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	still := context.AfterFunc(ctx, func() {
		patience, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer stop()
		ended <- server.Shutdown(patience)
	})
	err := server.Serve(listener)
	if still() {
		return err // it ended by itself
	}
	return <-ended
}
