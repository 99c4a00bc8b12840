package pulse_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/console/pulse"
)

func TestSum(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 30, 0, time.UTC)
	ago := func(span time.Duration) time.Time { return now.Add(-span) }

	events := []pulse.Event{
		{ago(0), pulse.Ready}, {ago(29 * time.Second), pulse.Rejected}, // current minute
		{ago(31 * time.Second), pulse.Ready}, {ago(time.Minute), pulse.Failed}, // previous minute
		{ago(59*time.Minute + 30*time.Second), pulse.Ready},           // first minute
		{ago(time.Hour), pulse.Ready}, {ago(-time.Hour), pulse.Ready}, // outside the hour
	}

	var runs []pulse.Run
	for i := range 100 {
		runs = append(runs, pulse.Run{End: ago(0), Took: time.Duration(100-i) * time.Second})
	}

	sum := pulse.Sum(now, events, append(runs, pulse.Run{End: ago(2 * time.Hour), Took: time.Hour}))

	if diff := cmp.Diff(map[pulse.Outcome]int{pulse.Ready: 3, pulse.Rejected: 1, pulse.Failed: 1}, sum.Counts); diff != "" {
		t.Error(diff)
	}

	if got := []int{sum.Minutes[0].Total(), sum.Minutes[58].Total(), sum.Minutes[59].Total()}; !cmp.Equal(got, []int{1, 2, 2}) {
		t.Errorf("the first, the last but one and the last minute have %v", got)
	}

	if sum.P50 != 50*time.Second || sum.P95 != 95*time.Second || sum.Runs != 100 || sum.Minutes[59].P95 != sum.P95 {
		t.Errorf("p50 %v, p95 %v of %d", sum.P50, sum.P95, sum.Runs)
	}

	if want := 2.0 / 5; sum.Recent != want {
		t.Errorf("%v a minute, want %v", sum.Recent, want)
	}
}

func TestSum_fewRuns(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 30, 0, time.UTC)

	if sum := pulse.Sum(now, nil, nil); sum.P50 != 0 || sum.P95 != 0 || len(sum.Minutes) != pulse.Minutes {
		t.Errorf("without events: %+v", sum)
	}

	if sum := pulse.Sum(now, nil, []pulse.Run{{now, time.Second}}); sum.P50 != time.Second || sum.P95 != time.Second {
		t.Errorf("one run: p50 %v, p95 %v", sum.P50, sum.P95)
	}
}
