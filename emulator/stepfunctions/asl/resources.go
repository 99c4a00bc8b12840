package asl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Pattern is a service integration pattern: the suffix of a task's Resource.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
type Pattern string

// The integration patterns.
const (
	PatternRequest  Pattern = ""                  // The task ends with the response of the call.
	PatternCallback Pattern = ".waitForTaskToken" // The task ends with a callback that has its token.
	PatternSync     Pattern = ".sync"             // The task ends with the job that the call started.
	PatternSync2    Pattern = ".sync:2"           // As PatternSync, with the job's output as JSON instead of text.
)

// Waits reports whether the task continues after the response of the call.
func (p Pattern) Waits() bool { return p != PatternRequest }

// StartExecution is the Resource that starts an execution of a state machine.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
const StartExecution = resourcePrefix + "states:startExecution"

const (
	resourcePrefix = "arn:aws:states:::"
	sdkPrefix      = "aws-sdk:"
)

// optimized are the supported optimized integrations, with the patterns that each of them
// has besides PatternRequest.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
var optimized = map[string][]Pattern{
	"lambda:invoke":         {PatternCallback},
	"sqs:sendMessage":       {PatternCallback},
	"sns:publish":           {PatternCallback},
	"events:putEvents":      {PatternCallback},
	"dynamodb:getItem":      nil,
	"dynamodb:putItem":      nil,
	"dynamodb:updateItem":   nil,
	"dynamodb:deleteItem":   nil,
	"states:startExecution": {PatternSync, PatternSync2, PatternCallback},
}

// sdkActions are the supported actions of the AWS SDK integrations, by service. Each of
// them has also PatternCallback.
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
var sdkActions = map[string][]string{
	"cloudfront": {"createInvalidation"},
	"dynamodb":   {"deleteItem", "describeTable", "getItem", "listTables", "putItem", "query", "scan", "updateItem"},
	"eventbridge": {
		"describeRule", "listRules", "listTargetsByRule", "putEvents", "testEventPattern",
	},
	"s3": {
		"abortMultipartUpload", "copyObject", "createMultipartUpload", "deleteObject", "deleteObjectTagging", "deleteObjects",
		"getBucketLocation", "getBucketVersioning", "getObject", "getObjectAttributes", "getObjectTagging", "headBucket", "headObject",
		"listBuckets", "listMultipartUploads", "listObjectVersions", "listObjects", "listObjectsV2", "listParts", "putObject",
		"putObjectTagging",
	},
	"sfn": {
		"createStateMachine", "createStateMachineAlias", "deleteStateMachine", "deleteStateMachineAlias", "deleteStateMachineVersion",
		"describeExecution", "describeMapRun", "describeStateMachine", "describeStateMachineAlias", "describeStateMachineForExecution",
		"getExecutionHistory", "listExecutions", "listMapRuns", "listStateMachineAliases", "listStateMachines", "listStateMachineVersions",
		"listTagsForResource", "publishStateMachineVersion", "redriveExecution", "sendTaskFailure", "sendTaskHeartbeat", "sendTaskSuccess",
		"startExecution", "stopExecution", "tagResource", "testState", "untagResource", "updateMapRun", "updateStateMachine",
		"updateStateMachineAlias", "validateStateMachineDefinition",
	},
	"sns": {"publish"},
	"sqs": {
		"changeMessageVisibility", "changeMessageVisibilityBatch", "deleteMessage", "deleteMessageBatch", "getQueueAttributes",
		"getQueueUrl", "listQueues", "purgeQueue", "receiveMessage", "sendMessage", "sendMessageBatch",
	},
	"ssm": {"getParameter", "getParameters", "putParameter"},
}

// elsewhere are the services whose optimized integrations exist on AWS, but not in this
// package.
var elsewhere = []string{
	"apigateway", "athena", "batch", "bedrock", "bedrockagentcore", "codebuild", "databrew", "ecs", "eks", "elasticmapreduce",
	"emr-containers", "emr-serverless", "glue", "http", "mediaconvert", "sagemaker",
}

// Resources returns the Resources of all supported integrations, without patterns, sorted.
func Resources() []string {
	var all []string

	for action := range optimized {
		all = append(all, resourcePrefix+action)
	}

	for service, actions := range sdkActions {
		for _, action := range actions {
			all = append(all, resourcePrefix+sdkPrefix+service+":"+action)
		}
	}

	slices.Sort(all)

	return all
}

// serviceResource matches the Resource of a service integration. Its region and account may
// be set.
var serviceResource = regexp.MustCompile(`^arn:[a-z-]+:states:[^:]*:[^:]*:((?:aws-sdk:)?[A-Za-z0-9-]+):([A-Za-z0-9]+)(\.[A-Za-z]+(?::[0-9]+)?)?$`)

// functionResource matches the ARN of a Lambda function, with or without a version or an
// alias.
var functionResource = regexp.MustCompile(`^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9$_-]+)?$`)

// readResource checks a task's Resource.
func (s *taskState) readResource(fields *object) {
	parts := serviceResource.FindStringSubmatch(s.resource)

	switch {
	case s.resource == "":
		fields.require("Resource")
	case functionResource.MatchString(s.resource):
		s.function, s.resourceType = true, "lambda"
	case strings.Contains(s.resource, ":activity:"):
		fields.problemf("Resource", "activities are not supported by the emulator")
	case parts == nil:
		fields.problemf("Resource", "%s", notRecognized(s.resource))
	default:
		s.resourceType, s.action, s.pattern = parts[1], parts[2]+parts[3], Pattern(parts[3])

		if problem := s.checkIntegration(parts[2]); problem != "" {
			fields.problemf("Resource", "%s", problem)
		}
	}
}

// checkIntegration returns the problem of a service integration, or "".
func (s *taskState) checkIntegration(action string) string {
	service, isSDK := strings.CutPrefix(s.resourceType, sdkPrefix)
	patterns, supported := optimized[service+":"+action]

	if isSDK {
		patterns, supported = []Pattern{PatternCallback}, slices.Contains(sdkActions[service], action)
	}

	switch {
	case supported && (s.pattern == PatternRequest || slices.Contains(patterns, s.pattern)):
		return ""
	case !supported && (isSDK || slices.Contains(elsewhere, service)):
		return "the emulator does not support the resource " + s.resource
	default:
		return notRecognized(s.resource)
	}
}

// notRecognized returns AWS's text for a resource that does not exist.
func notRecognized(resource string) string {
	return fmt.Sprintf("The resource provided %s is not recognized. "+
		"The value is not a valid resource ARN, or the resource is not available in this region.", resource)
}
