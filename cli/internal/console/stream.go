package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// stream is a response of server-sent events.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// heartbeat is the interval of the heartbeat, by which a disconnected client is detected.
const heartbeat = 15 * time.Second

func openStream(w http.ResponseWriter) (*stream, error) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.WriteHeader(http.StatusOK)

	s := &stream{w: w, control: http.NewResponseController(w)}

	return s, s.send("hello", struct{}{})
}

// send sends one event. JSON is on one line, as the format requires.
func (s *stream) send(event string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("send the event %s: %w", event, err)
	}

	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", event, text); err != nil {
		return fmt.Errorf("send the event %s: %w", event, err)
	}

	return s.control.Flush()
}
