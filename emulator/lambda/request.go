package lambda

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"triptych/emulator/awsapi"
)

// maxRequestBytes is the largest request of CreateFunction: 50 MB of code in base64.
const maxRequestBytes = 70_167_211

// read reads the JSON of a request.
func read(r *http.Request, into any) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBytes+1))

	switch {
	case err != nil:
		return awsapi.Errorf("InvalidRequestContentException", "read the request: %v", err)
	case len(body) > maxRequestBytes:
		return &awsapi.Error{
			Code: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge,
			Message: fmt.Sprintf("Request must be smaller than %d bytes", maxRequestBytes),
		}
	case len(body) == 0:
		return nil
	}

	if err := json.Unmarshal(body, into); err != nil {
		return awsapi.Errorf("InvalidRequestContentException", "Could not parse request body into json: %v", err)
	}

	return nil
}

// outside is the error of a number that is not in its range.
func outside(member string, value, least, most int) error {
	kind, limit := "greater than or equal to", least
	if value > most {
		kind, limit = "less than or equal to", most
	}

	return awsapi.Errorf("ValidationException", "1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must have value %s %d",
		value, member, kind, limit)
}

// outsideOf is the error of a text that is not one of these values, or does not match a
// single pattern.
func outsideOf(member, value string, allowed ...string) error {
	constraint := "Member must satisfy enum value set: [" + strings.Join(allowed, ", ") + "]"
	if len(allowed) == 1 {
		constraint = "Member must satisfy regular expression pattern: " + allowed[0]
	}

	return awsapi.Errorf("ValidationException", "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s", value, member, constraint)
}

// over returns a logging configuration with the members that a request has, and otherwise
// those of before.
func (l loggingDocument) over(before loggingDocument) loggingDocument {
	for _, one := range []struct{ to, from *string }{
		{&before.LogFormat, &l.LogFormat},
		{&before.LogGroup, &l.LogGroup},
		{&before.ApplicationLogLevel, &l.ApplicationLogLevel},
		{&before.SystemLogLevel, &l.SystemLogLevel},
	} {
		if *one.from != "" {
			*one.to = *one.from
		}
	}

	return before
}
