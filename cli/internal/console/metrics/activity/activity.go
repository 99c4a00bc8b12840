// Package activity computes the activity of a stack in the last hour: the outcomes of
// uploads and their latencies, by minute.
package activity

import (
	"slices"
	"time"
)

// The period is one hour. It is divided into buckets of a minute, and the last bucket is the
// current minute.
const (
	Minutes = 60
	Span    = Minutes * time.Minute
)

// Outcome is the outcome of an upload.
type Outcome string

// The outcomes, in the order of the parts of a bar.
const (
	Ready      Outcome = "ready"
	Rejected   Outcome = "rejected"
	Superseded Outcome = "superseded"
	Failed     Outcome = "failed"
)

// Outcomes lists every outcome. Ready is the first.
func Outcomes() []Outcome { return []Outcome{Ready, Rejected, Superseded, Failed} }

// Event is one upload that reached its outcome.
type Event struct {
	At      time.Time
	Outcome Outcome
}

// Run is one execution that succeeded.
type Run struct {
	End  time.Time
	Took time.Duration
}

// Minute is one bucket.
type Minute struct {
	Start    time.Time
	Counts   map[Outcome]int
	P50, P95 time.Duration // 0 if no execution succeeded
}

// Total returns the number of uploads that reached an outcome in a minute.
func (m *Minute) Total() int {
	total := 0
	for _, count := range m.Counts {
		total += count
	}

	return total
}

// Summary is the activity of the last hour.
type Summary struct {
	Minutes  []Minute // oldest first
	Counts   map[Outcome]int
	P50, P95 time.Duration
	Runs     int
	// Recent is the mean number of uploads per minute that reached an outcome in the last
	// five full minutes.
	Recent float64
}

// recentMinutes is the number of minutes in Recent.
const recentMinutes = 5

// Sum computes the summary; events outside the last hour are ignored.
func Sum(now time.Time, events []Event, runs []Run) Summary {
	sum := Summary{Minutes: make([]Minute, Minutes), Counts: map[Outcome]int{}}
	first := now.Truncate(time.Minute).Add(-(Minutes - 1) * time.Minute)

	for i := range sum.Minutes {
		sum.Minutes[i] = Minute{Start: first.Add(time.Duration(i) * time.Minute), Counts: map[Outcome]int{}}
	}

	place := func(at time.Time) (int, bool) {
		i := int(at.Sub(first) / time.Minute)

		return i, !at.Before(first) && i < Minutes
	}

	for _, event := range events {
		if i, in := place(event.At); in {
			sum.Minutes[i].Counts[event.Outcome]++
			sum.Counts[event.Outcome]++
		}
	}

	var (
		all    []time.Duration
		byPart = make([][]time.Duration, Minutes)
	)

	for _, run := range runs {
		if i, in := place(run.End); in {
			all = append(all, run.Took)
			byPart[i] = append(byPart[i], run.Took)
		}
	}

	sum.P50, sum.P95 = percentiles(all)
	sum.Runs = len(all)

	for i, some := range byPart {
		sum.Minutes[i].P50, sum.Minutes[i].P95 = percentiles(some)
	}

	for i := Minutes - 1 - recentMinutes; i < Minutes-1; i++ {
		sum.Recent += float64(sum.Minutes[i].Total()) / recentMinutes
	}

	return sum
}

// percentiles returns p50 and p95, by the nearest-rank method: 50 percent of the durations are
// at most p50, and 95 percent are at most p95.
func percentiles(of []time.Duration) (p50, p95 time.Duration) {
	if len(of) == 0 {
		return 0, 0
	}

	slices.Sort(of)

	rank := func(percent int) time.Duration {
		const hundred = 100

		return of[(len(of)*percent+hundred-1)/hundred-1]
	}

	return rank(50), rank(95)
}
