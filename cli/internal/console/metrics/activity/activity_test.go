package activity_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/console/metrics/activity"
)

func TestSum(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 30, 0, time.UTC)
	ago := func(span time.Duration) time.Time { return now.Add(-span) }

	events := []activity.Event{
		{ago(0), activity.Ready}, {ago(29 * time.Second), activity.Rejected}, // current minute
		{ago(31 * time.Second), activity.Ready}, {ago(time.Minute), activity.Failed}, // previous minute
		{ago(59*time.Minute + 30*time.Second), activity.Ready},              // first minute
		{ago(time.Hour), activity.Ready}, {ago(-time.Hour), activity.Ready}, // outside the hour
	}

	var runs []activity.Run
	for i := range 100 {
		runs = append(runs, activity.Run{End: ago(0), Took: time.Duration(100-i) * time.Second})
	}

	sum := activity.Sum(now, events, append(runs, activity.Run{End: ago(2 * time.Hour), Took: time.Hour}))

	if diff := cmp.Diff(map[activity.Outcome]int{activity.Ready: 3, activity.Rejected: 1, activity.Failed: 1}, sum.Counts); diff != "" {
		t.Error(diff)
	}

	if got := []int{sum.Minutes[0].Total(), sum.Minutes[58].Total(), sum.Minutes[59].Total()}; !cmp.Equal(got, []int{1, 2, 2}) {
		t.Errorf("the first minute, the previous minute and the current minute have %v", got)
	}

	if sum.P50 != 50*time.Second || sum.P95 != 95*time.Second || sum.Runs != 100 || sum.Minutes[59].P95 != sum.P95 {
		t.Errorf("p50 %v, p95 %v of %d", sum.P50, sum.P95, sum.Runs)
	}

	if want := 2.0 / 5; sum.Recent != want {
		t.Errorf("%v uploads per minute, want %v", sum.Recent, want)
	}
}

func TestSum_fewRuns(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 30, 0, time.UTC)

	if sum := activity.Sum(now, nil, nil); sum.P50 != 0 || sum.P95 != 0 || len(sum.Minutes) != activity.Minutes {
		t.Errorf("without events: %+v", sum)
	}

	if sum := activity.Sum(now, nil, []activity.Run{{now, time.Second}}); sum.P50 != time.Second || sum.P95 != time.Second {
		t.Errorf("one run: p50 %v, p95 %v", sum.P50, sum.P95)
	}
}
