package e2e_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// seedVariable is the environment variable with the seed of random choices. Without it,
// every run has another seed.
const seedVariable = "TRIPTYCH_SEED"

// random returns a source of random numbers, and logs its seed if the test fails.
func random(t *testing.T) *rand.Rand {
	t.Helper()

	seed := uint64(time.Now().UnixNano())

	if given := os.Getenv(seedVariable); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
	}

	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("run with %s=%d to repeat the random choices", seedVariable, seed)
		}
	})

	return rand.New(rand.NewPCG(seed, seed))
}
