package store

import (
	"context"
	"fmt"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// replayed is what the log alone tells: how each publication and request stands, and
// what was decided.
type replayed struct {
	publications map[string]string // by reference
	requests     map[int64]string  // by case
	decisions    map[int64]string  // their hashes, by number
	works        map[int64]string  // the hashes of publications, by number
}

// replay reads the log from its first event.
func replay(ctx context.Context, q querier) (replayed, error) {
	told := replayed{map[string]string{}, map[int64]string{}, map[int64]string{}, map[int64]string{}}
	_, err := collect(ctx, q, func(r row) (none struct{}, err error) {
		var detail map[string]string
		if err = r.Scan(inJSON{&detail}); err != nil {
			return none, err
		}
		if ref := detail[leftPublication]; detail[leftPublication+leftState] != "" {
			told.publications[ref] = detail[leftPublication+leftState]
		}
		if id := rowID(detail[leftRequest]); detail[leftRequest+leftState] != "" {
			told.requests[id] = detail[leftRequest+leftState]
		}
		if id := rowID(detail[leftDecision]); id != 0 {
			told.decisions[id] = detail[leftHash]
		}
		if id := rowID(detail[sealOf]); id != 0 {
			told.works[id] = detail[sealHash]
		}
		return none, nil
	}, `SELECT detail FROM events ORDER BY id`)
	return told, err
}

// verifyStates compares how publications and requests stand with what the log says
// of them last. A publication of which the log says nothing stands as it was
// published: nobody changed it.
func (db *DB) verifyStates(ctx context.Context) (string, error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	told, err := replay(ctx, tx)
	if err != nil {
		return "", err
	}
	publications, err := collect(ctx, tx, scanPublication, publicationColumns+` ORDER BY p.id`)
	if err != nil {
		return "", err
	}
	for _, p := range publications {
		want, known := told.publications[string(p.Reference)]
		if !known {
			want = string(desk.StandsPublished)
		}
		if string(p.State) != want {
			return "", wrong("the publication %s is %s, and the log says %s", p.Reference, p.State, want)
		}
		delete(told.publications, string(p.Reference))
	}
	for ref := range told.publications {
		return "", wrong("the publication %s is in the log, and there is none", ref)
	}
	requests, err := collect(ctx, tx, scanRequest, requestColumns+` ORDER BY r.case_id`)
	if err != nil {
		return "", err
	}
	for _, r := range requests {
		if want := told.requests[r.CaseID]; string(r.State) != want {
			return "", wrong("the withdrawal request %s is %s, and the log says %q", r.Reference, r.State, want)
		}
	}
	return fmt.Sprintf("publications (%d) and withdrawal requests (%d) stand as the log says", len(publications), len(requests)), nil
}

// verifyDecisions compares every decision with its hash in the log.
func (db *DB) verifyDecisions(ctx context.Context) (string, error) {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	told, err := replay(ctx, tx)
	if err != nil {
		return "", err
	}
	decisions, err := collect(ctx, tx, scanDecision, decisionColumns+` ORDER BY id`)
	if err != nil {
		return "", err
	}
	for _, d := range decisions {
		switch hash, known := told.decisions[d.ID]; {
		case !known:
			return "", wrong("the decision %d (%s) is not in the log", d.ID, d.Act)
		case hash != db.decisionHash(d):
			return "", wrong("the decision %d (%s) was changed after it was written", d.ID, d.Act)
		}
		delete(told.decisions, d.ID)
	}
	for id := range told.decisions {
		return "", wrong("the decision %d is in the log, and there is none", id)
	}
	return fmt.Sprintf("%d, all in the log as they were made", len(decisions)), nil
}
