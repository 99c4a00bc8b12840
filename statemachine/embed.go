// Package statemachine contains the files of the state machines and the event patterns that
// Triptych deploys. Terraform reads these files, and the emulator runs them.
//
// All files are templates for Terraform's function templatefile. They use only the part of its
// syntax that [Render] supports.
//
// [Pipeline] has the placeholders validate_arn, sanitize_arn, resize_arn, record_arn
// (alias-qualified function ARNs) and recipe (the recipe's JSON as text; see [JSONText]).
// [Erase] has erase_arn and distribution_id. [Backfill] has backfill_arn, recipe,
// uploads_bucket and pipeline_machine_arn. [Fail] has fail_arn and recipe.
// [UploadCreatedPattern] and [ObjectDeletedPattern] have uploads_bucket.
// [PipelineStatusPattern] has pipeline_machine_arn. [ExecutionFailedPattern] has
// pipeline_machine_arn, erase_machine_arn and fail_machine_arn.
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

// Pipeline returns the template of the state machine that creates the variants of an upload.
// It is written in the Amazon States Language, with JSONata as the query language.
func Pipeline() string { return pipeline }

// Erase returns the template of the state machine that removes everything that was generated
// from a deleted original.
func Erase() string { return erase }

// Backfill returns the template of the state machine that processes the existing originals.
func Backfill() string { return backfill }

// Fail returns the template of the state machine that runs after an execution of [Pipeline]
// failed or was redriven. It records this in the ledger.
func Fail() string { return fail }

// PipelineStatusPattern returns the template of the EventBridge pattern that starts [Fail]. It
// matches two kinds of events: an execution of [Pipeline] has ended in FAILED, TIMED_OUT or
// ABORTED, or an execution of [Pipeline] runs again after a redrive.
func PipelineStatusPattern() string { return pipelineStatus }

// UploadCreatedPattern returns the template of the EventBridge pattern that starts [Pipeline].
// It matches S3's events "Object Created" of the uploads bucket.
func UploadCreatedPattern() string { return uploadCreated }

// ObjectDeletedPattern returns the template of the EventBridge pattern that starts [Erase]. It
// matches S3's events "Object Deleted" of the uploads bucket.
func ObjectDeletedPattern() string { return objectDeleted }

// ExecutionFailedPattern returns the template of the EventBridge pattern for the
// failed-executions queue. An event matches if an execution of [Pipeline], [Erase] or [Fail]
// has ended in FAILED, TIMED_OUT or ABORTED.
func ExecutionFailedPattern() string { return executionFailed }
