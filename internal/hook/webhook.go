package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// NewClient speaks to a webhook: TLS 1.2 at least, ten seconds, no redirects.
func NewClient(config *tls.Config) *http.Client {
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Timeout: webhookTimeout,
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, DisableKeepAlives: true, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Key is the key that a secret stands for: what follows "whsec_" is base64, any
// other secret is the key itself. One of less than 16 bytes is refused.
func Key(secret string) ([]byte, error) {
	key := []byte(secret)
	if encoded, marked := strings.CutPrefix(secret, "whsec_"); marked {
		var err error
		if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return nil, errors.New("what follows whsec_ is no base64")
		}
	}
	if len(key) < 16 {
		return nil, errors.New("it is too short to sign with: 16 bytes at least")
	}
	return key, nil
}

// Sign is the webhook-signature of a body.
func Sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (t *Teller) post(ctx context.Context, g desk.Signal, body []byte) error {
	key, err := t.Secret()
	if err != nil {
		return fmt.Errorf("%w: the secret of the webhook: %w", errUntried, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: %w", errUntried, err)
	}
	id, at := strconv.FormatInt(g.Event, 10), t.Clock()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "guichet")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	r.Header.Set("webhook-signature", Sign(key, id, at, body))
	client := t.Client
	if client == nil {
		client = NewClient(nil)
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // what it says is no matter
	said, _ := io.ReadAll(io.LimitReader(answer.Body, desk.MaxReply))
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return fmt.Errorf("the webhook answered %s, and redirects are not followed", answer.Status)
	}
	return fmt.Errorf("the webhook answered %s: %s", answer.Status, said)
}
