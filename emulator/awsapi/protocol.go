package awsapi

import (
	"encoding/xml"
	"errors"
	"mime"
	"net/http"
	"strings"
)

// Protocol is the form of a service's requests, answers and errors.
// https://smithy.io/2.0/aws/protocols/index.html
type Protocol int

// The protocols of AWS's services, except S3, whose errors have a form of their own.
const (
	ProtocolJSON    Protocol = iota // AWS JSON 1.0 and 1.1, and REST JSON, whose errors a client reads in the same way.
	ProtocolRESTXML                 // AWS REST XML: CloudFront.
	ProtocolQuery                   // AWS Query: IAM, STS, SNS.
	ProtocolEC2                     // EC2's form of AWS Query.
	ProtocolCBOR                    // Smithy RPC v2 CBOR: CloudWatch.
)

// ProtocolOf returns the protocol of a request to a service that a credential scope names
// ("cloudfront"). The service may be unknown or "". Most protocols show in the request; a
// REST protocol does not, so the services with REST XML are listed.
func ProtocolOf(r *http.Request, service string) Protocol {
	switch {
	case strings.HasPrefix(r.Header.Get("Smithy-Protocol"), "rpc-v2-cbor"):
		return ProtocolCBOR
	case r.Header.Get("X-Amz-Target") != "":
		return ProtocolJSON
	case service == "ec2":
		return ProtocolEC2
	case isQuery(r):
		return ProtocolQuery
	case service == "cloudfront", service == "route53":
		return ProtocolRESTXML
	default:
		return ProtocolJSON
	}
}

// isQuery reports whether a request has the form of AWS Query: a form in its body, or an
// Action in its query.
func isQuery(r *http.Request) bool {
	if r.URL.Path != "/" {
		return false
	}

	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))

	return kind == "application/x-www-form-urlencoded" || strings.Contains("&"+r.URL.RawQuery, "&Action=")
}

// WriteError answers with err in the form of the protocol.
func (p Protocol) WriteError(w http.ResponseWriter, err error) {
	switch p {
	case ProtocolRESTXML, ProtocolQuery:
		WriteXMLError(w, "", err)
	case ProtocolEC2:
		writeEC2Error(w, err)
	case ProtocolCBOR:
		writeCBORError(w, err)
	default:
		writeError(w, err)
	}
}

// HasXML reports whether the protocol's errors are XML. Their common codes do not end
// with "Exception".
func (p Protocol) HasXML() bool {
	return p == ProtocolRESTXML || p == ProtocolQuery || p == ProtocolEC2
}

// failureOf returns err as an [Error] with a status. An error of another type is an
// InternalFailure.
func failureOf(err error) *Error {
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		return &Error{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
	}

	if failure.Status == 0 {
		copied := *failure
		copied.Status = http.StatusBadRequest

		return &copied
	}

	return failure
}

// writeEC2Error answers in EC2's form.
// https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#operation-error-serialization
func writeEC2Error(w http.ResponseWriter, err error) {
	failure, id := failureOf(err), requestID()

	writeXML(w, failure.Status, id, struct {
		XMLName   xml.Name `xml:"Response"`
		Code      string   `xml:"Errors>Error>Code"`
		Message   string   `xml:"Errors>Error>Message"`
		RequestID string   `xml:"RequestID"`
	}{Code: failure.Code, Message: failure.Message, RequestID: id})
}
