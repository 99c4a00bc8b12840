package stepfunctions

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"triptych/emulator/lambda"
)

// invokeResult is the result of lambda:invoke. AWS sorts its members.
type invokeResult struct {
	ExecutedVersion     string
	LogResult           string `json:",omitempty"` // Base64, with the LogType Tail.
	Payload             json.RawMessage
	SdkHTTPMetadata     httpMetadata `json:"SdkHttpMetadata"`
	SdkResponseMetadata responseMetadata
	StatusCode          int
}

// httpMetadata describes the HTTP response of a service.
type httpMetadata struct {
	AllHTTPHeaders map[string][]string `json:"AllHttpHeaders"`
	HTTPHeaders    map[string]string   `json:"HttpHeaders"`
	HTTPStatusCode int                 `json:"HttpStatusCode"`
}

func newHTTPMetadata(headers map[string]string) httpMetadata {
	out := httpMetadata{AllHTTPHeaders: map[string][]string{}, HTTPHeaders: headers, HTTPStatusCode: http.StatusOK}
	for name, value := range headers {
		out.AllHTTPHeaders[name] = []string{value}
	}

	return out
}

type responseMetadata struct {
	RequestID string `json:"RequestId"`
}

// invoked returns the result in the form of the optimized integration.
func invoked(result lambda.Result, withLog bool) invokeResult {
	const decimal = 10

	headers := map[string]string{
		"Connection":                     "keep-alive",
		"Content-Length":                 strconv.FormatInt(int64(len(result.Payload)), decimal),
		"Content-Type":                   "application/json",
		"Date":                           time.Now().UTC().Format(http.TimeFormat),
		"X-Amz-Executed-Version":         result.ExecutedVersion,
		"x-amzn-Remapped-Content-Length": "0",
		"x-amzn-RequestId":               result.RequestID,
		"X-Amzn-Trace-Id":                "root=" + result.TraceRoot + ";sampled=0",
	}
	out := invokeResult{
		ExecutedVersion: result.ExecutedVersion, Payload: payloadAsJSON(result.Payload),
		SdkResponseMetadata: responseMetadata{RequestID: result.RequestID}, StatusCode: http.StatusOK,
	}

	if withLog {
		out.LogResult = base64.StdEncoding.EncodeToString(result.LogTail)
		headers["X-Amz-Log-Result"] = out.LogResult
	}

	out.SdkHTTPMetadata = newHTTPMetadata(headers)

	return out
}

// payloadAsJSON returns a function's answer as JSON, and a text that is not JSON as a
// string.
func payloadAsJSON(payload []byte) json.RawMessage {
	switch {
	case len(payload) == 0:
		return json.RawMessage("null")
	case json.Valid(payload):
		return payload
	default:
		text, _ := json.Marshal(string(payload)) // A string can always be marshaled.

		return text
	}
}
