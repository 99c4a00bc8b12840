package awsapi

import (
	"encoding/xml"
	"errors"
	"net/http"
)

// xmlError is an error in the format of the protocol "AWS REST XML", which CloudFront uses.
// https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#operation-error-serialization
type xmlError struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	XMLNS     string   `xml:"xmlns,attr,omitempty"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// WriteXMLError writes err as a response in the format of the protocol "AWS REST XML". If
// err is not an [Error], the response has the code InternalFailure.
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
	if err != nil { // Not expected, because Marshal replaces invalid characters.
		body = []byte("<ErrorResponse><Error><Code>" + failure.Code + "</Code></Error></ErrorResponse>")
	}

	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-Requestid", id)
	w.WriteHeader(status)
	_, _ = w.Write(append([]byte(xml.Header), body...)) // An error means that the client has disconnected.
}
