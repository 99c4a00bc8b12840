package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"triptych/emulator/stepfunctions/asl"
)

// sdkService is a service of the AWS SDK integrations that speaks a JSON protocol.
type sdkService struct {
	signed string // The name that requests are signed for.
	prefix string // The start of the errors' names, and the service in causes.
	base   string // The class of the errors that the service's model does not have.
	camel  bool   // The API's members are in camelCase. Step Functions has them in PascalCase.
	times  []string
	// unmodeled are the codes of errors that the service's model does not have.
	unmodeled []string
}

// sdkServices have the exception prefixes of
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
var sdkServices = map[string]sdkService{
	"dynamodb": {signed: "dynamodb", prefix: "DynamoDb", base: "DynamoDbException", times: []string{"CreationDateTime"}, unmodeled: []string{"ValidationException"}},
	"eventbridge": {
		signed: "events", prefix: "EventBridge", base: "EventBridgeException", unmodeled: []string{"ValidationException", "InvalidArgument"},
	},
	"sqs": {signed: "sqs", prefix: "Sqs", base: "SqsException", unmodeled: []string{"InvalidParameterValue", "MissingParameter"}},
	"sns": {signed: "sns", prefix: "Sns", base: "SnsException", unmodeled: []string{"MalformedQueryString"}},
	"ssm": {signed: "ssm", prefix: "Ssm", base: "SsmException", times: []string{"LastModifiedDate"}, unmodeled: []string{"ValidationException"}},
	"sfn": {
		signed: "states", prefix: "Sfn", base: "SfnException", camel: true,
		times: []string{"CreationDate", "StartDate", "StopDate", "UpdateDate", "RedriveDate", "Timestamp"},
	},
}

// generic are the codes of errors that no service's model has.
var generic = []string{
	"AccessDeniedException", "AccessDenied", "SerializationException", "UnknownOperationException", "InternalFailure", "ThrottlingException",
}

// failure converts an error of the service to the error of a task.
func (s *sdkService) failure(e *serviceError) *asl.TaskError {
	name := s.base
	if !slices.Contains(generic, e.exception) && !slices.Contains(s.unmodeled, e.exception) {
		name = withException(e.exception)
	}

	return &asl.TaskError{Name: s.prefix + "." + name, Cause: fmt.Sprintf("%s (Service: %s, Status Code: %d, Request ID: %s)",
		e.message, s.prefix, e.status, e.requestID)}
}

// sdkCall returns the call of an AWS SDK integration.
func (c Config) sdkCall(service sdkService, operation string) Call {
	return func(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error) {
		body, err := service.request(arguments)
		if err != nil {
			return nil, &asl.TaskError{Name: asl.ErrorRuntime, Cause: fmt.Sprintf("read the Arguments: %v", err)}
		}

		answered, err := c.call(ctx, service.signed, operation, body)
		if failed, ok := err.(*serviceError); ok { //nolint:errorlint // call does not wrap it.
			return nil, service.failure(failed)
		}

		if err != nil {
			return nil, err
		}

		return service.result(answered.body.Bytes())
	}
}

// request converts Arguments to the body of a request.
func (s *sdkService) request(arguments json.RawMessage) (json.RawMessage, error) {
	if !s.camel {
		return arguments, nil
	}

	value, err := decode(arguments)
	if err != nil {
		return nil, err
	}

	return encode(renamed(value, lowerFirst, nil))
}

// result converts the body of a response to the result of a task.
func (s *sdkService) result(body json.RawMessage) (json.RawMessage, error) {
	value, err := decode(body)
	if err != nil {
		return nil, fmt.Errorf("read the response: %w", err)
	}

	same := func(name string) string { return name }
	if s.camel {
		same = upperFirst
	}

	return encode(renamed(value, same, s.times))
}

// decode decodes JSON and keeps its numbers as they are written.
func decode(text json.RawMessage) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()

	var value any

	err := decoder.Decode(&value)

	return value, err
}

// renamed renames the members of all objects in a value. The members in times, which are
// seconds since 1970, become texts in the format of ISO 8601, as the SDK integrations
// return them.
func renamed(value any, name func(string) string, times []string) any {
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))

		for key, member := range value {
			key = name(key)

			seconds, isNumber := member.(json.Number)
			if isNumber && slices.Contains(times, key) {
				out[key] = timeText(seconds)
			} else {
				out[key] = renamed(member, name, times)
			}
		}

		return out
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = renamed(item, name, times)
		}

		return out
	default:
		return value
	}
}

// timeText formats a number of seconds since 1970.
func timeText(seconds json.Number) any {
	number, err := seconds.Float64()
	if err != nil {
		return seconds
	}

	const millis = 1e3

	return isoTime(time.UnixMilli(int64(math.Round(number * millis))))
}

// isoTime formats a time as the SDK integrations do: with three digits of the second, or
// none if they are zeros.
func isoTime(t time.Time) string {
	if t = t.UTC().Truncate(time.Millisecond); t.Nanosecond() == 0 {
		return t.Format("2006-01-02T15:04:05Z")
	}

	return t.Format("2006-01-02T15:04:05.000Z")
}

func lowerFirst(name string) string {
	first, size := utf8.DecodeRuneInString(name)

	return string(unicode.ToLower(first)) + name[size:]
}
