package bearer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// granted is what a token endpoint answers (RFC 6749 sections 5.1 and 5.2).
type granted struct {
	AccessToken  string  `json:"access_token"`
	ExpiresIn    seconds `json:"expires_in"`
	RefreshToken string  `json:"refresh_token"`

	Code        string `json:"error"`
	Description string `json:"error_description"`
}

// seconds is a number that some providers write as a string.
type seconds int64

func (s *seconds) UnmarshalJSON(text []byte) error {
	var n json.Number
	if err := json.Unmarshal([]byte(strings.Trim(string(text), `"`)), &n); err != nil {
		return err
	}
	value, err := n.Int64()
	*s = seconds(value)
	return err
}

// usual is how long a token lasts of which the provider does not say it.
const usual = 600

// longestAnswer is what is read of an answer, in bytes.
const longestAnswer = 1 << 20

// refresh asks the endpoint for a token (RFC 6749 section 6).
func (s *Source) refresh(ctx context.Context) (granted, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	used, err := s.current(ctx)
	if err != nil {
		return granted{}, err
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {used}, "client_id": {s.ClientID}}
	if s.Scope != "" {
		form.Set("scope", s.Scope)
	}
	if s.ClientSecret != nil {
		secret, err := s.ClientSecret()
		if err != nil {
			return granted{}, fmt.Errorf("reading the client's secret: %w", err)
		}
		form.Set("client_secret", secret)
	}
	got, err := s.post(ctx, form)
	if err != nil {
		return granted{}, err
	}
	if got.ExpiresIn <= 0 {
		got.ExpiresIn = usual
	}
	return got, s.keep(ctx, used, got.RefreshToken)
}

func (s *Source) post(ctx context.Context, form url.Values) (got granted, err error) {
	if err := CheckEndpoint(s.Endpoint); err != nil {
		return got, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return got, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	answer, err := s.client().Do(request)
	if err != nil {
		return got, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(io.LimitReader(answer.Body, longestAnswer))
	if err != nil {
		return got, err
	}
	faulty := json.Unmarshal(text, &got)
	switch {
	case got.Code == "temporarily_unavailable", got.Code == "server_error", answer.StatusCode >= 500, answer.StatusCode == http.StatusTooManyRequests:
		return got, fmt.Errorf("the provider answers %s", answer.Status)
	case got.Code != "":
		return got, &Refused{Code: line(got.Code), Description: line(got.Description)}
	case answer.StatusCode != http.StatusOK:
		return got, fmt.Errorf("the provider answers %s", answer.Status)
	case faulty != nil || got.AccessToken == "":
		return got, errNoToken
	}
	return got, nil
}

// client follows no redirection: it would be told the secrets.
func (s *Source) client() *http.Client {
	client := http.Client{}
	if s.Client != nil {
		client = *s.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// line is the first line of a provider's words, cut.
func line(words string) string {
	words, _, _ = strings.Cut(strings.TrimSpace(words), "\n")
	words = strings.TrimSpace(words)
	if runes := []rune(words); len(runes) > 200 {
		words = string(runes[:200]) + "…"
	}
	return words
}

// CheckEndpoint says why secrets may not be sent to an address: it must be https, or
// on loopback.
func CheckEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return errors.New("no address of a token endpoint; accepted: https://oauth2.googleapis.com/token")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("a token endpoint is reached by https")
}
