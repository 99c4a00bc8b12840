package failures

import (
	"net/http"
	"time"

	"triptych/cli/internal/console/page"
)

// askJob is the interval at which a page receives the progress.
const askJob = 250 * time.Millisecond

// events sends the progress of a replay to the page of failures.
func (p *Page) events(w http.ResponseWriter, r *http.Request) error {
	stream, err := page.OpenStream(w)
	seen := progress{Number: -1}
	told := time.Now()

	for err == nil {
		now := p.job.state()

		switch {
		case now.Number != seen.Number || now.Change != seen.Change:
			err = stream.Send("job", now)
			seen, told = now, time.Now()
		case time.Since(told) > page.Heartbeat:
			err = stream.SendHeartbeat()
			told = time.Now()
		}

		select {
		case <-time.After(askJob):
		case <-r.Context().Done():
			return nil
		case <-p.site.Done():
			return nil
		}
	}

	return nil // The client has disconnected.
}
