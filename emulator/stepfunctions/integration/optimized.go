package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/stepfunctions/asl"
)

// optimizedIntegration is one optimized integration.
type optimizedIntegration struct {
	service, operation string
	errors             *javaErrors
	prepare            func(ctx context.Context, arguments map[string]json.RawMessage) error // nil changes nothing.
	check              func(result map[string]json.RawMessage) error                         // nil accepts every response.
}

var optimized = map[string]optimizedIntegration{
	"sqs:sendMessage":     {service: "sqs", operation: "SendMessage", errors: sqsErrors, prepare: textOf("MessageBody")},
	"sns:publish":         {service: "sns", operation: "Publish", errors: snsErrors, prepare: textOf("Message")},
	"events:putEvents":    {service: "events", operation: "PutEvents", errors: eventErrors, prepare: prepareEvents, check: checkEvents},
	"dynamodb:getItem":    {service: "dynamodb", operation: "GetItem", errors: dynamoErrors},
	"dynamodb:putItem":    {service: "dynamodb", operation: "PutItem", errors: dynamoErrors},
	"dynamodb:updateItem": {service: "dynamodb", operation: "UpdateItem", errors: dynamoErrors},
	"dynamodb:deleteItem": {service: "dynamodb", operation: "DeleteItem", errors: dynamoErrors},
}

// javaErrors are the names of a service's errors in version 1 of the AWS SDK for Java,
// which the optimized integrations use.
type javaErrors struct {
	prefix  string // "SQS": the start of the names.
	service string // "AmazonSQS": the service in causes.
	base    string // The class of the errors that the service's model does not have.
	modeled []string
}

var (
	sqsErrors = &javaErrors{prefix: "SQS", service: "AmazonSQS", base: "AmazonSQSException", modeled: []string{
		"QueueDoesNotExist", "InvalidMessageContents", "UnsupportedOperation", "InvalidIdFormat", "QueueNameExists", "OverLimit",
	}}
	snsErrors = &javaErrors{prefix: "SNS", service: "AmazonSNS", base: "AmazonSNSException", modeled: []string{
		"NotFound", "InvalidParameter", "InvalidParameterValue", "AuthorizationError", "EndpointDisabled", "InternalError",
	}}
	eventErrors = &javaErrors{prefix: "EventBridge", service: "AmazonEventBridge", base: "AmazonEventBridgeException", modeled: []string{
		"InternalException", "ResourceNotFoundException",
	}}
	dynamoErrors = &javaErrors{prefix: "DynamoDB", service: "AmazonDynamoDBv2", base: "AmazonDynamoDBException", modeled: []string{
		"ConditionalCheckFailedException", "ResourceNotFoundException", "ProvisionedThroughputExceededException",
		"ItemCollectionSizeLimitExceededException", "TransactionConflictException", "RequestLimitExceeded", "InternalServerError",
	}}
)

// failure converts an error of the service to the error of a task.
func (j *javaErrors) failure(e *serviceError) *asl.TaskError {
	name := j.base
	if slices.Contains(j.modeled, e.exception) {
		name = withException(e.exception)
	}

	return &asl.TaskError{Name: j.prefix + "." + name, Cause: fmt.Sprintf("%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
		e.message, j.service, e.status, e.code, e.requestID)}
}

// withException returns the class of an error: "Despite this alternate naming convention,
// always include the Exception suffix".
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
func withException(name string) string {
	const suffix = "Exception"

	return strings.TrimSuffix(name, suffix) + suffix
}

// optimizedCall returns the call of an optimized integration.
func (c Config) optimizedCall(integration optimizedIntegration) Call {
	return func(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error) {
		parameters, err := members(arguments)
		if err == nil && integration.prepare != nil {
			err = integration.prepare(ctx, parameters)
		}

		if err != nil {
			return nil, &asl.TaskError{Name: asl.ErrorRuntime, Cause: err.Error()}
		}

		body, err := encode(parameters)
		if err != nil {
			return nil, err
		}

		answered, err := c.call(ctx, integration.service, integration.operation, body)
		if failed, ok := err.(*serviceError); ok { //nolint:errorlint // call does not wrap it.
			return nil, integration.errors.failure(failed)
		}

		if err != nil {
			return nil, err
		}

		return optimizedResult(answered, integration.check)
	}
}

// optimizedResult adds the metadata of the response to its members.
func optimizedResult(answered *response, check func(map[string]json.RawMessage) error) (json.RawMessage, error) {
	result, err := members(answered.body.Bytes())
	if err == nil && check != nil {
		err = check(result)
	}

	if err != nil {
		return nil, err
	}

	if result["SdkHttpMetadata"], err = encode(metadataOf(answered)); err != nil {
		return nil, err
	}

	if result["SdkResponseMetadata"], err = encode(map[string]string{"RequestId": answered.requestID()}); err != nil {
		return nil, err
	}

	return encode(result)
}

type httpMetadata struct {
	AllHTTPHeaders map[string][]string `json:"AllHttpHeaders"`
	HTTPHeaders    map[string]string   `json:"HttpHeaders"`
	HTTPStatusCode int                 `json:"HttpStatusCode"`
}

// metadataOf describes the HTTP response of a service.
func metadataOf(answered *response) httpMetadata {
	out := httpMetadata{AllHTTPHeaders: map[string][]string{}, HTTPHeaders: map[string]string{}, HTTPStatusCode: answered.status}

	set := func(name, value string) {
		if value != "" {
			out.AllHTTPHeaders[name], out.HTTPHeaders[name] = []string{value}, value
		}
	}

	set("connection", "keep-alive")
	set("Content-Length", strconv.Itoa(answered.body.Len()))
	set("Content-Type", answered.header.Get("Content-Type"))
	set("Date", time.Now().UTC().Format(http.TimeFormat))
	set("x-amzn-RequestId", answered.requestID())
	set("x-amz-crc32", answered.header.Get("X-Amz-Crc32"))

	return out
}

// textOf converts a parameter to text.
func textOf(name string) func(context.Context, map[string]json.RawMessage) error {
	return func(_ context.Context, arguments map[string]json.RawMessage) error {
		value, given := arguments[name]
		if !given {
			return nil
		}

		text, err := asText(value)
		arguments[name] = text

		return err
	}
}

// prepareEvents converts the Detail of each entry to text, and adds the ARNs of the execution
// and of the state machine to its Resources.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
func prepareEvents(ctx context.Context, arguments map[string]json.RawMessage) error {
	var entries []map[string]json.RawMessage
	if err := json.Unmarshal(arguments["Entries"], &entries); err != nil {
		return fmt.Errorf("read the Arguments: Entries: %w", err)
	}

	for _, entry := range entries {
		if err := textOf("Detail")(ctx, entry); err != nil {
			return err
		}

		var resources []string
		if given := entry["Resources"]; given != nil {
			if err := json.Unmarshal(given, &resources); err != nil {
				return fmt.Errorf("read the Arguments: Resources: %w", err)
			}
		}

		if x, known := executionFrom(ctx); known {
			resources = append(resources, x.ARN, x.StateMachineARN)
		}

		if resources != nil {
			text, err := encode(resources)
			if err != nil {
				return err
			}

			entry["Resources"] = text
		}
	}

	text, err := encode(entries)
	arguments["Entries"] = text

	return err
}

// checkEvents fails if an entry failed. The cause is the response.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html#connect-eventbridge-error
func checkEvents(result map[string]json.RawMessage) error {
	if string(result["FailedEntryCount"]) == "0" {
		return nil
	}

	cause, err := encode(result)
	if err != nil {
		return err
	}

	return &asl.TaskError{Name: "EventBridge.FailedEntry", Cause: string(cause)}
}
