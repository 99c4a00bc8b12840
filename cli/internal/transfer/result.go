package transfer

import (
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/ledger"
)

// The statuses of a [Result], in addition to those of the ledger.
const (
	// Uploaded is the status of a file that was uploaded, if the caller does not wait for
	// the outcome.
	Uploaded = "UPLOADED"
	// Failed means that the upload did not arrive, or that its execution failed.
	Failed = "FAILED"
)

// Result is the outcome of one file. As JSON, it is the output of `triptych upload`.
type Result struct {
	File string `json:"file"`
	Key  string `json:"key"`
	// Status is the status in the ledger, or Uploaded, or Failed. It is PROCESSING if the
	// timeout expired before the outcome was known.
	Status       string    `json:"status"`
	Version      string    `json:"version"`
	ExecutionARN string    `json:"executionArn"`
	Variants     []Variant `json:"variants"`
	// Code is the public code of a rejection, or the error name of a failed execution.
	Code   string `json:"code"`
	Reason string `json:"reason"`
	// Millis is the time from the beginning of the upload until its outcome was known.
	Millis int64 `json:"millis"`
}

// Variant is one finished variant.
type Variant struct {
	Name        string `json:"name"`
	URL         string `json:"url"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`
	// Alternatives are files that the CDN may serve at URL instead.
	Alternatives []contract.ManifestAlternative `json:"alternatives,omitempty"`
}

// FromItem converts an item of the ledger to a result, without File and Millis.
func FromItem(item ledger.Item) Result {
	return Result{
		Key: item.Key, Status: string(item.Status), Version: item.Version, ExecutionARN: item.Owner,
		Variants: Variants(item.Variants), Code: item.Code, Reason: item.Reason,
	}
}

// Variants converts the ledger's variants to those of the output. The result is never nil,
// so that the JSON has an empty list and not null.
func Variants(of []ledger.Variant) []Variant {
	variants := make([]Variant, len(of))
	for i, variant := range of {
		variants[i] = Variant(variant)
	}

	return variants
}

// Refused returns the result of a file that is rejected before it is sent, because its
// key is invalid.
func Refused(err error) Result {
	result := Result{Status: string(ledger.Rejected), Variants: []Variant{}, Reason: err.Error()}

	if rejection, ok := errorcode.Of(err); ok {
		result.Code, result.Reason = rejection.Code.Public(), rejection.Reason
	}

	return result
}

// failed returns the result of a file that failed with an error.
func failed(err error) Result {
	return Result{Status: Failed, Variants: []Variant{}, Reason: err.Error()}
}
