package doctor

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBurst(t *testing.T) {
	for limit, want := range map[float64]string{
		10:   "10 concurrent executions in this account, 10 not reserved: about 6 uploads a second",
		1000: "1000 concurrent executions in this account, 1000 not reserved: about 573 uploads a second",
	} {
		if got := burst(limit, limit); !strings.HasPrefix(got, want) {
			t.Errorf("at %v: %q, want %q", limit, got, want)
		}
	}
}

// TestBurst_patienceOfThePipeline checks that the constant patience is less than the average
// time for which a throttled step waits.
func TestBurst_patienceOfThePipeline(t *testing.T) {
	text, err := os.ReadFile("../../../statemachine/pipeline.asl.json")
	if err != nil {
		t.Fatal(err)
	}

	var machine struct {
		States map[string]struct {
			Retry []struct {
				ErrorEquals                  []string
				MaxAttempts, MaxDelaySeconds int
			}
		}
	}
	if err := json.Unmarshal(text, &machine); err != nil {
		t.Fatal(err)
	}

	checked := 0

	for name, state := range machine.States {
		for _, retrier := range state.Retry {
			if !slices.Contains(retrier.ErrorEquals, "Lambda.TooManyRequestsException") {
				continue
			}

			checked++

			// With full jitter, the average delay is half of the maximum.
			if average := time.Duration(retrier.MaxAttempts*retrier.MaxDelaySeconds) * time.Second / 2; average < patience+time.Hour {
				t.Errorf("%s waits for %v on average, want at least an hour more than %v", name, average, patience)
			}
		}
	}

	if checked < 4 {
		t.Errorf("only %d steps have a retrier for throttling", checked)
	}
}
