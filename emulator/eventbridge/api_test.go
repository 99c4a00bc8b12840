package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/eventbridge"
)

type channel chan json.RawMessage

func (c channel) Deliver(_ context.Context, _ string, event json.RawMessage) error {
	c <- event

	return nil
}

func client(t *testing.T, bus *eventbridge.Bus) *sdk.Client {
	t.Helper()

	server := httptest.NewServer(bus.API())
	t.Cleanup(server.Close)

	return sdk.New(sdk.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func TestPutEvents_perEntryResults(t *testing.T) {
	t.Parallel()

	received := make(channel, 10)
	rule := eventbridge.Rule{
		Name: "ready", Pattern: json.RawMessage(`{"source": ["triptych"], "detail-type": ["Image Ready"]}`),
		Targets: []eventbridge.RuleTarget{{ID: "app", ARN: "arn:app", Target: received}},
	}
	bus := newBus(t, open(t, filepath.Join(t.TempDir(), "db")), rule)

	if err := bus.Start(); err != nil {
		t.Fatal(err)
	}

	entry := func(source, kind, detail, busName string) types.PutEventsRequestEntry {
		e := types.PutEventsRequestEntry{Time: aws.Time(time.Unix(1700000000, 0))}
		for to, from := range map[**string]string{&e.Source: source, &e.DetailType: kind, &e.Detail: detail, &e.EventBusName: busName} {
			if from != "" {
				*to = &from
			}
		}

		return e
	}

	out, err := client(t, bus).PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		entry("triptych", "Image Ready", `{"key":"a.jpg"}`, ""),
		entry("", "Image Ready", `{}`, ""),
		entry("triptych", "", `{}`, ""),
		entry("triptych", "Image Ready", "", ""),
		entry("triptych", "Image Ready", `[1]`, ""),
		entry("triptych", "Image Ready", `{"a":`, ""),
		entry("aws.s3", "Image Ready", `{}`, ""),
		entry("triptych", "Image Ready", `{"key":"b.jpg"}`, "arn:aws:events:us-east-1:000000000000:event-bus/default"),
		entry("triptych", "Image Ready", `{"key":"lost.jpg"}`, "other"),
	}})
	if err != nil {
		t.Fatal(err)
	}

	codes := make([]string, 0, len(out.Entries))
	for _, e := range out.Entries {
		codes = append(codes, aws.ToString(e.ErrorCode))

		if (e.EventId == nil) != (e.ErrorCode != nil) {
			t.Errorf("an entry has both an id and an error, or neither: %+v", e)
		}
	}

	want := []string{"", "InvalidArgument", "InvalidArgument", "InvalidArgument", "MalformedDetail", "MalformedDetail", "NotAuthorizedForSourceException", "", "ResourceNotFoundException"}
	if diff := cmp.Diff(want, codes); diff != "" || out.FailedEntryCount != 7 {
		t.Errorf("%d failed; codes (-want +got):\n%s", out.FailedEntryCount, diff)
	}

	ids := map[string]bool{*out.Entries[0].EventId: true, *out.Entries[7].EventId: true}

	for range 2 {
		var event struct{ ID, Time string }
		if err := json.Unmarshal(<-received, &event); err != nil || !ids[event.ID] || event.Time != "2023-11-14T22:13:20Z" {
			t.Errorf("received %+v, %v", event, err)
		}
	}
}

func TestPutEventsLimits(t *testing.T) {
	t.Parallel()

	aws1 := client(t, newBus(t, open(t, filepath.Join(t.TempDir(), "db"))))
	entry := types.PutEventsRequestEntry{Source: aws.String("s"), DetailType: aws.String("t"), Detail: aws.String(`{"x":"` + strings.Repeat("x", 300<<10) + `"}`)}
	eleven := make([]types.PutEventsRequestEntry, 11)

	for i := range eleven {
		eleven[i] = types.PutEventsRequestEntry{Source: aws.String("s")}
	}

	for name, entries := range map[string][]types.PutEventsRequestEntry{"none": {}, "eleven": eleven, "over 1 MB": {entry, entry, entry, entry}} {
		_, err := aws1.PutEvents(t.Context(), &sdk.PutEventsInput{Entries: entries})

		var failure smithy.APIError
		if !errors.As(err, &failure) || failure.ErrorCode() != "ValidationException" {
			t.Errorf("%s: got %v", name, err)
		}
	}

	if _, err := aws1.PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{entry, entry, entry}}); err != nil {
		t.Errorf("900 KB: %v", err)
	}
}

// objectCreated is an event of S3.
const objectCreated = `{
	"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created", "source": "aws.s3",
	"account": "000000000000", "time": "2026-11-12T00:00:00Z", "region": "us-east-1", "resources": ["arn:aws:s3:::triptych-uploads"],
	"detail": {"version": "0", "bucket": {"name": "triptych-uploads"}, "object": {"key": "a b/ü+%.jpg", "size": 5}}
}`

func TestDescribeRule(t *testing.T) {
	t.Parallel()

	bus := startBus(t, open(t, filepath.Join(t.TempDir(), "db")), &fakeQueue{},
		bounded("uploads", &recorder{}, &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 7}), uploads("backup", &recorder{}))
	aws1 := client(t, bus)

	list, err := aws1.ListRules(t.Context(), &sdk.ListRulesInput{NamePrefix: aws.String("up")})
	if err != nil || len(list.Rules) != 1 || list.Rules[0].State != types.RuleStateEnabled {
		t.Fatalf("ListRules: got %+v, %v", list, err)
	}

	rule, err := aws1.DescribeRule(t.Context(), &sdk.DescribeRuleInput{Name: list.Rules[0].Name})
	if err != nil || aws.ToString(rule.Arn) != "arn:aws:events:us-east-1:000000000000:rule/uploads" {
		t.Errorf("DescribeRule: got %+v, %v", rule, err)
	}

	targets, err := aws1.ListTargetsByRule(t.Context(), &sdk.ListTargetsByRuleInput{Rule: list.Rules[0].Name})
	if err != nil || len(targets.Targets) != 1 || aws.ToString(targets.Targets[0].Arn) != "arn:machine" {
		t.Errorf("ListTargetsByRule: got %+v, %v", targets, err)
	}

	if got := targets.Targets[0]; aws.ToString(got.DeadLetterConfig.Arn) != undelivered || aws.ToInt32(got.RetryPolicy.MaximumRetryAttempts) != 7 ||
		aws.ToInt32(got.RetryPolicy.MaximumEventAgeInSeconds) != 3600 {
		t.Errorf("ListTargetsByRule: got %+v", got)
	}

	var missing *types.ResourceNotFoundException
	if _, err := aws1.DescribeRule(t.Context(), &sdk.DescribeRuleInput{Name: aws.String("nope")}); !errors.As(err, &missing) {
		t.Errorf("a rule that does not exist: got %v", err)
	}

	out, err := aws1.TestEventPattern(t.Context(), &sdk.TestEventPatternInput{Event: aws.String(objectCreated), EventPattern: rule.EventPattern})
	if err != nil || !out.Result {
		t.Errorf("TestEventPattern: got %+v, %v", out, err)
	}

	_, err = aws1.TestEventPattern(t.Context(), &sdk.TestEventPatternInput{Event: aws.String(objectCreated), EventPattern: aws.String(`{"a": 1}`)})
	if _, ok := errors.AsType[*types.InvalidEventPatternException](err); !ok {
		t.Errorf("a bad pattern: got %v", err)
	}
}
