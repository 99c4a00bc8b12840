package eventbridge

import (
	"bytes"
	"encoding/json"
	"time"
)

// Event is an event on the bus.
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
type Event struct {
	ID         string    // A UUID. If it is empty, the bus creates one.
	DetailType string    // Such as "Object Created".
	Source     string    // Such as "aws.s3".
	Account    string    // If it is empty, the bus sets its own account.
	Region     string    // If it is empty, the bus sets its own region.
	Time       time.Time // If it is zero, the bus sets the current time. Targets receive it in whole seconds.
	Resources  []string
	Detail     json.RawMessage // A JSON object.
}

// envelope is an event in its JSON form, with the members in AWS's order.
type envelope struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       string          `json:"time"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// MarshalJSON implements [json.Marshaler]. It returns the envelope that targets receive.
func (e Event) MarshalJSON() ([]byte, error) {
	resources := e.Resources
	if resources == nil {
		resources = []string{}
	}

	detail := e.Detail
	if len(detail) == 0 {
		detail = json.RawMessage("{}")
	}

	var text bytes.Buffer

	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // Keys that contain & and < are sent unescaped, as on AWS.

	err := encoder.Encode(envelope{
		Version: "0", ID: e.ID, DetailType: e.DetailType, Source: e.Source, Account: e.Account,
		Time: e.Time.UTC().Format(time.RFC3339), Region: e.Region, Resources: resources, Detail: detail,
	})

	return bytes.TrimSpace(text.Bytes()), err
}

// isObject reports whether text is one JSON object.
func isObject(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) && json.Valid(text)
}
