// Package statemachine holds the state machine and the event pattern that Triptych
// deploys, as files: Terraform reads them from here, and the laptop runs the same
// ones.
//
// Both are templates in the part of Terraform's templatefile that [Render] knows.
// [Pipeline] has the placeholders validate_arn, sanitize_arn, resize_arn,
// record_arn (alias-qualified function ARNs) and recipe (the recipe's JSON as text;
// see [JSONText]); [UploadCreatedPattern] has uploads_bucket.
package statemachine

import _ "embed"

//go:embed pipeline.asl.json
var pipeline string

//go:embed upload-created.pattern.json
var uploadCreated string

// Pipeline is the template of the definition that takes an upload to its variants:
// Amazon States Language in JSONata.
func Pipeline() string { return pipeline }

// UploadCreatedPattern is the template of the EventBridge pattern of the events
// that start [Pipeline]: S3's "Object Created" in the uploads bucket.
func UploadCreatedPattern() string { return uploadCreated }
