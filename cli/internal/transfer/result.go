package transfer

import (
	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/ledger"
)

// The statuses of a [Result] beside the ledger's own.
const (
	// Uploaded is as far as an upload is followed that nobody waits for.
	Uploaded = "UPLOADED"
	// Failed means that the upload did not arrive, or that its execution failed.
	Failed = "FAILED"
)

// Result is what became of one file; as JSON it is what `triptych upload` prints.
type Result struct {
	File string `json:"file"`
	Key  string `json:"key"`
	// Status is the ledger's, or Uploaded, or Failed. It is PROCESSING where the
	// wait was over before the work.
	Status       string    `json:"status"`
	Version      string    `json:"version"`
	ExecutionARN string    `json:"executionArn"`
	Variants     []Variant `json:"variants"`
	// Code is a fault's public code, or the error name of a failed execution.
	Code   string `json:"code"`
	Reason string `json:"reason"`
	// Millis is from the beginning of the upload until its outcome was known.
	Millis int64 `json:"millis"`
}

// Variant is one finished picture.
type Variant struct {
	Name        string `json:"name"`
	URL         string `json:"url"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	ContentType string `json:"contentType"`
	// Alternatives are what the CDN may serve at URL instead.
	Alternatives []contract.ManifestAlternative `json:"alternatives,omitempty"`
}

// FromItem reads the outcome that stands in the ledger.
func FromItem(item ledger.Item) Result {
	return Result{
		Key: item.Key, Status: string(item.Status), Version: item.Version, ExecutionARN: item.Owner,
		Variants: Variants(item.Variants), Code: item.Code, Reason: item.Reason,
	}
}

// Variants turns the ledger's variants into those that are printed; never nil,
// so that JSON has a list.
func Variants(of []ledger.Variant) []Variant {
	variants := make([]Variant, len(of))
	for i, variant := range of {
		variants[i] = Variant(variant)
	}

	return variants
}

// Refused is the result of a file that is rejected before it is sent: keys that
// can hold no picture.
func Refused(err error) Result {
	result := Result{Status: string(ledger.Rejected), Variants: []Variant{}, Reason: err.Error()}

	if fault, ok := faults.Of(err); ok {
		result.Code, result.Reason = fault.Code.Public(), fault.Reason
	}

	return result
}

// failed is the result of a file whose work ended by an error.
func failed(err error) Result {
	return Result{Status: Failed, Variants: []Variant{}, Reason: err.Error()}
}
