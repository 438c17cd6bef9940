package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/hook"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/tombstone"
	"github.com/bara-think-tank/guichet/internal/web"
)

// site is what the desk shows on the web and tells the publication's site: each part
// is nil where the configuration does not ask for it.
type site struct {
	page   *web.Site
	listen string // where the page is
	teller *hook.Teller
}

// wireSite gives the works what the configuration asks of the web.
func (a *app) wireSite(c *Config, w *works) error {
	if c.Web.Listen != "" {
		w.site.listen = c.Web.Listen
		w.site.page = &web.Site{
			Confirmations: w.decisions, URL: c.Web.URL, Clock: a.now, Log: a.log, Manner: w.pageManner,
		}
		for _, s := range w.stations {
			s.flow.ConfirmationPage = strings.TrimSuffix(c.Web.URL, "/") + web.ConfirmationPath
		}
	}
	if len(c.Hook.Command) == 0 && c.Hook.URL == "" {
		return nil
	}
	config, err := c.hookTLS()
	if err != nil {
		return err
	}
	w.site.teller = &hook.Teller{
		Queue: store.Signals{DB: w.db}, Write: w.announcement, Command: c.command(c.Hook.Command), Dir: c.dir, URL: c.Hook.URL,
		Secret: c.hookSecret, Client: hook.NewClient(config), Clock: a.now, Log: a.log,
	}
	return nil
}

// pageManner is what the first mailbox's rules in force say of the page.
func (w *works) pageManner() web.Manner {
	set := w.stations[0].rules()
	return web.Manner{
		Name: set.Desk.Name, CoolingOff: set.Desk.Withdrawal.CoolingOff,
		FormatName: func(id string) string { return set.QueueName(desk.Queue(id), "fr") },
	}
}

// announcement is what the site is told of a change, by the rules in force.
func (w *works) announcement(ctx context.Context, g desk.Signal) ([]byte, error) {
	p, changes, err := w.publicationOf(ctx, g.Reference)
	if err != nil {
		return nil, err
	}
	now := w.stations[0].book.edition()
	told, err := tombstone.Announce(now.notices, p, changes, g.Event, now.rules.Desk.Name, w.decisions.Zone,
		now.rules.Desk.Language, now.rules.Desk.Languages...)
	if err != nil {
		return nil, err
	}
	return json.Marshal(told)
}

// publicationOf is a publication with what became of it.
func (w *works) publicationOf(ctx context.Context, ref desk.Reference) (p desk.Publication, changes []desk.PublicationChange, err error) {
	if p, err = w.db.Publication(ctx, ref); err != nil {
		return p, nil, err
	}
	changes, err = w.db.PublicationChanges(ctx, p.ID)
	return p, changes, err
}

// serve answers on the web until the context ends.
func (s site) serve(ctx context.Context) error {
	if s.page == nil {
		return nil
	}
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return hint(fmt.Errorf("the confirmation page cannot listen: %w", err), "change web: listen")
	}
	return s.page.Serve(ctx, listener)
}

// unserved has no mail point to the page while nobody serves it.
func (w *works) unserved() {
	w.site.page = nil
	for _, s := range w.stations {
		s.flow.ConfirmationPage = ""
	}
}

// tell tells the site what is due, once.
func (s site) tell(ctx context.Context) error {
	if s.teller == nil {
		return nil
	}
	_, err := s.teller.Drain(ctx)
	return err
}

// untold are the changes that wait to be told to the site, and those given up; none
// where no site is to be told.
func (w *works) untold(ctx context.Context) (waiting, failed []desk.Signal, err error) {
	if w.site.teller == nil {
		return nil, nil, nil
	}
	all, err := store.Signals{DB: w.db}.Untold(ctx)
	for _, g := range all {
		if g.State == desk.NoticeFailed {
			failed = append(failed, g)
		} else {
			waiting = append(waiting, g)
		}
	}
	return waiting, failed, err
}

// printUntold says which changes did not reach the site.
func (w *works) printUntold(a *app) error {
	waiting, failed, err := w.untold(a.ctx)
	for _, g := range failed {
		fmt.Fprintf(a.out, "given up: the site was not told of change %d of %s: %s\n", g.Event, g.Reference, g.Reply)
	}
	for _, g := range waiting {
		if g.Attempts > 0 {
			fmt.Fprintf(a.out, "tried %d times: the site is not told yet of change %d of %s: %s\n", g.Attempts, g.Event, g.Reference, g.Reply)
		}
	}
	return err
}
