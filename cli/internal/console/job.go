package console

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"triptych/cli/internal/replay"
)

// job is the current replay, or the last one. Only one replay runs at a time.
type job struct {
	explain func(error) error

	mu  sync.Mutex
	now jobState
}

// jobState is the progress of a replay, as the page shows it.
type jobState struct {
	// Number counts replays, and Change the changes of this replay; 0 means that there
	// was no replay.
	Number  int       `json:"number"`
	Change  int       `json:"change"`
	Running bool      `json:"running"`
	Total   int       `json:"total"`
	Done    int       `json:"done"`
	OK      int       `json:"ok"`
	Failed  int       `json:"failed"`
	Problem string    `json:"problem"` // reason why it stopped early
	Lines   []jobLine `json:"lines"`   // the last entries
}

// jobLine is one entry that was replayed.
type jobLine struct {
	Key    string `json:"key"`
	Name   string `json:"name"` // of the execution
	URL    string `json:"url"`  // of the execution's page
	Status string `json:"status"`
	Tone   string `json:"tone"`
	Text   string `json:"text"`
}

// mostLines is the maximum number of lines that are kept.
const mostLines = 200

// begin returns false while another replay is running.
func (j *job) begin() bool {
	j.mu.Lock()
	defer j.mu.Unlock()

	if j.now.Running {
		return false
	}

	j.now = jobState{Number: j.now.Number + 1, Running: true, Lines: []jobLine{}}

	return true
}

func (j *job) state() jobState {
	j.mu.Lock()
	defer j.mu.Unlock()

	now := j.now
	now.Lines = slices.Clone(now.Lines)

	return now
}

func (j *job) change(by func(*jobState)) {
	j.mu.Lock()
	defer j.mu.Unlock()

	by(&j.now)
	j.now.Change++
}

func (j *job) run(ctx context.Context, work *replay.Replay, chosen []string, all bool) {
	work.Found = func(entries int) { j.change(func(now *jobState) { now.Total += entries }) }
	work.Ended = func(one replay.Result) error {
		j.change(func(now *jobState) { now.add(&one) })

		return nil
	}

	var err error
	if all {
		_, err = work.All(ctx)
	} else {
		_, err = work.Named(ctx, chosen)
	}

	j.change(func(now *jobState) {
		now.Running = false
		now.Total = now.Done

		if err != nil {
			now.Problem = j.explain(err).Error()
		}
	})
}

func (s *jobState) add(one *replay.Result) {
	s.Done++

	line := jobLine{
		Key: one.Key, Name: replay.Name(one.ExecutionARN), URL: executionURL(one.ExecutionARN),
		Status: statusWord(one.Status), Tone: tone(one.Status), Text: one.Reason,
	}

	if one.OK() {
		s.OK++
		line.Tone = "good"
	} else {
		s.Failed++
		line.Text = one.Error
	}

	s.Lines = append(s.Lines, line)
	s.Lines = s.Lines[max(0, len(s.Lines)-mostLines):]
}

// askJob is the interval at which a page receives the progress.
const askJob = 250 * time.Millisecond

// failureEvents sends the progress of a replay to the page of failures.
func (c *Console) failureEvents(w http.ResponseWriter, r *http.Request) error {
	events, err := openStream(w)
	seen := jobState{Number: -1}
	told := time.Now()

	for err == nil {
		now := c.job.state()

		switch {
		case now.Number != seen.Number || now.Change != seen.Change:
			err = events.send("job", now)
			seen, told = now, time.Now()
		case time.Since(told) > heartbeat:
			err = events.send("heartbeat", struct{}{})
			told = time.Now()
		}

		select {
		case <-time.After(askJob):
		case <-r.Context().Done():
			return nil
		case <-c.background.Done():
			return nil
		}
	}

	return nil // The client has disconnected.
}
