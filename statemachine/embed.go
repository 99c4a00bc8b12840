// Package statemachine holds the state machines and the event patterns that
// Triptych deploys, as files: Terraform reads them from here, and the laptop runs
// the same ones.
//
// All are templates in the part of Terraform's templatefile that [Render] knows.
// [Pipeline] has the placeholders validate_arn, sanitize_arn, resize_arn,
// record_arn (alias-qualified function ARNs) and recipe (the recipe's JSON as text;
// see [JSONText]); [Erase] has erase_arn and distribution_id; [Backfill] has
// backfill_arn, recipe, uploads_bucket and pipeline_machine_arn; [Fail] has fail_arn and
// recipe; the patterns of S3's events have uploads_bucket, that of the pipeline's status
// pipeline_machine_arn, that of failed executions also erase_machine_arn and
// fail_machine_arn.
package statemachine

import _ "embed"

//go:embed pipeline.asl.json
var pipeline string

//go:embed erase.asl.json
var erase string

//go:embed backfill.asl.json
var backfill string

//go:embed fail.asl.json
var fail string

//go:embed pipeline-status.pattern.json
var pipelineStatus string

//go:embed upload-created.pattern.json
var uploadCreated string

//go:embed object-deleted.pattern.json
var objectDeleted string

//go:embed execution-failed.pattern.json
var executionFailed string

// Pipeline is the template of the definition that takes an upload to its variants:
// Amazon States Language in JSONata.
func Pipeline() string { return pipeline }

// Erase is the template of the definition that removes what was made of an original
// that has been deleted.
func Erase() string { return erase }

// Backfill is the template of the definition that sees to originals that are already
// there.
func Backfill() string { return backfill }

// Fail is the template of the definition that writes into the ledger that an execution
// of [Pipeline] failed, or was redriven.
func Fail() string { return fail }

// PipelineStatusPattern is the template of the EventBridge pattern of the events that
// start [Fail]: an execution of the pipeline has ended in FAILED, TIMED_OUT or ABORTED,
// or runs again after a redrive.
func PipelineStatusPattern() string { return pipelineStatus }

// UploadCreatedPattern is the template of the EventBridge pattern of the events
// that start [Pipeline]: S3's "Object Created" in the uploads bucket.
func UploadCreatedPattern() string { return uploadCreated }

// ObjectDeletedPattern is the template of the EventBridge pattern of the events
// that start [Erase]: S3's "Object Deleted" in the uploads bucket.
func ObjectDeletedPattern() string { return objectDeleted }

// ExecutionFailedPattern is the template of the EventBridge pattern of the events
// that go to the dead-letter queue: an execution of a machine that a rule starts has ended in
// FAILED, TIMED_OUT or ABORTED.
func ExecutionFailedPattern() string { return executionFailed }
