package stack

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"triptych/emulator/gateway"
)

// terraformCalls has the calls of Terraform's AWS provider for each type of resource and data
// source in terraform/: "service: Operation Operation". The service is the name that requests
// are signed for.
// https://github.com/hashicorp/terraform-provider-aws
var terraformCalls = map[string]string{
	"data aws_caller_identity": "sts: GetCallerIdentity",
	"data aws_partition":       "",
	"data aws_region":          "",

	"aws_s3_bucket": "s3: CreateBucket HeadBucket GetBucketAcl GetBucketPolicy GetBucketCors GetBucketWebsite GetBucketVersioning GetBucketAccelerateConfiguration " +
		"GetBucketRequestPayment GetBucketLogging GetBucketLifecycleConfiguration GetBucketReplication GetBucketEncryption GetObjectLockConfiguration GetBucketTagging " +
		"PutBucketTagging DeleteBucketTagging ListObjectVersions DeleteObjects DeleteBucket",
	"aws_s3_bucket_cors_configuration":                   "s3: PutBucketCors GetBucketCors DeleteBucketCors",
	"aws_s3_bucket_lifecycle_configuration":              "s3: PutBucketLifecycleConfiguration GetBucketLifecycleConfiguration DeleteBucketLifecycle",
	"aws_s3_bucket_logging":                              "s3: PutBucketLogging GetBucketLogging",
	"aws_s3_bucket_notification":                         "s3: PutBucketNotificationConfiguration GetBucketNotificationConfiguration",
	"aws_s3_bucket_ownership_controls":                   "s3: PutBucketOwnershipControls GetBucketOwnershipControls DeleteBucketOwnershipControls",
	"aws_s3_bucket_policy":                               "s3: PutBucketPolicy GetBucketPolicy DeleteBucketPolicy",
	"aws_s3_bucket_public_access_block":                  "s3: PutPublicAccessBlock GetPublicAccessBlock DeletePublicAccessBlock",
	"aws_s3_bucket_server_side_encryption_configuration": "s3: PutBucketEncryption GetBucketEncryption DeleteBucketEncryption",
	"aws_s3_bucket_versioning":                           "s3: PutBucketVersioning GetBucketVersioning",

	"aws_dynamodb_table": "dynamodb: CreateTable DescribeTable UpdateTable UpdateTimeToLive DescribeTimeToLive UpdateContinuousBackups DescribeContinuousBackups " +
		"ListTagsOfResource TagResource UntagResource DeleteTable",
	"aws_sqs_queue":        "sqs: CreateQueue GetQueueAttributes SetQueueAttributes ListQueueTags TagQueue UntagQueue DeleteQueue",
	"aws_sqs_queue_policy": "sqs: SetQueueAttributes GetQueueAttributes",

	"aws_sns_topic":              "sns: CreateTopic GetTopicAttributes SetTopicAttributes ListTagsForResource TagResource UntagResource DeleteTopic",
	"aws_sns_topic_policy":       "sns: SetTopicAttributes GetTopicAttributes",
	"aws_sns_topic_subscription": "sns: Subscribe GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",

	"aws_cloudwatch_event_rule":   "events: PutRule DescribeRule ListTagsForResource TagResource UntagResource DeleteRule",
	"aws_cloudwatch_event_target": "events: PutTargets ListTargetsByRule RemoveTargets",

	"aws_cloudwatch_metric_alarm": "monitoring: PutMetricAlarm DescribeAlarms ListTagsForResource TagResource UntagResource DeleteAlarms",
	"aws_cloudwatch_dashboard":    "monitoring: PutDashboard GetDashboard DeleteDashboards",

	"aws_cloudwatch_log_group":                "logs: CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteRetentionPolicy ListTagsForResource TagResource UntagResource DeleteLogGroup",
	"aws_cloudwatch_log_delivery":             "logs: CreateDelivery GetDelivery DeleteDelivery",
	"aws_cloudwatch_log_delivery_destination": "logs: PutDeliveryDestination GetDeliveryDestination DeleteDeliveryDestination",
	"aws_cloudwatch_log_delivery_source":      "logs: PutDeliverySource GetDeliverySource DeleteDeliverySource",

	"aws_iam_role": "iam: CreateRole GetRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole UpdateAssumeRolePolicy UpdateRoleDescription " +
		"TagRole UntagRole DeleteRole",
	"aws_iam_role_policy": "iam: PutRolePolicy GetRolePolicy DeleteRolePolicy",

	"aws_lambda_function": "lambda: CreateFunction GetFunction GetFunctionCodeSigningConfig ListVersionsByFunction UpdateFunctionCode UpdateFunctionConfiguration " +
		"PublishVersion PutFunctionConcurrency DeleteFunctionConcurrency ListTags TagResource UntagResource DeleteFunction",
	"aws_lambda_alias": "lambda: CreateAlias GetAlias UpdateAlias DeleteAlias",

	"aws_sfn_state_machine": "states: ValidateStateMachineDefinition CreateStateMachine DescribeStateMachine ListStateMachineVersions UpdateStateMachine ListTagsForResource " +
		"TagResource UntagResource DeleteStateMachine",
	"aws_ssm_parameter": "ssm: PutParameter GetParameter DescribeParameters ListTagsForResource AddTagsToResource RemoveTagsFromResource DeleteParameter",

	"aws_cloudfront_cache_policy":            "cloudfront: CreateCachePolicy GetCachePolicy UpdateCachePolicy DeleteCachePolicy",
	"aws_cloudfront_function":                "cloudfront: CreateFunction PublishFunction DescribeFunction GetFunction UpdateFunction DeleteFunction",
	"aws_cloudfront_key_group":               "cloudfront: CreateKeyGroup GetKeyGroup UpdateKeyGroup DeleteKeyGroup",
	"aws_cloudfront_origin_access_control":   "cloudfront: CreateOriginAccessControl GetOriginAccessControl UpdateOriginAccessControl DeleteOriginAccessControl",
	"aws_cloudfront_public_key":              "cloudfront: CreatePublicKey GetPublicKey UpdatePublicKey DeletePublicKey",
	"aws_cloudfront_response_headers_policy": "cloudfront: CreateResponseHeadersPolicy GetResponseHeadersPolicy UpdateResponseHeadersPolicy DeleteResponseHeadersPolicy",
	"aws_cloudfront_distribution": "cloudfront: CreateDistributionWithTags GetDistribution UpdateDistribution ListTagsForResource TagResource UntagResource " +
		"DeleteDistribution",

	"aws_acm_certificate":                     "acm: RequestCertificate DescribeCertificate ListTagsForCertificate DeleteCertificate",
	"aws_acm_certificate_validation":          "acm: DescribeCertificate",
	"aws_kms_alias":                           "kms: CreateAlias ListAliases DeleteAlias",
	"aws_kms_key":                             "kms: CreateKey DescribeKey GetKeyPolicy GetKeyRotationStatus EnableKeyRotation ListResourceTags ScheduleKeyDeletion",
	"aws_kms_key_policy":                      "kms: PutKeyPolicy GetKeyPolicy",
	"aws_route53_record":                      "route53: ChangeResourceRecordSets GetChange GetHostedZone ListResourceRecordSets",
	"aws_wafv2_web_acl":                       "wafv2: CreateWebACL GetWebACL UpdateWebACL ListTagsForResource DeleteWebACL",
	"aws_wafv2_web_acl_logging_configuration": "wafv2: PutLoggingConfiguration GetLoggingConfiguration DeleteLoggingConfiguration",
}

// embeddedReads are calls that the embedded server of S3 answers for the emulator's own user.
var embeddedReads = []string{"GetBucketAcl", "GetBucketWebsite", "GetObjectLockConfiguration"}

var terraformBlock = regexp.MustCompile(`(?m)^(resource|data) +"(\w+)"`)

// TestREADME_terraform compares the README's table of the resources in terraform/ with the
// operations of the running services. The end-to-end test TestTerraform applies the module.
func TestREADME_terraform(t *testing.T) {
	running, _ := startForTest(t)

	files, err := filepath.Glob("../../terraform/*.tf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no module: %v", err)
	}

	types := map[string]bool{}

	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		for _, found := range terraformBlock.FindAllSubmatch(text, -1) {
			types[strings.TrimPrefix(string(found[1])+" "+string(found[2]), "resource ")] = true
		}
	}

	for name := range terraformCalls {
		if !types[name] {
			t.Errorf("terraform/ has no %s: remove it from terraformCalls", name)
		}
	}

	var want strings.Builder

	for _, name := range slices.Sorted(maps.Keys(types)) {
		calls, known := terraformCalls[name]
		if !known {
			t.Errorf("terraformCalls has no %s: add the calls of the provider", name)
		}

		answered := answeredCalls(running, calls)
		if name == "aws_s3_bucket_logging" {
			answered = "no: access logs are rejected"
		}

		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", name, calls, answered)
	}

	compareTable(t, "| resource | calls of the provider | answered |\n|---|---|---|\n", want.String())
}

// answeredCalls says whether the services have all calls.
func answeredCalls(s *Stack, calls string) string {
	service, list, some := strings.Cut(calls, ": ")
	if !some {
		return "no calls"
	}

	names := slices.Concat(gateway.OperationNames(), embeddedReads)

	if service != "s3" {
		running, known := s.services[service].(interface{ OperationNames() []string })
		if !known {
			return "no: no service " + service
		}

		names = running.OperationNames()
	}

	var missing []string

	for one := range strings.FieldsSeq(list) {
		if !slices.Contains(names, one) {
			missing = append(missing, one)
		}
	}

	if len(missing) > 0 {
		return "no: without " + strings.Join(missing, ", ")
	}

	return "yes"
}
