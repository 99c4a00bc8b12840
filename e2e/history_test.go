package e2e_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go/document"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"triptych/e2e/fixture"
)

// TestAWSClients reads the execution and the ledger item of one photo with AWS's own SDK.
func TestAWSClients(t *testing.T) {
	t.Parallel()

	const key = "clients/photo.jpg"

	file := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(900, 700, 71)))
	result := upload(t, exitWell, under, "--prefix", "clients/", file)[key]
	result.ready(t)

	t.Run("history", func(t *testing.T) { checkHistory(t, result) })
	t.Run("history in pages", func(t *testing.T) { checkPages(t, result.ExecutionARN) })
	t.Run("execution", func(t *testing.T) { checkExecution(t, result) })
	t.Run("list of executions", func(t *testing.T) { checkList(t, result.ExecutionARN) })
	t.Run("state machine", func(t *testing.T) { checkMachine(t, result.ExecutionARN) })
	t.Run("ledger", func(t *testing.T) { checkLedger(t, result) })
}

// historyOf reads all events, in pages of size events; 0 does not limit a page.
func historyOf(t *testing.T, against *target, arn string, size int32, reverse bool) []sfntypes.HistoryEvent {
	t.Helper()

	input := &sfn.GetExecutionHistoryInput{
		ExecutionArn: &arn, MaxResults: size, ReverseOrder: reverse, IncludeExecutionData: aws.Bool(true),
	}

	var events []sfntypes.HistoryEvent

	pages := sfn.NewGetExecutionHistoryPaginator(against.sfn(), input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("history of %s: %v", arn, err)
		}

		if size > 0 && len(page.Events) > int(size) {
			t.Errorf("a page has %d events, want at most %d", len(page.Events), size)
		}

		events = append(events, page.Events...)
	}

	return events
}

// step returns the type of an event and, for an event that enters or exits a state, the
// name of the state.
func step(event *sfntypes.HistoryEvent) string {
	switch {
	case event.StateEnteredEventDetails != nil:
		return string(event.Type) + " " + aws.ToString(event.StateEnteredEventDetails.Name)
	case event.StateExitedEventDetails != nil:
		return string(event.Type) + " " + aws.ToString(event.StateExitedEventDetails.Name)
	default:
		return string(event.Type)
	}
}

func task(name string) []string {
	return []string{"TaskStateEntered " + name, "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited " + name}
}

// checkHistory checks that the events have AWS's types in AWS's order. The iterations of
// the Map run in parallel, so each is checked separately.
func checkHistory(t *testing.T, result uploaded) {
	t.Helper()

	events := historyOf(t, under, result.ExecutionARN, 0, false)
	inIteration := checkLinks(t, events)

	iterations := map[int32][]string{}

	var outside []string

	for i := range events {
		if index, inside := inIteration[events[i].Id]; inside {
			iterations[index] = append(iterations[index], step(&events[i]))
		} else {
			outside = append(outside, step(&events[i]))
		}
	}

	want := slices.Concat(
		[]string{"ExecutionStarted"},
		task("Validate"), task("Sanitize"),
		[]string{"MapStateEntered Resize", "MapStateStarted", "MapStateSucceeded", "MapStateExited Resize"},
		task("Record"),
		[]string{"ExecutionSucceeded"},
	)
	if diff := cmp.Diff(want, outside); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}

	one := slices.Concat([]string{"MapIterationStarted"}, task("MakeVariant"), []string{"MapIterationSucceeded"})
	wantIterations := map[int32][]string{}

	for i := range defaultRecipe() {
		wantIterations[int32(i)] = one
	}

	if diff := cmp.Diff(wantIterations, iterations); diff != "" {
		t.Errorf("events of the Map's iterations (-want +got):\n%s", diff)
	}

	checkDetails(t, events, result.Key)
}

// checkLinks checks that ids count from 1, that each event points to an earlier one, and
// that times ascend. It returns the iteration of each event that belongs to one.
func checkLinks(t *testing.T, events []sfntypes.HistoryEvent) map[int64]int32 {
	t.Helper()

	inIteration := map[int64]int32{}

	for i := range events {
		event := &events[i]

		if event.Id != int64(i+1) {
			t.Errorf("event %d has the id %d", i+1, event.Id)
		}

		// On AWS, the previous event of both the start and the first state is 0.
		if event.PreviousEventId >= event.Id || (event.PreviousEventId == 0) != (i == 0 || i == 1 && event.PreviousEventId == 0) {
			t.Errorf("event %d %s has the previous event %d", event.Id, step(event), event.PreviousEventId)
		}

		if i > 0 && event.Timestamp.Before(*events[i-1].Timestamp) {
			t.Errorf("event %d is older than the one before it", event.Id)
		}

		switch index, inside := inIteration[event.PreviousEventId]; {
		case event.Type == sfntypes.HistoryEventTypeMapIterationStarted:
			inIteration[event.Id] = event.MapIterationStartedEventDetails.Index
		case inside && !strings.HasPrefix(string(event.Type), "MapState") &&
			events[event.PreviousEventId-1].Type != sfntypes.HistoryEventTypeMapIterationSucceeded:
			inIteration[event.Id] = index
		}
	}

	return inIteration
}

// checkDetails checks the details of the events that the console shows.
func checkDetails(t *testing.T, events []sfntypes.HistoryEvent, key string) {
	t.Helper()

	scheduled := 0

	for i := range events {
		event := &events[i]

		switch event.Type {
		case sfntypes.HistoryEventTypeExecutionStarted:
			details := event.ExecutionStartedEventDetails
			if !strings.Contains(aws.ToString(details.Input), key) || aws.ToString(details.RoleArn) == "" {
				t.Errorf("ExecutionStarted: %s by %s", aws.ToString(details.Input), aws.ToString(details.RoleArn))
			}
		case sfntypes.HistoryEventTypeTaskScheduled:
			scheduled++

			details := event.TaskScheduledEventDetails
			if aws.ToString(details.ResourceType) != "lambda" || aws.ToString(details.Resource) != "invoke" ||
				aws.ToString(details.Region) != region || !strings.Contains(aws.ToString(details.Parameters), ":function:") {
				t.Errorf("TaskScheduled: %+v", *details)
			}
		case sfntypes.HistoryEventTypeTaskSucceeded:
			var output struct {
				Payload    json.RawMessage
				StatusCode int
			}

			text := aws.ToString(event.TaskSucceededEventDetails.Output)
			if err := json.Unmarshal([]byte(text), &output); err != nil || output.StatusCode != http.StatusOK || len(output.Payload) == 0 {
				t.Errorf("TaskSucceeded: %v, %s", err, text)
			}
		case sfntypes.HistoryEventTypeMapStateStarted:
			if length := event.MapStateStartedEventDetails.Length; int(length) != len(defaultRecipe()) {
				t.Errorf("MapStateStarted: %d items", length)
			}
		case sfntypes.HistoryEventTypeExecutionSucceeded:
			if output := aws.ToString(event.ExecutionSucceededEventDetails.Output); !strings.Contains(output, `"READY"`) {
				t.Errorf("ExecutionSucceeded: %s", output)
			}
		default:
		}
	}

	if want := 3 + len(defaultRecipe()); scheduled != want {
		t.Errorf("%d tasks, want %d", scheduled, want)
	}
}

// checkPages reads the history in small pages, and backwards.
func checkPages(t *testing.T, arn string) {
	t.Helper()

	ignore := cmpopts.IgnoreTypes(document.NoSerde{})
	whole := historyOf(t, under, arn, 0, false)

	if diff := cmp.Diff(whole, historyOf(t, under, arn, 5, false), ignore); diff != "" {
		t.Errorf("pages of 5 against one call (-one +pages):\n%s", diff)
	}

	backwards := historyOf(t, under, arn, 7, true)
	slices.Reverse(backwards)

	if diff := cmp.Diff(whole, backwards, ignore); diff != "" {
		t.Errorf("backwards in pages of 7 (-one +pages):\n%s", diff)
	}
}

// checkExecution describes the execution, and checks that its input is S3's event.
func checkExecution(t *testing.T, result uploaded) {
	t.Helper()

	execution := finished(t, under, result.ExecutionARN)
	if execution.Status != sfntypes.ExecutionStatusSucceeded || execution.StopDate == nil ||
		!strings.HasPrefix(result.ExecutionARN, strings.Replace(under.Stack.PipelineARN, ":stateMachine:", ":execution:", 1)+":") {
		t.Errorf("execution: %+v", execution)
	}

	var event struct {
		DetailType string `json:"detail-type"`
		Source     string
		Detail     struct {
			Bucket struct{ Name string }
			Object struct {
				Key, ETag, Sequencer string
				Size                 int64
				VersionID            string `json:"version-id"`
			}
			Reason string
		}
	}

	if err := json.Unmarshal([]byte(aws.ToString(execution.Input)), &event); err != nil {
		t.Fatalf("input: %v", err)
	}

	object := event.Detail.Object
	if event.Source != "aws.s3" || event.DetailType != "Object Created" || event.Detail.Bucket.Name != under.Stack.UploadsBucket ||
		object.Key != result.Key || object.VersionID == "" || object.Sequencer == "" || object.Size == 0 || object.ETag == "" ||
		event.Detail.Reason != "PutObject" {
		t.Errorf("input: %s", aws.ToString(execution.Input))
	}
}

// checkList finds the execution in the list of all executions, in small pages, the newest
// first.
func checkList(t *testing.T, arn string) {
	t.Helper()

	var seen []string

	pages := sfn.NewListExecutionsPaginator(under.sfn(), &sfn.ListExecutionsInput{
		StateMachineArn: &under.Stack.PipelineARN, StatusFilter: sfntypes.ExecutionStatusSucceeded, MaxResults: 5,
	})
	for pages.HasMorePages() && !slices.Contains(seen, arn) {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		for i := range page.Executions {
			execution := &page.Executions[i]
			if execution.Status != sfntypes.ExecutionStatusSucceeded || execution.StartDate == nil {
				t.Errorf("listed as succeeded: %+v", *execution)
			}

			if i > 0 && execution.StartDate.After(*page.Executions[i-1].StartDate) {
				t.Errorf("%s is newer than the one before it", aws.ToString(execution.Name))
			}

			seen = append(seen, aws.ToString(execution.ExecutionArn))
		}
	}

	if !slices.Contains(seen, arn) {
		t.Errorf("%s is not among %d executions", arn, len(seen))
	}
}

// checkMachine reads the definition of the execution.
func checkMachine(t *testing.T, arn string) {
	t.Helper()

	machine, err := under.sfn().DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &under.Stack.PipelineARN})
	if err != nil {
		t.Fatal(err)
	}

	var definition struct {
		QueryLanguage string
		States        map[string]any
	}

	if err := json.Unmarshal([]byte(aws.ToString(machine.Definition)), &definition); err != nil {
		t.Fatalf("definition: %v", err)
	}

	if definition.QueryLanguage != "JSONata" || definition.States["Validate"] == nil || machine.Type != sfntypes.StateMachineTypeStandard {
		t.Errorf("the type is %s, the query language %s, the states %v", machine.Type, definition.QueryLanguage, definition.States)
	}

	unknown := arn + "-unknown"
	_, err = under.sfn().DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &unknown})

	if code := codeOf(err); code != "ExecutionDoesNotExist" {
		t.Errorf("an unknown execution: %q, want ExecutionDoesNotExist", code)
	}
}

// checkLedger reads the item by its key, and through the index on status and time.
func checkLedger(t *testing.T, result uploaded) {
	t.Helper()

	client := under.dynamodb()

	got, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &under.Stack.LedgerTable, ConsistentRead: aws.Bool(true),
		Key: map[string]dynamodbtypes.AttributeValue{
			"key":     &dynamodbtypes.AttributeValueMemberS{Value: result.Key},
			"version": &dynamodbtypes.AttributeValueMemberS{Value: result.Version},
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	if found := itemOf(got.Item); found.Status != "READY" || found.Owner != result.ExecutionARN || found.SourceVersionID == "" {
		t.Errorf("item: %+v", found)
	}

	partition := got.Item["statusShard"]

	newest := dynamodb.NewQueryPaginator(client, &dynamodb.QueryInput{
		TableName: &under.Stack.LedgerTable, IndexName: aws.String("byStatus"), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(7),
		KeyConditionExpression:    aws.String("#s = :s"),
		ExpressionAttributeNames:  map[string]string{"#s": "statusShard"},
		ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":s": partition},
	})

	var (
		before string
		found  bool
	)

	for newest.HasMorePages() && !found {
		page, err := newest.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		for _, attributes := range page.Items {
			one := itemOf(attributes)
			if one.Status != "READY" || before != "" && one.UpdatedAt > before {
				t.Errorf("byStatus: %+v after %s", one, before)
			}

			before = one.UpdatedAt
			found = found || one.Version == result.Version
		}
	}

	if !found {
		t.Errorf("%s is not in the index", result.Version)
	}

	_, err = client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("no-such-table"),
		Key:       map[string]dynamodbtypes.AttributeValue{"key": &dynamodbtypes.AttributeValueMemberS{Value: "x"}},
	})
	if code := codeOf(err); code != "ResourceNotFoundException" {
		t.Errorf("an unknown table: %q, want ResourceNotFoundException", code)
	}
}
