package edge

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

const (
	statusUnavailable = http.StatusServiceUnavailable
	statusInvalid     = http.StatusBadGateway

	// maxURIBytes limits a path with its query (Restrictions on all edge functions).
	maxURIBytes = 8192
	// maxBodyBytes limits an answer that a function creates (Quotas on CloudFront
	// Functions).
	maxBodyBytes = 40 * 1024
)

// OnRequest runs a viewer-request function. It returns the request for the origin, or the
// answer for the viewer. Errors are of type [*Error].
func (f *Function) OnRequest(viewer Viewer, request Request) (Request, *Response, error) {
	raw, err := f.run(viewer.event("viewer-request", request.visible(), nil))
	if err != nil {
		return Request{}, nil, err
	}

	var kind struct {
		StatusCode *int    `json:"statusCode"`
		Method     *string `json:"method"`
	}

	if err := json.Unmarshal(raw, &kind); err != nil || (kind.StatusCode == nil) == (kind.Method == nil) {
		return Request{}, nil, f.invalid(errors.New("it returned neither a request nor a response"))
	}

	if kind.StatusCode != nil {
		answer, err := f.answer(raw)

		return Request{}, answer, err
	}

	var changed Request
	if err := json.Unmarshal(raw, &changed); err != nil {
		return Request{}, nil, f.invalid(fmt.Errorf("read its request: %w", err))
	}

	if err := request.checkChange(changed); err != nil {
		return Request{}, nil, f.invalid(err)
	}

	// Headers that the function did not see are still there.
	for name, field := range request.Headers {
		if disallowed(name) {
			changed.Headers[name] = field
		}
	}

	return changed, nil, nil
}

// OnResponse runs a viewer-response function on an answer with a status below 400.
// CloudFront does not run the function for other answers.
func (f *Function) OnResponse(viewer Viewer, request Request, response Response) (*Response, error) {
	visible := response
	visible.Headers = hide(response.Headers)

	raw, err := f.run(viewer.event("viewer-response", request.visible(), &visible))
	if err != nil {
		return nil, err
	}

	changed, err := f.answer(raw)
	if err != nil {
		return nil, err
	}

	for _, name := range []string{"warning", "via"} {
		if !reflect.DeepEqual(visible.Headers[name], changed.Headers[name]) {
			return nil, f.invalid(fmt.Errorf("it changed the header %s, which is read-only", name))
		}
	}

	for name, field := range response.Headers {
		if disallowed(name) {
			changed.Headers[name] = field
		}
	}

	return changed, nil
}

func (f *Function) invalid(cause error) error {
	return &Error{Function: f.name, Status: statusInvalid, Cause: cause}
}

// answer parses a response that a function returned.
func (f *Function) answer(raw []byte) (*Response, error) {
	answer := &Response{}
	if err := json.Unmarshal(raw, answer); err != nil {
		return nil, f.invalid(fmt.Errorf("read its response: %w", err))
	}

	if answer.Headers == nil {
		answer.Headers = Fields{}
	}

	if answer.StatusCode < http.StatusOK || answer.StatusCode > 599 {
		return nil, f.invalid(fmt.Errorf("its status is %d", answer.StatusCode))
	}

	if answer.Body != nil && len(*answer.Body) > maxBodyBytes {
		return nil, f.invalid(fmt.Errorf("its body has %d bytes, more than %d", len(*answer.Body), maxBodyBytes))
	}

	if err := wellFormed(answer.Headers); err != nil {
		return nil, f.invalid(err)
	}

	return answer, nil
}

// readOnly has the headers that a viewer-request function may read but not change.
var readOnly = []string{"cdn-loop", "content-length", "host", "transfer-encoding", "via"}

// checkChange returns an error if CloudFront would not accept the changed request.
func (r Request) checkChange(changed Request) error {
	if changed.Headers == nil {
		return errors.New("it returned a request without headers")
	}

	switch {
	case changed.Method != r.Method:
		return errors.New("it changed the method, which is read-only")
	case !strings.HasPrefix(changed.URI, "/"):
		return fmt.Errorf("its uri %q does not begin with a slash", changed.URI)
	case len(changed.URI) >= maxURIBytes:
		return fmt.Errorf("its uri has %d bytes, %d or more", len(changed.URI), maxURIBytes)
	}

	for _, name := range readOnly {
		if !reflect.DeepEqual(r.Headers[name], changed.Headers[name]) {
			return fmt.Errorf("it changed the header %s, which is read-only", name)
		}
	}

	return wellFormed(changed.Headers)
}

// wellFormed requires header names in lower case, and no header that functions may not
// add.
func wellFormed(headers Fields) error {
	for name := range headers {
		switch {
		case name != strings.ToLower(name):
			return fmt.Errorf("the header %s is not in lower case", name)
		case disallowed(name):
			return fmt.Errorf("the header %s may not be added", name)
		}
	}

	return nil
}

// hidden has the headers that functions can neither see nor add. A name that ends in a
// hyphen stands for all names with that prefix.
var hidden = strings.Fields(`connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection trailer
	upgrade x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amz-cf- x-amzn-auth x-amzn-cf-billing
	x-amzn-cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count x-amzn-header-order
	x-amzn-lambda-integration-tag x-amzn-requestid x-cache x-edge- x-forwarded-proto x-real-ip`)

func disallowed(header string) bool {
	return slices.ContainsFunc(hidden, func(name string) bool {
		return name == header || strings.HasSuffix(name, "-") && strings.HasPrefix(header, name)
	})
}

func hide(headers Fields) Fields {
	shown := make(Fields, len(headers))

	for name, field := range headers {
		if !disallowed(name) {
			shown[name] = field
		}
	}

	return shown
}

// visible returns the part of the request that a function sees.
func (r Request) visible() Request {
	r.Headers = hide(r.Headers)

	for _, fields := range []*Fields{&r.QueryString, &r.Cookies} {
		if *fields == nil {
			*fields = Fields{}
		}
	}

	return r
}
