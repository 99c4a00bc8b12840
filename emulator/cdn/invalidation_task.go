package cdn

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

// CreateInvalidation is the Resource with which a state machine calls
// [Distribution.CreateInvalidation].
const CreateInvalidation = "arn:aws:states:::aws-sdk:cloudfront:createInvalidation"

type createInvalidationInput struct {
	DistributionID    string            `json:"DistributionId"`
	InvalidationBatch InvalidationBatch `json:"InvalidationBatch"`
}

type createInvalidationOutput struct {
	Invalidation Invalidation `json:"Invalidation"`
	Location     string       `json:"Location"`
}

// CreateInvalidation is [Distribution.Create] in the form of Step Functions' SDK
// integration: arguments and result are JSON, and an error is an [*asl.TaskError] with
// the name that Retry and Catch match.
func (d *Distribution) CreateInvalidation(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error) {
	var in createInvalidationInput

	decoder := json.NewDecoder(bytes.NewReader(arguments))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(&in); err != nil {
		return nil, &asl.TaskError{Name: "States.Runtime", Cause: fmt.Sprintf("The Arguments are not those of createInvalidation: %v", err)}
	}

	made, err := d.Create(ctx, in.DistributionID, in.InvalidationBatch)
	if err != nil {
		return nil, taskError(err)
	}

	output, err := json.Marshal(createInvalidationOutput{Invalidation: made, Location: location(in.DistributionID, made)})
	if err != nil {
		return nil, fmt.Errorf("render the invalidation: %w", err)
	}

	return output, nil
}

// taskError names an error as the AWS SDK for Java does, because Step Functions uses the
// names of its exceptions. That SDK has no exception of its own for a caller reference
// that exists.
func taskError(err error) error {
	refused, ok := errors.AsType[*awsapi.Error](err)
	if !ok {
		return err
	}

	name, cause := refused.Code+"Exception", fmt.Sprintf("%s (Service: CloudFront, Status Code: %d)", refused.Message, refused.Status)
	if refused.Code == "InvalidationBatchAlreadyExists" {
		name, cause = "CloudFrontException", fmt.Sprintf("%s (Service: CloudFront, Status Code: %d, %s)", refused.Message, refused.Status, refused.Code)
	}

	return &asl.TaskError{Name: "CloudFront." + name, Cause: cause}
}

func location(distribution string, made Invalidation) string {
	return "https://cloudfront.amazonaws.com" + apiVersion + "distribution/" + distribution + "/invalidation/" + made.ID
}
