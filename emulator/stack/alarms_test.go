package stack

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// TestAlarms creates an alarm whose change of state reaches a queue by way of a topic, and
// deletes it, with AWS's own client.
func TestAlarms(t *testing.T) {
	s, user := startForTest(t)
	c := cloudwatch.New(cloudwatch.Options{Region: region, BaseEndpoint: &s.AWSURL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(userKey, userSecret, "")})

	topic := newTopic(t, s)
	if _, err := topicsOf(s).Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:000000000000:triptych-failed-executions"),
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	}); err != nil {
		t.Fatal(err)
	}

	put := &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("full"), Namespace: aws.String("AWS/SQS"), MetricName: aws.String("ApproximateNumberOfMessagesVisible"), Statistic: types.StatisticMaximum,
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, Threshold: aws.Float64(0.5), Period: aws.Int32(300), EvaluationPeriods: aws.Int32(1),
		Dimensions: []types.Dimension{{Name: aws.String("QueueName"), Value: aws.String("q")}}, AlarmActions: []string{topic}, Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}},
	}
	if _, err := c.PutMetricAlarm(t.Context(), put); err != nil {
		t.Fatal(err)
	}

	got, err := c.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{"full"}})
	if err != nil || len(got.MetricAlarms) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}

	one := got.MetricAlarms[0]
	if one.StateValue != types.StateValueInsufficientData || *one.Threshold != 0.5 || *one.Period != 300 || !*one.ActionsEnabled || one.AlarmConfigurationUpdatedTimestamp.IsZero() || *one.Dimensions[0].Value != "q" {
		t.Errorf("%+v", one)
	}

	if _, err := c.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("full"), StateValue: types.StateValueAlarm, StateReason: aws.String("a test")}); err != nil {
		t.Fatal(err)
	}

	var message struct{ AlarmName, NewStateValue, OldStateValue, NewStateReason string }
	if err := json.Unmarshal([]byte(*user.receive(t, user.stack.FailedExecutionsQueueURL).Body), &message); err != nil || message.NewStateValue != "ALARM" || message.OldStateValue != "INSUFFICIENT_DATA" || message.NewStateReason != "a test" {
		t.Errorf("%+v, %v", message, err)
	}

	tags, err := c.ListTagsForResource(t.Context(), &cloudwatch.ListTagsForResourceInput{ResourceARN: one.AlarmArn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "v" {
		t.Errorf("%+v, %v", tags, err)
	}

	for name, change := range map[string]func(*cloudwatch.PutMetricAlarmInput){
		"no metric":          func(in *cloudwatch.PutMetricAlarmInput) { in.MetricName = nil },
		"no statistic":       func(in *cloudwatch.PutMetricAlarmInput) { in.Statistic = "" },
		"a period of 7":      func(in *cloudwatch.PutMetricAlarmInput) { in.Period = aws.Int32(7) },
		"an unknown missing": func(in *cloudwatch.PutMetricAlarmInput) { in.TreatMissingData = aws.String("x") },
		"a metric twice": func(in *cloudwatch.PutMetricAlarmInput) {
			in.Metrics = []types.MetricDataQuery{{Id: aws.String("m"), Expression: aws.String("1")}}
		},
	} {
		bad := *put
		change(&bad)

		if _, err := c.PutMetricAlarm(t.Context(), &bad); codeOf(err) != "ValidationError" && codeOf(err) != "MissingParameter" {
			t.Errorf("%s: %v", name, err)
		}
	}

	if _, err := c.DeleteAlarms(t.Context(), &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"full", "none"}}); codeOf(err) != "ResourceNotFound" {
		t.Errorf("an alarm that does not exist: %v", err)
	}

	if _, err := c.DeleteAlarms(t.Context(), &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"full"}}); err != nil {
		t.Error(err)
	}
}

// TestDashboards writes, reads, lists and deletes a dashboard.
func TestDashboards(t *testing.T) {
	s, _ := startForTest(t)
	c := cloudwatch.New(cloudwatch.Options{Region: region, BaseEndpoint: &s.AWSURL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(userKey, userSecret, "")})
	name, body := aws.String("d"), aws.String(`{"widgets":[{"type":"text","properties":{"markdown":"hi"}}]}`)

	if _, err := c.PutDashboard(t.Context(), &cloudwatch.PutDashboardInput{DashboardName: name, DashboardBody: aws.String(`{"widgets":[{}]}`)}); codeOf(err) != "InvalidParameterInput" {
		t.Errorf("a widget without a type: %v", err)
	}

	if _, err := c.PutDashboard(t.Context(), &cloudwatch.PutDashboardInput{DashboardName: name, DashboardBody: body}); err != nil {
		t.Fatal(err)
	}

	if got, err := c.GetDashboard(t.Context(), &cloudwatch.GetDashboardInput{DashboardName: name}); err != nil || *got.DashboardBody != *body || *got.DashboardArn != "arn:aws:cloudwatch::000000000000:dashboard/d" {
		t.Errorf("%+v, %v", got, err)
	}

	if list, err := c.ListDashboards(t.Context(), &cloudwatch.ListDashboardsInput{}); err != nil || len(list.DashboardEntries) != 1 || *list.DashboardEntries[0].Size != int64(len(*body)) {
		t.Errorf("%+v, %v", list, err)
	}

	if _, err := c.DeleteDashboards(t.Context(), &cloudwatch.DeleteDashboardsInput{DashboardNames: []string{"d"}}); err != nil {
		t.Error(err)
	}

	if _, err := c.GetDashboard(t.Context(), &cloudwatch.GetDashboardInput{DashboardName: name}); codeOf(err) != "ResourceNotFound" {
		t.Errorf("a deleted dashboard: %v", err)
	}
}

// TestAlarms_protocols sends the same requests in AWS Query and in AWS JSON, which older
// clients use.
func TestAlarms_protocols(t *testing.T) {
	s, _ := startForTest(t)

	service, ours := s.services["monitoring"].(interface{ OperationNames() []string })
	if !ours || len(service.OperationNames()) == 0 {
		t.Fatal("CloudWatch has no operations")
	}

	form := url.Values{
		"Action": {"PutMetricAlarm"}, "Version": {"2010-08-01"}, "AlarmName": {"q"}, "EvaluationPeriods": {"1"}, "ComparisonOperator": {"GreaterThanThreshold"}, "Threshold": {"1.5"},
		"AlarmActions": {""}, "Metrics.member.1.Id": {"sum"}, "Metrics.member.1.Expression": {"SUM(METRICS())"}, "Metrics.member.1.ReturnData": {"true"},
		"Metrics.member.2.Id": {"m"}, "Metrics.member.2.ReturnData": {"false"}, "Metrics.member.2.MetricStat.Stat": {"Sum"}, "Metrics.member.2.MetricStat.Period": {"300"},
		"Metrics.member.2.MetricStat.Metric.MetricName": {"Throttles"}, "Metrics.member.2.MetricStat.Metric.Namespace": {"AWS/Lambda"},
	}

	send := func(kind, target, body string) string {
		request := httptest.NewRequestWithContext(t.Context(), "POST", "/", strings.NewReader(body))
		request.Header.Set("Content-Type", kind)

		if target != "" {
			request.Header.Set("X-Amz-Target", target)
		}

		answer := httptest.NewRecorder()
		s.services["monitoring"].ServeHTTP(answer, request)

		return answer.Body.String()
	}

	const query = "application/x-www-form-urlencoded"

	if got := send(query, "", form.Encode()); !strings.Contains(got, "<PutMetricAlarmResponse") {
		t.Fatal(got)
	}

	got := send(query, "", "Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=q")
	for _, want := range []string{"<Threshold>1.5</Threshold>", "<Metrics><member><Id>sum</Id>", "<Period>300</Period>", "<ReturnData>false</ReturnData>", "<StateValue>INSUFFICIENT_DATA</StateValue>", "Z</StateUpdatedTimestamp>"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}

	got = send("application/x-amz-json-1.0", "GraniteServiceVersion20100801.DescribeAlarms", `{"AlarmNames":["q"]}`)
	for _, want := range []string{`"Threshold":1.5`, `"MetricName":"Throttles"`, `"CompositeAlarms":[]`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}

	if got := send(query, "", "Action=ListMetrics"); !strings.Contains(got, "InvalidAction") {
		t.Error(got)
	}
}
