package gallery

import (
	"net/http"
	"time"

	"triptych/cli/internal/console/card"
	"triptych/cli/internal/console/feed"
	"triptych/cli/internal/console/page"
	"triptych/shared/ledger"
)

// changed is an event `card`: a new or changed upload.
type changed struct {
	ID     string      `json:"id"`
	HTML   string      `json:"html"` // "" if the filter no longer shows it
	Status page.Status `json:"status"`
}

// events sends changes to the gallery while it is open.
func (p *Page) events(w http.ResponseWriter, r *http.Request) error {
	wanted, err := readFilter(r)
	if err != nil {
		return err
	}

	since := ""
	if moment, err := time.Parse(time.RFC3339, r.FormValue("since")); err == nil {
		since = moment.UTC().Format(ledger.TimeLayout)
	}

	changes, leave := p.feed.Listen(r.Context(), since)
	defer leave()

	ended, forget := p.outcomes.listen()
	defer forget()

	stream, err := page.OpenStream(w)
	if err != nil {
		return nil // The client has disconnected.
	}

	for err == nil {
		select {
		case change, open := <-changes:
			if !open {
				return nil
			}

			err = p.send(stream, wanted, change)
		case result, open := <-ended:
			if !open {
				return nil
			}

			err = stream.Send("upload", result)
		case <-time.After(page.Heartbeat):
			err = stream.SendHeartbeat()
		case <-r.Context().Done():
			return nil
		case <-p.site.Done():
			return nil
		}
	}

	return nil // The client has disconnected.
}

func (p *Page) send(stream *page.Stream, wanted filter, change feed.Change) error {
	switch {
	case change.Problem != nil:
		return stream.Send("problem", map[string]string{"text": p.site.Stack.Explain(change.Problem).Error()})
	case change.Missed:
		return stream.Send("missed", struct{}{})
	}

	shown := card.New(&change.Item, change.Failed)
	event := changed{ID: shown.ID, Status: shown.Status}

	if wanted.matches(&change.Item) {
		text, err := template.Expand("card", shown)
		if err != nil {
			return err
		}

		event.HTML = text
	}

	return stream.Send("card", event)
}
