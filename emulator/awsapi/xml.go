package awsapi

import (
	"encoding/xml"
	"errors"
	"net/http"
)

// xmlError is an error in the protocol "AWS REST XML", which CloudFront uses.
// https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#operation-error-serialization
type xmlError struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	XMLNS     string   `xml:"xmlns,attr,omitempty"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// WriteXMLError answers with err in the shape of the protocol "AWS REST XML". An error
// that is not an [Error] is answered as InternalFailure.
func WriteXMLError(w http.ResponseWriter, namespace string, err error) {
	var failure *Error
	if !errors.As(err, &failure) {
		failure = &Error{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
	}

	status, fault := failure.Status, "Sender"
	if status == 0 {
		status = http.StatusBadRequest
	}

	if status >= http.StatusInternalServerError {
		fault = "Receiver"
	}

	id := requestID()

	body, err := xml.Marshal(xmlError{XMLNS: namespace, Type: fault, Code: failure.Code, Message: failure.Message, RequestID: id})
	if err != nil { // Only the message can contain characters that XML cannot represent.
		body = []byte("<ErrorResponse><Error><Code>" + failure.Code + "</Code></Error></ErrorResponse>")
	}

	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-Requestid", id)
	w.WriteHeader(status)
	_, _ = w.Write(append([]byte(xml.Header), body...)) // An error means that the client has disconnected.
}
