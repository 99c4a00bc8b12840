package stepfunctions

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"triptych/emulator/stepfunctions/asl"
)

// The modes of the validation of a mocked result.
// https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html#mock-validation-modes
const (
	validateStrict  = "STRICT"
	validatePresent = "PRESENT"
	validateNone    = "NONE"
)

// shape is the type of a member of a response, as in the service's API model.
type shape string

const (
	shapeText   shape = "a string"
	shapeNumber shape = "an integer"
	shapeObject shape = "an object"
	shapeList   shape = "an array"
)

// responses are the members of the responses of the integrations whose mocks are checked, by
// the Resource without its prefix. None of these models has required members, except the two
// of StartExecution and DescribeExecution.
var responses = map[string]map[string]shape{
	"lambda:invoke":   {"StatusCode": shapeNumber, "FunctionError": shapeText, "LogResult": shapeText, "ExecutedVersion": shapeText},
	"sqs:sendMessage": {"MessageId": shapeText, "MD5OfMessageBody": shapeText, "MD5OfMessageAttributes": shapeText, "MD5OfMessageSystemAttributes": shapeText, "SequenceNumber": shapeText},
	"sns:publish":     {"MessageId": shapeText, "SequenceNumber": shapeText},
	"events:putEvents": {
		"FailedEntryCount": shapeNumber, "Entries": shapeList,
	},
	"dynamodb:getItem":              {"Item": shapeObject, "ConsumedCapacity": shapeObject},
	"dynamodb:putItem":              {"Attributes": shapeObject, "ConsumedCapacity": shapeObject, "ItemCollectionMetrics": shapeObject},
	"dynamodb:query":                {"Items": shapeList, "Count": shapeNumber, "ScannedCount": shapeNumber, "LastEvaluatedKey": shapeObject},
	"states:startExecution":         {"ExecutionArn": shapeText},
	"states:startExecution.sync":    {"ExecutionArn": shapeText, "StateMachineArn": shapeText, "Name": shapeText, "Status": shapeText, "Error": shapeText, "Cause": shapeText},
	"s3:getObject":                  {"Body": shapeText, "ContentLength": shapeNumber, "ContentType": shapeText, "ETag": shapeText, "VersionId": shapeText, "Metadata": shapeObject},
	"s3:headObject":                 {"ContentLength": shapeNumber, "ContentType": shapeText, "ETag": shapeText, "VersionId": shapeText, "Metadata": shapeObject},
	"s3:putObject":                  {"ETag": shapeText, "VersionId": shapeText},
	"s3:listObjectsV2":              {"Contents": shapeList, "CommonPrefixes": shapeList, "KeyCount": shapeNumber, "MaxKeys": shapeNumber, "Name": shapeText, "Prefix": shapeText},
	"cloudfront:createInvalidation": {"Location": shapeText, "Invalidation": shapeObject},
}

// requiredMembers are the members that a response must have in the mode STRICT.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
var requiredMembers = map[string][]string{
	"states:startExecution":      {"ExecutionArn", "StartDate"},
	"states:startExecution.sync": {"ExecutionArn", "StartDate", "StateMachineArn", "Status"},
}

// validateMock checks the mocked result of a task against the model of its API. Members that
// the model does not have are ignored.
func validateMock(task asl.Task, mode, result string) error {
	name := mockedAction(task)

	model, known := responses[name]
	if !known {
		return nil
	}

	var members map[string]any
	if err := json.Unmarshal([]byte(result), &members); err != nil || members == nil {
		return invalidTest("Mock result schema validation error: Mocked result must be a JSON object")
	}

	if mode != validatePresent {
		for _, required := range requiredMembers[name] {
			if _, given := members[required]; !given {
				return invalidTest("Mock result schema validation error: Required field \"%s\" is missing", required)
			}
		}
	}

	for _, member := range sortedNames(model) {
		if value, given := members[member]; given && !model[member].fits(value) {
			return invalidTest("Mock result schema validation error: Field \"%s\" must be %s", member, model[member])
		}
	}

	return nil
}

// mockedAction returns the name of the response of a task in [responses]. The mock of a task
// that waits for a job is the description of the job, and the result of a callback has no
// model.
func mockedAction(task asl.Task) string {
	name := strings.TrimPrefix(strings.TrimPrefix(task.Resource, "arn:aws:states:::"), "aws-sdk:")
	name = strings.TrimSuffix(name, string(task.Pattern))

	switch {
	case task.Pattern == asl.PatternCallback:
		return ""
	case task.Pattern.Waits():
		return name + string(asl.PatternSync)
	case slices.Contains([]string{"dynamodb:updateItem", "dynamodb:deleteItem"}, name):
		return "dynamodb:putItem" // The responses have the same members.
	case name == "dynamodb:scan":
		return "dynamodb:query"
	default:
		return name
	}
}

// fits reports whether a value has the type.
func (s shape) fits(value any) bool {
	switch value := value.(type) {
	case string:
		return s == shapeText
	case float64:
		return s == shapeNumber && value == math.Trunc(value)
	case map[string]any:
		return s == shapeObject
	case []any:
		return s == shapeList
	default:
		return false
	}
}

func sortedNames(model map[string]shape) []string {
	names := make([]string, 0, len(model))
	for name := range model {
		names = append(names, name)
	}

	slices.Sort(names)

	return names
}
