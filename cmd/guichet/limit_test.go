package main

import "testing"

func TestParseLimit(t *testing.T) {
	for text, want := range map[string]int64{
		"": 35 << 20, "35MB": 35 << 20, "800kB": 800 << 10, "20 Mo": 20 << 20, "100ko": 100 << 10,
		"35": 0, "MB": 0, "0MB": 0, "99kB": 0, "-1MB": 0, "35mb": 0, "1.5MB": 0, "9999999999MB": 0, "35MBMB": 0,
	} {
		got, err := parseLimit(text)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("parseLimit(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
}
