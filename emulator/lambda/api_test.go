package lambda_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
)

// client returns AWS's own client for the service.
func client(t *testing.T, service *lambda.Service) *sdk.Client {
	t.Helper()

	server := httptest.NewServer(service)
	t.Cleanup(server.Close)

	return sdk.New(sdk.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func TestInvoke_by_the_SDK(t *testing.T) {
	t.Parallel()

	aws1 := client(t, start(t, lambda.Config{}))
	arn := "arn:aws:lambda:us-east-1:000000000000:function:probe:live"

	for name, function := range map[string]string{"by name": "probe:live", "by ARN": arn, "by partial ARN": "000000000000:function:probe:live"} {
		out, err := aws1.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: &function, Payload: []byte(`{"text":"grüße"}`)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}

		var got answer
		if err := json.Unmarshal(out.Payload, &got); err != nil || got.Text != "grüße" {
			t.Errorf("%s: got %s", name, out.Payload)
		}

		if out.StatusCode != http.StatusOK || out.FunctionError != nil || aws.ToString(out.ExecutedVersion) != "1" {
			t.Errorf("%s: got status %d, error %v, version %v", name, out.StatusCode, out.FunctionError, aws.ToString(out.ExecutedVersion))
		}
	}

	out, err := aws1.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("probe"), Payload: []byte(`{"do":"fail","text":"no"}`)})
	if err != nil || aws.ToString(out.FunctionError) != "Unhandled" || string(out.Payload) != `{"errorMessage":"no","errorType":"Corrupt"}` {
		t.Errorf("a failing function: got %+v, %v", out, err)
	}
}

// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-request-LogType
func TestInvoke_logTail(t *testing.T) {
	t.Parallel()

	aws1 := client(t, start(t, lambda.Config{}))

	for _, text := range []string{"one ", "two ", strings.Repeat("x", 5000) + "\nlast "} {
		payload, err := json.Marshal(map[string]string{"do": "print", "text": text})
		if err != nil {
			t.Fatal(err)
		}

		out, err := aws1.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("probe:live"), LogType: types.LogTypeTail, Payload: payload})
		if err != nil {
			t.Fatal(err)
		}

		got, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
		if err != nil || len(got) > 4096 {
			t.Fatalf("%d bytes, %v", len(got), err)
		}

		want := `(?s)^START RequestId: [0-9a-f-]{36} Version: 1\n` + text + `to stderr\nEND RequestId: [0-9a-f-]{36}\nREPORT RequestId: [^\n]*\n$`
		if len(text) > len(got) {
			want = `(?s)^x+\nlast to stderr\nEND .*REPORT [^\n]*\n$`
		}

		if !regexp.MustCompile(want).Match(got) {
			t.Errorf("%.10q: got %s", text, got)
		}
	}

	out, err := aws1.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("probe"), LogType: types.LogTypeNone})
	if err != nil || out.LogResult != nil {
		t.Errorf("without a log: got %+v, %v", out, err)
	}
}

func TestInvocationTypes(t *testing.T) {
	t.Parallel()

	var sink log

	aws1 := client(t, start(t, lambda.Config{Log: sink.add}))

	out, err := aws1.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("probe"), InvocationType: types.InvocationTypeDryRun})
	if err != nil || out.StatusCode != http.StatusNoContent {
		t.Errorf("DryRun: got %+v, %v", out, err)
	}

	out, err = aws1.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("probe"), InvocationType: types.InvocationTypeEvent, Payload: []byte(`{"do":"print","text":"done "}`),
	})
	if err != nil || out.StatusCode != http.StatusAccepted || len(out.Payload) != 0 {
		t.Errorf("Event: got %+v, %v", out, err)
	}

	until(t, "the event was handled", func() bool { return strings.Contains(sink.text(), "done to stderr") })
}

func TestAPIErrors(t *testing.T) {
	t.Parallel()

	denied := func(_ context.Context, action, resource string) error {
		if strings.HasSuffix(resource, ":secret") {
			return &awsapi.Error{Code: "AccessDeniedException", Message: "not authorized to perform: " + action, Status: 403}
		}

		return nil
	}
	aws1 := client(t, start(t, lambda.Config{Authorize: denied}))
	cases := []struct {
		name  string
		input sdk.InvokeInput
		want  string
	}{
		{"no such function", sdk.InvokeInput{FunctionName: aws.String("nope")}, "ResourceNotFoundException"},
		{"no such qualifier", sdk.InvokeInput{FunctionName: aws.String("probe"), Qualifier: aws.String("dev")}, "ResourceNotFoundException"},
		{"two qualifiers", sdk.InvokeInput{FunctionName: aws.String("probe:live"), Qualifier: aws.String("dev")}, "InvalidParameterValueException"},
		{"not JSON", sdk.InvokeInput{FunctionName: aws.String("probe"), Payload: []byte("{")}, "InvalidRequestContentException"},
		{"not allowed", sdk.InvokeInput{FunctionName: aws.String("secret")}, "AccessDeniedException"},
	}

	for _, c := range cases {
		_, err := aws1.Invoke(t.Context(), &c.input)

		var failure smithy.APIError
		if !errors.As(err, &failure) || failure.ErrorCode() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}

	var failure smithy.APIError
	if _, err := aws1.ListLayers(t.Context(), &sdk.ListLayersInput{}); !errors.As(err, &failure) || failure.ErrorCode() != "UnknownOperationException" {
		t.Errorf("an operation that is not there: got %v", err)
	}
}

func TestDescriptions(t *testing.T) {
	t.Parallel()

	aws1 := client(t, start(t, lambda.Config{}))

	list, err := aws1.ListFunctions(t.Context(), &sdk.ListFunctionsInput{})
	if err != nil || len(list.Functions) != 1 {
		t.Fatalf("ListFunctions: got %+v, %v", list, err)
	}

	got, err := aws1.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: list.Functions[0].FunctionArn})
	if err != nil || aws.ToInt32(got.Configuration.Timeout) != 30 || got.Configuration.State != types.StateActive {
		t.Errorf("GetFunction: got %+v, %v", got, err)
	}
}

func TestConfig_all_problems(t *testing.T) {
	t.Parallel()

	_, err := lambda.New(lambda.Config{Functions: []lambda.Function{{Name: "a b"}, {Name: "x", Executable: "x", Timeout: -1}, {Name: "x", Executable: "x"}}})
	if err == nil {
		t.Fatal("no error")
	}

	for _, want := range []string{"Region", "Account", `"a b"`, "Executable", "negative", "a second function"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not speak of %s:\n%v", want, err)
		}
	}
}
