package stack

import (
	"triptych/emulator/lambda"
	"triptych/emulator/objectstore"
	"triptych/emulator/sqs"
	"triptych/emulator/stepfunctions"
	"triptych/shared/config"
	"triptych/terraform"
)

// Names that are the same in every emulator.
const (
	account = objectstore.DefaultAccount
	region  = objectstore.DefaultRegion
	// alias is the alias by which the state machine names functions, so that the code of
	// a function can be replaced while the definition stays the same.
	alias = "live"
	// eventBus is the bus that every account has.
	eventBus = "default"
	// distributionID looks like an id of CloudFront. The emulator has one distribution.
	distributionID = "E1TRIPTYCH0000"
)

// The access keys of the emulator's own user, which the documentation contains. The user
// may do everything, and only from this machine.
const (
	userKey    = "test"
	userSecret = "test"
)

// functions lists the functions with the settings that Terraform gives them on AWS.
func functions() []terraform.Function { return terraform.Functions() }

// names are a stack's names, by Terraform's scheme: {stack}-….
type names struct {
	stack string
}

func (n names) uploads() string          { return n.stack + "-uploads" }
func (n names) variants() string         { return n.stack + "-variants" }
func (n names) ledger() string           { return n.stack + "-ledger" }
func (n names) pipeline() string         { return n.stack + "-pipeline" }
func (n names) eraser() string           { return n.stack + "-erase" }
func (n names) failer() string           { return n.stack + "-fail" }
func (n names) backfill() string         { return n.stack + "-backfill" }
func (n names) failedExecutions() string { return n.stack + "-failed-executions" }
func (n names) undelivered() string      { return n.stack + "-undelivered-events" }
func (n names) role(of string) string {
	return "arn:aws:iam::" + account + ":role/" + n.stack + "-" + of
}
func (n names) function(name string) string { return n.stack + "-" + name }

func (n names) functionARN(name string) string {
	return lambda.FunctionARN(region, account, n.function(name)) + ":" + alias
}

func (n names) pipelineARN() string {
	return stepfunctions.MachineARN(region, account, n.pipeline())
}

func (n names) eraserARN() string {
	return stepfunctions.MachineARN(region, account, n.eraser())
}

func (n names) failerARN() string {
	return stepfunctions.MachineARN(region, account, n.failer())
}

func (n names) backfillARN() string {
	return stepfunctions.MachineARN(region, account, n.backfill())
}

func (n names) queueARN(queue string) string { return sqs.QueueARN(region, account, queue) }

func bucketARN(bucket string) string { return "arn:aws:s3:::" + bucket }

func (n names) ledgerARN() string {
	return "arn:aws:dynamodb:" + region + ":" + account + ":table/" + n.ledger()
}

func (n names) busARN() string {
	return "arn:aws:events:" + region + ":" + account + ":event-bus/" + eventBus
}

// describe returns the stack's parameter, with which a client finds the parts.
func (s *Stack) describe(n names, c Config) (config.Stack, error) {
	ids, err := s.signers.IDs()
	if err != nil {
		return config.Stack{}, err
	}

	return config.Stack{
		Stack: n.stack, Region: region,
		UploadsBucket: n.uploads(), VariantsBucket: n.variants(), LedgerTable: n.ledger(),
		PipelineARN: n.pipelineARN(), EraseARN: n.eraserARN(), FailARN: n.failerARN(), BackfillARN: n.backfillARN(), DistributionID: distributionID, CDN: s.CDNURL,
		FailedExecutionsQueueURL: sqs.QueueURL(s.AWSURL, account, n.failedExecutions()), UndeliveredEventsQueueURL: sqs.QueueURL(s.AWSURL, account, n.undelivered()),
		SigningKeyIDs: ids, SigningKeyFolder: c.keys(), SignedViewing: c.SignedViewing,
	}, nil
}
