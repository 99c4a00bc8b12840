package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// awsCommand is a call of the `aws` command. $uploads, $variants, $ledger, $failed,
// $distribution, $pipeline and $stack stand for the names of the stack, $endpoint for its
// address, and $dir for a folder. The output must be JSON, or empty, and must match want,
// a regular expression, after the removal of all white space. An error must match want as
// it is.
type awsCommand struct {
	command string
	want    string
	fails   bool
}

// awsReads are calls that change nothing. Each has the answer for a stack that Terraform has
// deployed with its defaults.
var awsReads = []awsCommand{
	{"sts get-caller-identity", `"Account":"000000000000","Arn":"arn:aws:iam::000000000000:root"`, false},
	{"iam list-roles", `"RoleName":"$stack-resize".*"Service":"lambda.amazonaws.com"`, false},
	{"iam get-role --role-name $stack-resize", `"Arn":"arn:aws:iam::000000000000:role/$stack-resize".*"Key":"triptych:stack"`, false},
	{"iam list-role-policies --role-name $stack-resize", `\["logs","resize","xray"\]`, false},
	{"iam get-role-policy --role-name $stack-resize --policy-name resize", `"PolicyDocument":{"Version":"2012-10-17".*arn:aws:s3:::$variants/`, false},
	{"iam list-attached-role-policies --role-name $stack-resize", `"AttachedPolicies":\[\]`, false},
	{"iam list-policies --scope Local", `"Policies":\[`, false},
	{"iam simulate-principal-policy --policy-source-arn arn:aws:iam::000000000000:role/$stack-resize --action-names s3:GetObject --resource-arns arn:aws:s3:::$uploads/x", `"EvalDecision":"implicitDeny"`, false},
	{"iam get-role --role-name none", `NoSuchEntity.*role with name none cannot be found`, true},
	{"iam list-users", `InvalidAction.*ListUsers`, true},

	{"s3api list-buckets", `"Name":"$uploads"`, false},
	{"s3api get-bucket-notification-configuration --bucket $uploads", `"EventBridgeConfiguration":{}`, false},
	{"s3api get-bucket-notification-configuration --bucket $variants", `^$`, false},
	{"s3api get-bucket-lifecycle-configuration --bucket $uploads", `"ID":"unfinished".*"DaysAfterInitiation":7.*"ExpiredObjectDeleteMarker":true.*"NoncurrentDays":30`, false},
	{"s3api get-bucket-lifecycle-configuration --bucket $variants", `"DaysAfterInitiation":1`, false},
	{"s3api get-bucket-encryption --bucket $uploads", `"SSEAlgorithm":"AES256".*"BucketKeyEnabled":false`, false},
	{"s3api get-public-access-block --bucket $variants", `"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true`, false},
	{"s3api get-bucket-versioning --bucket $uploads", `"Status":"Enabled"`, false},
	{"s3api get-bucket-versioning --bucket $variants", `^$`, false},
	{"s3api get-bucket-policy --bucket $variants", `ServePictures`, false},
	{"s3api get-bucket-policy-status --bucket $variants", `"IsPublic":false`, false},
	{"s3api get-bucket-cors --bucket $variants", `NoSuchCORSConfiguration`, true},
	{"s3api get-bucket-tagging --bucket $uploads", `{"Key":"triptych:stack","Value":"$stack"}`, false},
	{"s3api get-bucket-ownership-controls --bucket $uploads", `"ObjectOwnership":"BucketOwnerEnforced"`, false},
	{"s3api get-bucket-location --bucket $uploads", `"LocationConstraint":null`, false},
	{"s3api get-bucket-logging --bucket $uploads", `^$`, false},
	{"s3api get-bucket-request-payment --bucket $uploads", `"Payer":"BucketOwner"`, false},
	{"s3api get-bucket-replication --bucket $uploads", `ReplicationConfigurationNotFoundError`, true},
	{"s3api get-bucket-encryption --bucket no-such-bucket", `NoSuchBucket`, true},

	{"cloudfront list-distributions", `"Id":"$distribution"`, false},
	{"cloudfront get-distribution --id $distribution", `"Status":"Deployed".*"PathPattern":"/-/upload/\*"`, false},
	{"cloudfront get-distribution-config --id $distribution", `"Comment":"Triptych:$stack"`, false},
	{"cloudfront get-distribution --id none", `NoSuchDistribution`, true},
	{"cloudfront list-functions", `"FunctionList"`, false},
	{"cloudfront list-key-value-stores", `UnknownOperationException.*GET /2020-05-31/key-value-store`, true},

	{"dynamodb describe-table --table-name $ledger", `"DeletionProtectionEnabled":true`, false},
	{"dynamodb describe-time-to-live --table-name $ledger", `"TimeToLiveStatus":"ENABLED","AttributeName":"expiresAt"`, false},
	{"dynamodb describe-continuous-backups --table-name $ledger", `"PointInTimeRecoveryStatus":"ENABLED"`, false},
	{`dynamodb execute-statement --statement SELECT\skey,status\sFROM\s"$ledger"\sWHERE\s"status"='READY'`, `"key":{"S":"aws/chelsea.png"}`, false},
	{`dynamodb batch-get-item --request-items {"$ledger":{"Keys":[{"key":{"S":"none"},"version":{"S":"@current"}}]}}`, `"Responses":{"$ledger":\[\]}`, false},
	{`dynamodb transact-get-items --transact-items [{"Get":{"TableName":"$ledger","Key":{"key":{"S":"none"},"version":{"S":"@current"}}}}]`, `"Responses":\[{}\]`, false},
	{"dynamodb list-backups", `UnknownOperationException.*ListBackups`, true},

	{"ssm get-parameter --name /triptych/$stack", `"Type":"String"`, false},
	{"ssm get-parameters --names /triptych/$stack /none", `"InvalidParameters":\["/none"\]`, false},
	{"ssm get-parameters-by-path --path /triptych", `"Name":"/triptych/$stack"`, false},
	{"ssm describe-parameters", `"Tier":"Standard"`, false},

	{"logs describe-log-groups --log-group-name-prefix /aws/lambda/$stack-", `"logGroupName":"/aws/lambda/$stack-resize".*"retentionInDays":30`, false},
	{"logs describe-log-streams --log-group-name /aws/lambda/$stack-resize --order-by LastEventTime", `/\[\$LATEST\]`, false},
	{"logs filter-log-events --log-group-name /aws/lambda/$stack-resize --filter-pattern REPORT --max-items 1", `REPORTRequestId`, false},
	// `aws logs tail` of version 2 sends this call.
	{"logs filter-log-events --log-group-name /aws/lambda/$stack-resize --start-time 1 --interleaved --log-stream-name-prefix 20", `REPORTRequestId`, false},
	{"logs start-query --log-group-name x --start-time 0 --end-time 1 --query-string x", `UnknownOperationException.*StartQuery`, true},

	{"sqs list-queues", `$stack-failed-executions`, false},
	{"sqs get-queue-attributes --queue-url $failed --attribute-names All", `"MessageRetentionPeriod":"1209600","Policy":.*TakeWhatFailed.*"SqsManagedSseEnabled":"true"`, false},
	{"sqs list-queue-tags --queue-url $failed", `"triptych:stack":"$stack"`, false},

	{"lambda list-functions", `"FunctionName":"$stack-resize"`, false},
	{"lambda get-function --function-name $stack-resize", `"FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:$stack-resize"`, false},
	{"lambda get-function-configuration --function-name $stack-resize", `"MemorySize":512`, false},

	{"lambda get-function-concurrency --function-name $stack-resize", `^$|{}`, false},
	{"lambda list-aliases --function-name $stack-resize", `"Name":"live","FunctionVersion":"1"`, false},
	{"lambda list-versions-by-function --function-name $stack-resize", `"Version":"\$LATEST".*"Version":"1"`, false},
	{"lambda get-alias --function-name $stack-resize --name none", `ResourceNotFoundException`, true},
	{"lambda list-tags --resource arn:aws:lambda:us-east-1:000000000000:function:$stack-resize", `"triptych:stack":"$stack"`, false},
	{"lambda list-layers", `UnknownOperationException`, true},

	{"lambda get-function-code-signing-config --function-name $stack-resize", `"FunctionName":"$stack-resize"`, false},

	{"events list-rules", `"Name":"$stack-upload-created"`, false},
	{"events describe-rule --name $stack-upload-created", `"State":"ENABLED"`, false},
	{"events list-targets-by-rule --rule $stack-upload-created", `"Arn":"$pipeline","RoleArn":"arn:aws:iam::000000000000:role/$stack-events"`, false},
	{"events list-event-buses", `"Name":"default"`, false},

	{"stepfunctions list-state-machines", `"name":"$stack-pipeline"`, false},

	// Services that the emulator does not have, each with another protocol.
	{"cloudformation list-stacks", `UnknownServiceException.*no service cloudformation`, true},
	{"kms list-keys", `UnknownServiceException.*no service kms`, true},
	{"cloudwatch list-metrics", `(UnknownOperationException|InvalidAction).*ListMetrics`, true},
	{"ec2 describe-instances", `UnknownServiceException.*no service ec2`, true},
	{"route53 list-hosted-zones", `UnknownServiceException.*no service route53`, true},
}

const (
	lambdaTrust  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	queueAllows  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:000000000000:awsq"}]}`
	queueAddress = `$endpoint/000000000000/awsq`
)

// Settings of the resources that awsChanges create.
const (
	awsFunction  = "arn:aws:lambda:us-east-1:000000000000:function:awsf"
	awsTopic     = "arn:aws:sns:us-east-1:000000000000:awst"
	awsAlarm     = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:awsa"
	edgeCode     = `function\shandler(event){return\sevent.request}`
	controlOf    = `{"Name":"awso","SigningProtocol":"sigv4","SigningBehavior":"always","OriginAccessControlOriginType":"s3"}`
	cachePolicy  = `{"Name":"awsc","MinTTL":0}`
	widgets      = `{"widgets":[]}`
	machineLogs  = `{"level":"ALL","destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:logs:us-east-1:000000000000:log-group:awsl:*"}}]}`
	emptyMachine = `{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`
)

// awsChanges create resources, use them, and delete them again, in this order.
var awsChanges = []awsCommand{
	{"iam create-role --role-name awsr --assume-role-policy-document " + lambdaTrust, `"RoleName":"awsr"`, false},
	{`iam put-role-policy --role-name awsr --policy-name p --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`, `^$`, false},
	{"iam simulate-principal-policy --policy-source-arn arn:aws:iam::000000000000:role/awsr --action-names s3:GetObject --resource-arns arn:aws:s3:::b/x", `"EvalDecision":"allowed"`, false},
	{"iam delete-role --role-name awsr", `DeleteConflict`, true},
	{"iam delete-role-policy --role-name awsr --policy-name p", `^$`, false},
	{"iam delete-role --role-name awsr", `^$`, false},
	{"iam delete-role --role-name $stack-resize", `UnmodifiableEntity`, true},

	{"lambda create-function --function-name awsf --runtime provided.al2023 --handler bootstrap --role arn:aws:iam::000000000000:role/$stack-fail --zip-file fileb://$dir/function.zip --publish", `"State":"Active"`, false},
	{"lambda create-function --function-name $stack-fail --runtime provided.al2023 --handler bootstrap --role arn:aws:iam::000000000000:role/$stack-fail --zip-file fileb://$dir/function.zip", `ResourceConflictException`, true},
	{"lambda create-alias --function-name awsf --name live --function-version 1", `"FunctionVersion":"1"`, false},
	{"lambda update-function-configuration --function-name awsf --timeout 9 --memory-size 256", `"Timeout":9`, false},
	{"lambda update-function-code --function-name awsf --zip-file fileb://$dir/function.zip", `"LastUpdateStatus":"Successful"`, false},
	{"lambda publish-version --function-name awsf", `"Version":"2"`, false},
	{"lambda update-alias --function-name awsf --name live --function-version 2", `"FunctionVersion":"2"`, false},
	{"lambda put-function-concurrency --function-name awsf --reserved-concurrent-executions 1", `"ReservedConcurrentExecutions":1`, false},
	{"lambda delete-function-concurrency --function-name awsf", `^$`, false},
	{"lambda put-function-event-invoke-config --function-name awsf --maximum-retry-attempts 0", `"MaximumRetryAttempts":0`, false},
	{"lambda update-function-event-invoke-config --function-name awsf --maximum-retry-attempts 1", `"MaximumRetryAttempts":1`, false},
	{"lambda get-function-event-invoke-config --function-name awsf", `"MaximumRetryAttempts":1`, false},
	{"lambda list-function-event-invoke-configs --function-name awsf", `"MaximumRetryAttempts":1`, false},
	{"lambda delete-function-event-invoke-config --function-name awsf", `^$`, false},
	{"lambda add-permission --function-name awsf --statement-id s --action lambda:InvokeFunction --principal events.amazonaws.com", `events.amazonaws.com`, false},
	{"lambda get-policy --function-name awsf", `events.amazonaws.com`, false},
	{"lambda remove-permission --function-name awsf --statement-id s", `^$`, false},
	{"lambda tag-resource --resource " + awsFunction + " --tags k=v", `^$`, false},
	{"lambda untag-resource --resource " + awsFunction + " --tag-keys k", `^$`, false},
	{"lambda delete-alias --function-name awsf --name live", `^$`, false},
	{"lambda delete-function --function-name awsf", `^$|"StatusCode":204`, false},

	{"sns create-topic --name awst", awsTopic, false},
	{"sns set-topic-attributes --topic-arn " + awsTopic + " --attribute-name DisplayName --attribute-value Alarms", `^$`, false},
	{"sns get-topic-attributes --topic-arn " + awsTopic, `"DisplayName":"Alarms"`, false},
	{"sns tag-resource --resource-arn " + awsTopic + " --tags Key=k,Value=v", `^$`, false},
	{"sns list-tags-for-resource --resource-arn " + awsTopic, `"Value":"v"`, false},
	{"sns untag-resource --resource-arn " + awsTopic + " --tag-keys k", `^$`, false},
	{"sns subscribe --topic-arn " + awsTopic + " --protocol email --notification-endpoint ops@example.org", `pendingconfirmation`, false},
	{"cloudwatch put-metric-alarm --alarm-name awsa --namespace AWS/SQS --metric-name NumberOfMessagesSent --statistic Sum --period 60 --evaluation-periods 1 --threshold 1 --comparison-operator GreaterThanThreshold --alarm-actions " + awsTopic, `^$`, false},
	{"cloudwatch describe-alarms --alarm-names awsa", `"StateValue":"INSUFFICIENT_DATA"`, false},
	{"cloudwatch set-alarm-state --alarm-name awsa --state-value ALARM --state-reason x", `^$`, false},
	{"cloudwatch disable-alarm-actions --alarm-names awsa", `^$`, false},
	{"cloudwatch enable-alarm-actions --alarm-names awsa", `^$`, false},
	{"cloudwatch tag-resource --resource-arn " + awsAlarm + " --tags Key=k,Value=v", `^$`, false},
	{"cloudwatch list-tags-for-resource --resource-arn " + awsAlarm, `"Value":"v"`, false},
	{"cloudwatch untag-resource --resource-arn " + awsAlarm + " --tag-keys k", `^$`, false},
	{"cloudwatch delete-alarms --alarm-names awsa", `^$`, false},
	{"cloudwatch put-dashboard --dashboard-name awsd --dashboard-body " + widgets, `"DashboardValidationMessages":\[\]`, false},
	{"cloudwatch get-dashboard --dashboard-name awsd", `widgets`, false},
	{"cloudwatch list-dashboards", `"DashboardName":"awsd"`, false},
	{"cloudwatch delete-dashboards --dashboard-names awsd", `^$`, false},
	{"sns delete-topic --topic-arn " + awsTopic, `^$`, false},

	{"cloudfront create-origin-access-control --origin-access-control-config " + controlOf, `"Name":"awso"`, false},
	{"cloudfront list-origin-access-controls", `"Name":"awso"`, false},
	{"cloudfront create-cache-policy --cache-policy-config " + cachePolicy, `"Name":"awsc"`, false},
	{"cloudfront create-cache-policy --cache-policy-config " + cachePolicy, `CachePolicyAlreadyExists`, true},
	{"cloudfront list-cache-policies --type custom", `"Name":"awsc"`, false},
	{"cloudfront create-function --name awse --function-config Comment=c,Runtime=cloudfront-js-2.0 --function-code " + edgeCode, `"Stage":"DEVELOPMENT"`, false},
	{"cloudfront describe-function --name awse", `"Status":"UNPUBLISHED"`, false},
	{"cloudfront delete-function --name awse --if-match E0", `PreconditionFailed`, true},

	{"logs create-log-group --log-group-name awsl", `^$`, false},
	{"stepfunctions create-state-machine --name awsm --definition " + emptyMachine + " --role-arn arn:aws:iam::000000000000:role/$stack-fail-machine --logging-configuration " + machineLogs, `stateMachine:awsm`, false},
	{"stepfunctions start-execution --state-machine-arn arn:aws:states:us-east-1:000000000000:stateMachine:awsm --name one", `execution:awsm:one`, false},
	{"logs filter-log-events --log-group-name awsl", `ExecutionStarted`, false},

	{"s3api create-bucket --bucket awsb", `"Location":"/awsb"`, false},
	{"s3api put-bucket-versioning --bucket awsb --versioning-configuration Status=Enabled", `^$`, false},
	{`s3api put-bucket-lifecycle-configuration --bucket awsb --lifecycle-configuration {"Rules":[{"ID":"x","Status":"Enabled","Filter":{},"Expiration":{"Days":3}}]}`, `all_storage`, false},
	{"s3api get-bucket-lifecycle-configuration --bucket awsb", `"Days":3`, false},
	{"s3api delete-bucket-lifecycle --bucket awsb", `^$`, false},
	{"s3api get-bucket-lifecycle-configuration --bucket awsb", `NoSuchLifecycleConfiguration`, true},
	{"s3 cp $dir/file s3://awsb/k", `upload:`, false},
	{"s3 rb s3://awsb", `BucketNotEmpty`, true},
	{"s3 rm s3://awsb/k", `delete:`, false},
	{"s3 rb s3://awsb", `BucketNotEmpty.*You must delete all versions`, true},
	{"s3 rb s3://$uploads", `BucketNotEmpty`, true},
	{"s3 mb s3://awsc", `make_bucket: awsc`, false},
	{"s3 rb s3://awsc", `remove_bucket: awsc`, false},

	{"cloudfront create-invalidation --distribution-id $distribution --paths /awsx", `"Status":"InProgress"`, false},
	{"cloudfront list-invalidations --distribution-id $distribution", `"Status":"(InProgress|Completed)"`, false},

	{"sqs create-queue --queue-name awsq --attributes VisibilityTimeout=60 --tags a=b", `/awsq"`, false},
	{`sqs set-queue-attributes --queue-url ` + queueAddress + ` --attributes {"Policy":"` + strings.ReplaceAll(queueAllows, `"`, `\"`) + `"}`, `^$`, false},
	{`events put-rule --name awsrule --event-pattern {"source":["my.app"]}`, `rule/awsrule`, false},
	{"events put-targets --rule awsrule --targets Id=q,Arn=arn:aws:sqs:us-east-1:000000000000:awsq", `"FailedEntryCount":0`, false},
	{`events put-events --entries [{"Source":"my.app","DetailType":"t","Detail":"{}"}]`, `"EventId"`, false},
	{"sqs receive-message --wait-time-seconds 20 --queue-url " + queueAddress, `my.app`, false},
	{"events delete-rule --name awsrule", `has targets`, true},
	{"events remove-targets --rule awsrule --ids q", `"FailedEntryCount":0`, false},
	{"events delete-rule --name awsrule", `^$`, false},
	{"sqs delete-queue --queue-url " + queueAddress, `^$`, false},
	{"sqs receive-message --queue-url " + queueAddress, `NonExistentQueue`, true},

	{"dynamodb create-table --table-name awst --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=k,AttributeType=S --key-schema AttributeName=k,KeyType=HASH", `"TableStatus":"ACTIVE"`, false},
	{`dynamodb batch-write-item --request-items {"awst":[{"PutRequest":{"Item":{"k":{"S":"1"}}}},{"PutRequest":{"Item":{"k":{"S":"2"}}}}]}`, `"UnprocessedItems":{}`, false},
	{`dynamodb transact-write-items --transact-items [{"Delete":{"TableName":"awst","Key":{"k":{"S":"1"}}}},{"ConditionCheck":{"TableName":"awst","Key":{"k":{"S":"3"}},"ConditionExpression":"attribute_exists(k)"}}]`, `TransactionCanceledException.*\[None, ConditionalCheckFailed\]`, true},
	{`dynamodb execute-statement --statement SELECT\s*\sFROM\sawst`, `"S":"1".*"S":"2"`, false},
	{"dynamodb delete-table --table-name awst", `"TableStatus":"DELETING"`, false},
	{"dynamodb delete-table --table-name $ledger", `ResourceInUseException`, true},

	{"ssm put-parameter --name /aws/p --value 1 --type String", `"Version":1`, false},
	{"ssm get-parameters-by-path --path /aws", `"Value":"1"`, false},
	{"ssm delete-parameter --name /aws/p", `^$`, false},

	{"logs create-log-group --log-group-name awsg", `^$`, false},
	{"logs create-log-stream --log-group-name awsg --log-stream-name s", `^$`, false},
	{"logs delete-log-group --log-group-name awsg", `^$`, false},
}

// TestAWSCommand runs the `aws` command against the emulator. The environment variable
// E2E_AWS has its path; .ci/awscli sets it.
func TestAWSCommand(t *testing.T) {
	program := os.Getenv("E2E_AWS")
	if program == "" {
		t.Skip("E2E_AWS does not name the aws command: `make e2e-awscli` does")
	}

	dir := t.TempDir()

	up, err := startEmulator(binary, filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := up.stop(); err != nil {
			t.Error(err)
		}
	})

	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}

	pack, err := os.ReadFile("../build/functions/fail.zip")
	if err != nil {
		t.Fatalf("%v: `make build` writes it", err)
	}

	write(t, dir, "function.zip", pack)

	// The first upload writes logs and an item of the ledger.
	image, err := os.ReadFile("../samples/chelsea.png")
	if err != nil {
		t.Fatal(err)
	}

	upload(t, 0, up.target, "--prefix", "aws/", write(t, dir, "chelsea.png", image))

	names := strings.NewReplacer(
		"$uploads", up.Stack.UploadsBucket, "$variants", up.Stack.VariantsBucket, "$ledger", up.Stack.LedgerTable,
		"$failed", up.Stack.FailedExecutionsQueueURL, "$distribution", up.Stack.DistributionID, "$pipeline", up.Stack.PipelineARN,
		"$stack", up.Stack.Stack, "$dir", dir, "$endpoint", up.Endpoint,
	)
	run := func(t *testing.T, one awsCommand) { t.Helper(); up.runAWS(t, program, names, one) }

	t.Run("reads", func(t *testing.T) {
		for _, one := range awsReads {
			t.Run(one.command, func(t *testing.T) {
				t.Parallel()
				run(t, one)
			})
		}
	})

	for _, one := range awsChanges {
		t.Run(one.command, func(t *testing.T) { run(t, one) })
	}
}

// runAWS runs one call and compares its output.
func (l *emulator) runAWS(t *testing.T, program string, names *strings.Replacer, one awsCommand) {
	t.Helper()

	words := strings.Fields(one.command)
	for i := range words {
		words[i] = names.Replace(strings.ReplaceAll(words[i], `\s`, " "))
	}

	// Version 1 ignores AWS_ENDPOINT_URL for SQS.
	command := exec.CommandContext(t.Context(), program, append(words, "--endpoint-url", l.Endpoint)...)
	command.WaitDelay = time.Minute

	command.Env = append(l.environment(), "AWS_DEFAULT_REGION="+region, "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=", "AWS_DEFAULT_OUTPUT=json")

	var stdout, stderr bytes.Buffer

	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	want := regexp.MustCompile("(?s)" + strings.ReplaceAll(names.Replace(one.want), "/[$LATEST", `/[\$LATEST`))

	if one.fails {
		if text := stdout.String() + stderr.String(); err == nil || !want.MatchString(text) {
			t.Errorf("%v: %s, want an error that matches %s", err, text, want)
		}

		return
	}

	text := stdout.Bytes()
	if compact := new(bytes.Buffer); json.Compact(compact, text) == nil {
		text = compact.Bytes()
	} else if strings.Contains(one.want, `"`) {
		t.Errorf("the output is not JSON: %s", text)
	}

	squeezed := regexp.MustCompile(`\s`).ReplaceAll(text, nil)
	if err != nil || !want.Match(squeezed) && !want.Match(text) {
		t.Errorf("%v: %s %s, want %s", err, text, &stderr, want)
	}
}
