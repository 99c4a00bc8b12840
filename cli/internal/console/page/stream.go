package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Stream is a response of server-sent events.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
type Stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Heartbeat is the interval of the heartbeat event. Sending it fails if the client has
// disconnected.
const Heartbeat = 15 * time.Second

// OpenStream begins the response, and sends the event `hello`.
func OpenStream(w http.ResponseWriter) (*Stream, error) {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.WriteHeader(http.StatusOK)

	s := &Stream{w: w, control: http.NewResponseController(w)}

	return s, s.Send("hello", struct{}{})
}

// Send sends one event. JSON is on one line, as the format requires.
func (s *Stream) Send(event string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("send the event %s: %w", event, err)
	}

	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", event, text); err != nil {
		return fmt.Errorf("send the event %s: %w", event, err)
	}

	return s.control.Flush()
}

// SendHeartbeat sends the event `heartbeat`.
func (s *Stream) SendHeartbeat() error { return s.Send("heartbeat", struct{}{}) }
