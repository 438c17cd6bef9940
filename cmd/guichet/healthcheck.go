package main

import (
	"context"
	"encoding/json"
	"net/http"
)

// deskHealth asks the desk that serves the figures how it fares: err says that
// somebody has its address.
func (r *report) deskHealth(listen string, err error) {
	ctx, stop := context.WithTimeout(r.a.ctx, patience)
	defer stop()
	var health struct {
		Status  string
		Reasons []string
	}
	ask, fault := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen+"/readyz", nil)
	if fault == nil {
		var answer *http.Response
		if answer, fault = http.DefaultClient.Do(ask); fault == nil {
			fault = json.NewDecoder(answer.Body).Decode(&health)
			answer.Body.Close() //nolint:errcheck // it was read
		}
	}
	switch {
	case fault != nil || health.Status == "":
		r.fail("metrics", "the figures cannot be served: %v; change metrics: listen", err)
	case len(health.Reasons) == 0:
		r.ok("metrics", "a desk runs and does its work; it serves its figures on %s", listen)
	}
	for _, reason := range health.Reasons {
		r.warn("metrics", "the desk that runs says: %s", reason)
	}
}
