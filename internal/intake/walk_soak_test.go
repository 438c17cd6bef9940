//go:build soak

package intake_test

import (
	"math/rand/v2"
	"testing"
)

// TestNobodyWithdrawsForAnotherForLong walks 100,000 steps; a tenth of them under the
// race detector.
func TestNobodyWithdrawsForAnotherForLong(t *testing.T) {
	seed := uint64(rand.Uint32())
	t.Logf("the seed is %d", seed)
	walkFor(t, seed, 100_000/slower)
}
