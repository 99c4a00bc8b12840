package edge

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// Value is one value of a field that has several values.
type Value struct {
	Value string `json:"value"`
}

// Field is a query parameter, a header or a cookie.
type Field struct {
	Value      string  `json:"value"`
	MultiValue []Value `json:"multiValue,omitempty"` // All values, if there are several.
	Attributes string  `json:"attributes,omitempty"` // For a cookie that is set.
}

// Values returns the field's values. MultiValue takes precedence over Value, as on AWS.
func (f Field) Values() []string {
	if len(f.MultiValue) == 0 {
		return []string{f.Value}
	}

	all := make([]string, 0, len(f.MultiValue))
	for _, one := range f.MultiValue {
		all = append(all, one.Value)
	}

	return all
}

// Fields has the fields of a request or of an answer by name; header names are in lower
// case.
type Fields map[string]Field

// add adds a value to the values of a name.
func (f Fields) add(name, value string) {
	field, more := f[name]

	switch {
	case !more:
		field.Value = value
	case len(field.MultiValue) == 0:
		field.MultiValue = []Value{{field.Value}, {value}}
	default:
		field.MultiValue = append(field.MultiValue, Value{value})
	}

	f[name] = field
}

// Request is the event's request.
type Request struct {
	Method      string `json:"method"`
	URI         string `json:"uri"` // The path as the viewer sent it, percent-encoded.
	QueryString Fields `json:"querystring"`
	Headers     Fields `json:"headers"`
	Cookies     Fields `json:"cookies"`
}

// Response is the event's response, or a response that a function creates.
type Response struct {
	StatusCode        int    `json:"statusCode"`
	StatusDescription string `json:"statusDescription,omitempty"`
	Headers           Fields `json:"headers"`
	Cookies           Fields `json:"cookies"`
	Body              *Body  `json:"body,omitempty"` // nil: the body of the origin, which functions do not see.
}

// Body is text, or bytes in base64.
type Body []byte

// UnmarshalJSON accepts both forms of a body that a function may return.
func (b *Body) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err == nil {
		*b = Body(text)

		return nil
	}

	var long struct {
		Encoding string `json:"encoding"`
		Data     string `json:"data"`
	}
	if err := json.Unmarshal(raw, &long); err != nil {
		return fmt.Errorf("read the body: %w", err)
	}

	switch long.Encoding {
	case "text":
		*b = Body(long.Data)
	case "base64":
		data, err := base64.StdEncoding.DecodeString(long.Data)
		if err != nil {
			return fmt.Errorf("read the body: %w", err)
		}

		*b = data
	default:
		return fmt.Errorf("the body's encoding is %q, want text or base64", long.Encoding)
	}

	return nil
}

// MarshalJSON is never called with a body, because the event has no body.
func (b *Body) MarshalJSON() ([]byte, error) { return json.Marshal(string(*b)) }

// event is the argument of handler.
type event struct {
	Version  string            `json:"version"`
	Context  eventContext      `json:"context"`
	Viewer   map[string]string `json:"viewer"`
	Request  Request           `json:"request"`
	Response *Response         `json:"response,omitempty"`
}

type eventContext struct {
	DistributionDomainName string `json:"distributionDomainName"`
	DistributionID         string `json:"distributionId"`
	EventType              string `json:"eventType"`
	RequestID              string `json:"requestId"`
}

// Viewer describes the client and the distribution that it uses.
type Viewer struct {
	IP             string
	Domain         string // of the distribution
	DistributionID string
	RequestID      string
}

func (v Viewer) event(kind string, request Request, response *Response) event {
	return event{
		Version: "1.0",
		Context: eventContext{v.Domain, v.DistributionID, kind, v.RequestID},
		Viewer:  map[string]string{"ip": v.IP},
		Request: request, Response: response,
	}
}
