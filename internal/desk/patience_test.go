package desk_test

import (
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

func TestBackoffDoublesToItsCap(t *testing.T) {
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240}
	for i, minutes := range want {
		low, high := desk.Backoff(i+1, 0), desk.Backoff(i+1, 1)
		if low != minutes*time.Minute || high != low+low/4 {
			t.Errorf("after %d failures: %v to %v, want %v and a quarter more", i+1, low, high, minutes*time.Minute)
		}
	}
	if got := desk.Backoff(1000, 0); got != 4*time.Hour {
		t.Errorf("after 1000 failures: %v", got)
	}
}

func TestTriesSpreadOverFiveDays(t *testing.T) {
	var sum time.Duration
	for n := 1; n < desk.MaxTries; n++ {
		sum += desk.Backoff(n, 0.5)
	}
	if days := sum.Hours() / 24; days < 4.8 || days > 5.2 {
		t.Errorf("%d tries take %.1f days, want five", desk.MaxTries, days)
	}
}
