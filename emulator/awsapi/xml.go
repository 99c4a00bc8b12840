package awsapi

import (
	"encoding/xml"
	"net/http"
)

// xmlError is an error in the format of the protocols "AWS REST XML", which CloudFront
// uses, and "AWS Query".
// https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#operation-error-serialization
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization
type xmlError struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	XMLNS     string   `xml:"xmlns,attr,omitempty"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// WriteXMLError writes err as a response in the format of the protocols "AWS REST XML"
// and "AWS Query". If err is not an [Error], the response has the code InternalFailure.
func WriteXMLError(w http.ResponseWriter, namespace string, err error) {
	failure, fault := failureOf(err), "Sender"

	if failure.Status >= http.StatusInternalServerError {
		fault = "Receiver"
	}

	id := requestID()

	writeXML(w, failure.Status, id, xmlError{XMLNS: namespace, Type: fault, Code: failure.Code, Message: failure.Message, RequestID: id})
}

// writeXML answers with a document.
func writeXML(w http.ResponseWriter, status int, id string, document any) {
	body, err := xml.Marshal(document)
	if err != nil { // Not expected, because Marshal replaces invalid characters.
		status, body = http.StatusInternalServerError, []byte("<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>")
	}

	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-Requestid", id)
	w.WriteHeader(status)
	_, _ = w.Write(append([]byte(xml.Header), body...)) // An error means that the client has disconnected.
}
