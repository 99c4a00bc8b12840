package signing

import (
	"encoding/xml"
	"net/http"
)

// Refusal is CloudFront's answer to a request without a valid signature.
type Refusal struct {
	XMLName xml.Name `xml:"Error"`
	Code    string   `xml:"Code"`
	Message string   `xml:"Message"`

	// Why is for the log only: CloudFront intentionally tells the viewer little.
	Why string `xml:"-"`
}

func (r *Refusal) Error() string { return r.Code + ": " + r.Why }

// Status is the refusal's HTTP status.
func (*Refusal) Status() int { return http.StatusForbidden }

// Body is the XML body that the viewer receives.
func (r *Refusal) Body() []byte {
	text, err := xml.Marshal(r)
	if err != nil {
		panic("two strings do not encode: " + err.Error())
	}

	return append([]byte(xml.Header), text...)
}

func denied(why string) *Refusal {
	return &Refusal{Code: "AccessDenied", Message: "Access denied", Why: why}
}

func missingKey() *Refusal {
	return &Refusal{
		Code: "MissingKey", Message: "Missing Key-Pair-Id query parameter or cookie value",
		Why: "the request is not signed",
	}
}

func unknownKey(id string) *Refusal {
	return &Refusal{Code: "InvalidKey", Message: "Unknown Key", Why: "no trusted key has the id " + id}
}

func malformedPolicy(why string) *Refusal {
	return &Refusal{Code: "MalformedPolicy", Message: "Malformed Policy", Why: why}
}

func malformedSignature() *Refusal {
	return &Refusal{Code: "MalformedSignature", Message: "Could not unencode Signature", Why: "the signature is not base64"}
}
