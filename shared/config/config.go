// Package config reads the environment variables of a function; no other package reads
// them. It also defines the SSM parameter in which clients find the names of a stack's
// resources.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Stack is the value of the SSM parameter /triptych/{stack}. It contains the names and the
// settings of one stack's resources. Terraform or the emulator writes it.
type Stack struct {
	Stack          string `json:"stack"`
	Region         string `json:"region"`
	UploadsBucket  string `json:"uploadsBucket"`
	VariantsBucket string `json:"variantsBucket"`
	LedgerTable    string `json:"ledgerTable"`
	PipelineARN    string `json:"pipelineArn"`
	EraseARN       string `json:"eraseArn"`
	FailARN        string `json:"failArn,omitempty"` // empty in stacks that are older than this field
	BackfillARN    string `json:"backfillArn"`
	DistributionID string `json:"distributionId"` // of CloudFront
	CDN            string `json:"cdn"`            // base URL, no trailing slash

	// The SQS queues for status changes of failed executions, and for events that
	// EventBridge could not deliver.
	FailedExecutionsQueueURL  string `json:"failedExecutionsQueueUrl"`
	UndeliveredEventsQueueURL string `json:"undeliveredEventsQueueUrl"`

	// SigningKeyIDs are the ids (key pair ids) of the public keys with which the CDN
	// verifies signed URLs. If the list is empty, the CDN accepts no signed URL.
	// SignedViewing means that viewing images also requires a signature.
	SigningKeyIDs []string `json:"signingKeyIds,omitempty"`
	SignedViewing bool     `json:"signedViewing,omitempty"`
	// SigningKeyFolder is the folder in which the emulator keeps the private keys, as
	// {key pair id}.pem. On AWS it is empty, because only the owner of the stack has the
	// private key.
	SigningKeyFolder string `json:"signingKeyFolder,omitempty"`
}

// ParameterName returns the name of the SSM parameter of a stack: see [Stack].
func ParameterName(stack string) string { return "/triptych/" + stack }

// The environment variables of a function.
const (
	StackName      = "TRIPTYCH_STACK"
	UploadsBucket  = "TRIPTYCH_UPLOADS_BUCKET"
	VariantsBucket = "TRIPTYCH_VARIANTS_BUCKET"
	LedgerTable    = "TRIPTYCH_LEDGER_TABLE"
	EventBus       = "TRIPTYCH_EVENT_BUS"
	CDN            = "TRIPTYCH_CDN"

	// functionName is set by Lambda: {stack}-{function}.
	functionName = "AWS_LAMBDA_FUNCTION_NAME"
)

// Function is the configuration of one function.
type Function struct {
	Stack          string
	Name           string // without the stack's name: "resize"
	UploadsBucket  string
	VariantsBucket string
	LedgerTable    string
	EventBus       string
	CDN            string // base URL, no trailing slash
}

// These errors are wrapped with the variable's name.
var (
	errMissing = errors.New("is not set")
	errNoURL   = errors.New("must be a URL such as https://images.example.org")
)

// Load reads the variables of a function with lookup (os.LookupEnv). It reports every
// missing or invalid variable at once.
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
