package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// response is the response of a service to a call in its JSON protocol.
type response struct {
	status int
	header http.Header
	body   bytes.Buffer
}

// Header implements [http.ResponseWriter].
func (r *response) Header() http.Header { return r.header }

// WriteHeader implements [http.ResponseWriter].
func (r *response) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write implements [http.ResponseWriter].
func (r *response) Write(text []byte) (int, error) {
	r.WriteHeader(http.StatusOK)

	return r.body.Write(text)
}

func (r *response) requestID() string { return r.header.Get("X-Amzn-Requestid") }

// serviceError is an error that a service answered.
type serviceError struct {
	status    int
	code      string // As in AWS's SDKs: SQS's codes are those of its query protocol.
	exception string // As in the service's model, without a namespace.
	message   string
	requestID string
}

func (e *serviceError) Error() string { return e.exception + ": " + e.message }

// call calls an operation of a service inside the process. The error is a [*serviceError] if
// the service answered one.
func (c Config) call(ctx context.Context, service, operation string, body []byte) (*response, error) {
	handler := c.Service(service)
	if handler == nil {
		return nil, fmt.Errorf("call %s: the emulator has no service %s", operation, service)
	}

	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", operation, err)
	}

	request.Header.Set("X-Amz-Target", "AWS."+operation)
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")

	got := &response{header: http.Header{}}
	handler.ServeHTTP(got, request)

	if got.status >= http.StatusBadRequest {
		return got, got.failure()
	}

	return got, nil
}

// failure reads the error of a response.
func (r *response) failure() *serviceError {
	var answered struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Upper   string `json:"Message"`
	}

	_ = json.Unmarshal(r.body.Bytes(), &answered) // A response that is not JSON has no members.

	exception := answered.Type
	if _, name, namespaced := strings.Cut(answered.Type, "#"); namespaced {
		exception = name
	}

	code, _, _ := strings.Cut(r.header.Get("X-Amzn-Query-Error"), ";")
	if code == "" {
		code = exception
	}

	return &serviceError{status: r.status, code: code, exception: exception, message: answered.Message + answered.Upper, requestID: r.requestID()}
}

// encode returns a value as JSON, without HTML's escapes.
func encode(value any) (json.RawMessage, error) {
	var text bytes.Buffer

	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)

	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode the result of a task: %w", err)
	}

	return bytes.TrimSpace(text.Bytes()), nil
}

// members decodes a JSON object.
func members(text json.RawMessage) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, fmt.Errorf("read the Arguments: %w", err)
	}

	return out, nil
}

// asText returns a parameter that the service takes as text: a JSON string is the text, and
// any other value is sent as its JSON.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html
func asText(value json.RawMessage) (json.RawMessage, error) {
	if bytes.HasPrefix(bytes.TrimSpace(value), []byte(`"`)) {
		return value, nil
	}

	return encode(string(value))
}

func upperFirst(name string) string {
	if name == "" {
		return ""
	}

	return strings.ToUpper(name[:1]) + name[1:]
}
