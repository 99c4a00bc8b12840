// Package config is the only place that reads the environment of a function,
// and defines the one SSM parameter that tells a client where a stack's parts
// are.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Stack is the value of the SSM parameter /triptych/{stack}: the names that
// Terraform, or the laptop, gave to the parts of one stack.
type Stack struct {
	Stack          string `json:"stack"`
	Region         string `json:"region"`
	UploadsBucket  string `json:"uploadsBucket"`
	VariantsBucket string `json:"variantsBucket"`
	LedgerTable    string `json:"ledgerTable"`
	PipelineARN    string `json:"pipelineArn"`
	EraseARN       string `json:"eraseArn"`
	FailARN        string `json:"failArn,omitempty"` // empty in stacks that are older than it
	BackfillARN    string `json:"backfillArn"`
	DistributionID string `json:"distributionId"` // CloudFront's
	CDN            string `json:"cdn"`            // base URL, no trailing slash

	// The SQS queues of failed executions' status changes, and of events that
	// EventBridge could not deliver.
	FailedExecutionsQueueURL  string `json:"failedExecutionsQueueUrl"`
	UndeliveredEventsQueueURL string `json:"undeliveredEventsQueueUrl"`

	// SigningKeyIDs are the ids (key pair ids) of the public keys that the CDN checks
	// signed URLs with; none means that nothing can be signed. SignedViewing says that
	// pictures too are shown only to who has signed.
	SigningKeyIDs []string `json:"signingKeyIds,omitempty"`
	SignedViewing bool     `json:"signedViewing,omitempty"`
	// SigningKeyFolder is where the laptop keeps the keys, {key pair id}.pem each. AWS
	// has no such place: a private key is its owner's alone.
	SigningKeyFolder string `json:"signingKeyFolder,omitempty"`
}

// ParameterName is where a stack's [Stack] is found.
func ParameterName(stack string) string { return "/triptych/" + stack }

// The variables that a function is configured by.
const (
	StackName      = "TRIPTYCH_STACK"
	UploadsBucket  = "TRIPTYCH_UPLOADS_BUCKET"
	VariantsBucket = "TRIPTYCH_VARIANTS_BUCKET"
	LedgerTable    = "TRIPTYCH_LEDGER_TABLE"
	EventBus       = "TRIPTYCH_EVENT_BUS"
	CDN            = "TRIPTYCH_CDN"

	// functionName is Lambda's own: {stack}-{function}.
	functionName = "AWS_LAMBDA_FUNCTION_NAME"
)

// Function is the configuration of one function.
type Function struct {
	Stack          string
	Name           string // without the stack's: "resize"
	UploadsBucket  string
	VariantsBucket string
	LedgerTable    string
	EventBus       string
	CDN            string // base URL, no trailing slash
}

// Wrapped with the variable's name.
var (
	errMissing = errors.New("is not set")
	errNoURL   = errors.New("must be a URL such as https://images.example.org")
)

// Load reads the variables that a function needs from lookup (os.LookupEnv) and
// reports every missing or unusable one at once.
func Load(lookup func(string) (string, bool)) (Function, error) {
	var (
		found    Function
		problems []error
	)

	for name, field := range map[string]*string{
		StackName:      &found.Stack,
		functionName:   &found.Name,
		UploadsBucket:  &found.UploadsBucket,
		VariantsBucket: &found.VariantsBucket,
		LedgerTable:    &found.LedgerTable,
		EventBus:       &found.EventBus,
		CDN:            &found.CDN,
	} {
		value, ok := lookup(name)
		if !ok || value == "" {
			problems = append(problems, fmt.Errorf("%s %w", name, errMissing))
		}

		*field = value
	}

	if base, err := url.Parse(found.CDN); err != nil || (found.CDN != "" && (base.Scheme == "" || base.Host == "")) {
		problems = append(problems, fmt.Errorf("%s=%q %w", CDN, found.CDN, errNoURL))
	}

	found.Name = strings.TrimPrefix(found.Name, found.Stack+"-")

	return found, errors.Join(problems...)
}
