package console

import (
	"net/http"
	"time"

	"triptych/cli/internal/console/feed"
)

// changed is an event `card`: a new or changed upload.
type changed struct {
	ID     string `json:"id"`
	HTML   string `json:"html"` // "" if the filter no longer shows it
	Status string `json:"status"`
}

// galleryEvents sends changes to the gallery while it is open.
func (c *Console) galleryEvents(w http.ResponseWriter, r *http.Request) error {
	wanted, err := readFilter(r)
	if err != nil {
		return err
	}

	since := ""
	if moment, err := time.Parse(time.RFC3339, r.FormValue("since")); err == nil {
		since = moment.UTC().Format(timeLayout)
	}

	changes, leave := c.feed.Listen(r.Context(), since)
	defer leave()

	ended, forget := c.outcomes.listen()
	defer forget()

	events, err := openStream(w)
	if err != nil {
		return nil // The client has disconnected.
	}

	for err == nil {
		select {
		case change, open := <-changes:
			if !open {
				return nil
			}

			err = c.send(events, wanted, change)
		case result, open := <-ended:
			if !open {
				return nil
			}

			err = events.send("upload", result)
		case <-time.After(heartbeat):
			err = events.send("heartbeat", struct{}{})
		case <-r.Context().Done():
			return nil
		case <-c.background.Done():
			return nil
		}
	}

	return nil // The client has disconnected.
}

func (c *Console) send(events *stream, wanted filter, change feed.Change) error {
	switch {
	case change.Problem != nil:
		return events.send("problem", map[string]string{"text": c.stack.Explain(change.Problem).Error()})
	case change.Missed:
		return events.send("missed", struct{}{})
	}

	shown := newCard(&change.Item, change.Failed)
	event := changed{ID: shown.ID, Status: shown.Status}

	if wanted.matches(&change.Item) {
		text, err := c.expand("gallery", "card", shown)
		if err != nil {
			return err
		}

		event.HTML = text
	}

	return events.send("card", event)
}
