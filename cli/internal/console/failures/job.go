package failures

import (
	"context"
	"slices"
	"sync"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/replay"
)

// job is the current replay, or the last one. Only one replay runs at a time.
type job struct {
	explain func(error) error

	mu  sync.Mutex
	now progress
}

// progress is the progress of a replay, as the page shows it.
type progress struct {
	// Number counts the replays; 0 means that there was no replay. Change counts the
	// changes of this replay.
	Number  int     `json:"number"`
	Change  int     `json:"change"`
	Running bool    `json:"running"`
	Total   int     `json:"total"`
	Done    int     `json:"done"`
	OK      int     `json:"ok"`
	Failed  int     `json:"failed"`
	Problem string  `json:"problem"` // reason why it stopped early
	Lines   []entry `json:"lines"`   // the last entries
}

// entry is one entry that was replayed.
type entry struct {
	Key    string `json:"key"`
	Name   string `json:"name"` // of the execution
	URL    string `json:"url"`  // of the execution's page
	Status string `json:"status"`
	Tone   string `json:"tone"`
	Text   string `json:"text"`
}

// mostLines is the maximum number of lines that are kept.
const mostLines = 200

// begin starts a replay. It returns false if another replay is running.
func (j *job) begin() bool {
	j.mu.Lock()
	defer j.mu.Unlock()

	if j.now.Running {
		return false
	}

	j.now = progress{Number: j.now.Number + 1, Running: true, Lines: []entry{}}

	return true
}

func (j *job) state() progress {
	j.mu.Lock()
	defer j.mu.Unlock()

	now := j.now
	now.Lines = slices.Clone(now.Lines)

	return now
}

func (j *job) change(by func(*progress)) {
	j.mu.Lock()
	defer j.mu.Unlock()

	by(&j.now)
	j.now.Change++
}

func (j *job) run(ctx context.Context, work *replay.Replay, chosen []string, all bool) {
	work.Found = func(entries int) { j.change(func(now *progress) { now.Total += entries }) }
	work.Ended = func(one replay.Result) error {
		j.change(func(now *progress) { now.add(&one) })

		return nil
	}

	var err error
	if all {
		_, err = work.All(ctx)
	} else {
		_, err = work.Named(ctx, chosen)
	}

	j.change(func(now *progress) {
		now.Running = false
		now.Total = now.Done

		if err != nil {
			now.Problem = j.explain(err).Error()
		}
	})
}

func (s *progress) add(one *replay.Result) {
	s.Done++

	shown := entry{
		Key: one.Key, Name: replay.Name(one.ExecutionARN), URL: page.ExecutionURL(one.ExecutionARN),
		Status: page.Status(one.Status).Word(), Tone: page.Status(one.Status).Tone(), Text: one.Reason,
	}

	if one.OK() {
		s.OK++
		shown.Tone = "good"
	} else {
		s.Failed++
		shown.Text = one.Error
	}

	s.Lines = append(s.Lines, shown)
	s.Lines = s.Lines[max(0, len(s.Lines)-mostLines):]
}
