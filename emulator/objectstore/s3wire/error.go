// Package s3wire reads and writes the parts of S3's REST protocol that no other service
// shares: the address of an object in a request, and the XML of an error.
package s3wire

import (
	"encoding/xml"
	"net/http"
	"strconv"
)

// Error is an error in S3's shape.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
type Error struct {
	Code    string
	Message string
	Status  int
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// document is the body of an error.
type document struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string   `xml:"Code"`
	Message   string   `xml:"Message"`
	Resource  string   `xml:"Resource,omitempty"`
	RequestID string   `xml:"RequestId"`
	HostID    string   `xml:"HostId"`
}

// WriteError answers with e. A HEAD request gets only the status, as HTTP requires.
func WriteError(w http.ResponseWriter, r *http.Request, e *Error) {
	Identify(w.Header())

	body, err := xml.Marshal(document{
		Code: e.Code, Message: e.Message, Resource: r.URL.Path,
		RequestID: w.Header().Get(headerRequestID), HostID: w.Header().Get(headerHostID),
	})
	if err != nil { // Only the path can contain characters that XML cannot represent.
		body = []byte("<Error><Code>" + e.Code + "</Code></Error>")
	}

	body = append([]byte(xml.Header), body...)

	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Status)

	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // An error means that the client has disconnected.
	}
}
