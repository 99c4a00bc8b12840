// Package statemachine contains the state machines and the event patterns that Triptych
// deploys, as files. Terraform reads these files, and the emulator runs them.
//
// All files are templates in the part of Terraform's templatefile that [Render] supports.
// [Pipeline] has the placeholders validate_arn, sanitize_arn, resize_arn, record_arn
// (alias-qualified function ARNs) and recipe (the recipe's JSON as text; see [JSONText]).
// [Erase] has erase_arn and distribution_id. [Backfill] has backfill_arn, recipe,
// uploads_bucket and pipeline_machine_arn. [Fail] has fail_arn and recipe. The patterns of
// S3's events have uploads_bucket. The pattern of the pipeline's status has
// pipeline_machine_arn. The pattern of failed executions also has erase_machine_arn and
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

// Pipeline returns the template of the definition that creates the variants of an upload:
// Amazon States Language in JSONata.
func Pipeline() string { return pipeline }

// Erase returns the template of the definition that removes everything that was generated
// from a deleted original.
func Erase() string { return erase }

// Backfill returns the template of the definition that processes originals that exist
// already.
func Backfill() string { return backfill }

// Fail returns the template of the definition that records in the ledger that an execution
// of [Pipeline] failed, or was redriven.
func Fail() string { return fail }

// PipelineStatusPattern returns the template of the EventBridge pattern of the events that
// start [Fail]: an execution of the pipeline has ended in FAILED, TIMED_OUT or ABORTED, or
// runs again after a redrive.
func PipelineStatusPattern() string { return pipelineStatus }

// UploadCreatedPattern returns the template of the EventBridge pattern of the events that
// start [Pipeline]: S3's "Object Created" in the uploads bucket.
func UploadCreatedPattern() string { return uploadCreated }

// ObjectDeletedPattern returns the template of the EventBridge pattern of the events that
// start [Erase]: S3's "Object Deleted" in the uploads bucket.
func ObjectDeletedPattern() string { return objectDeleted }

// ExecutionFailedPattern returns the template of the EventBridge pattern of the events that
// go to the failed-executions queue: an execution of a machine that a rule starts has ended
// in FAILED, TIMED_OUT or ABORTED.
func ExecutionFailedPattern() string { return executionFailed }
