package ssm_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/ssm"
)

const stackParameter = "/triptych/holiday"

func open(t *testing.T, path string, config ssm.Config) (*ssm.Service, *client.Client) {
	t.Helper()

	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() })

	config.DB, config.Account, config.Region = db, "000000000000", "us-east-1"

	service, err := ssm.New(config)
	if err != nil {
		t.Fatal(err)
	}

	server := httptest.NewServer(service)
	t.Cleanup(server.Close)

	return service, client.New(client.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(server.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:   server.Client(),
	})
}

func TestPut_then_GetParameter(t *testing.T) {
	modified := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	service, ssmClient := open(t, filepath.Join(t.TempDir(), "state.db"), ssm.Config{Now: func() time.Time { return modified }})

	for _, value := range []string{`{"table":"a"}`, `{"table":"b"}`, `{"table":"b"}`} {
		if err := service.Put(stackParameter, value); err != nil {
			t.Fatal(err)
		}
	}

	want := &types.Parameter{
		ARN:              aws.String("arn:aws:ssm:us-east-1:000000000000:parameter/triptych/holiday"),
		DataType:         aws.String("text"),
		LastModifiedDate: aws.Time(modified),
		Name:             aws.String(stackParameter),
		Type:             types.ParameterTypeString,
		Value:            aws.String(`{"table":"b"}`),
		Version:          2, // The third Put changed nothing.
	}

	for _, name := range []string{stackParameter, aws.ToString(want.ARN)} {
		got, err := ssmClient.GetParameter(t.Context(), &client.GetParameterInput{Name: aws.String(name), WithDecryption: aws.Bool(true)})
		if err != nil {
			t.Fatalf("GetParameter(%s): %v", name, err)
		}

		if diff := cmp.Diff(want, got.Parameter, cmp.AllowUnexported(types.Parameter{})); diff != "" {
			t.Errorf("GetParameter(%s) (-want +got):\n%s", name, diff)
		}
	}
}

func TestGetParameterErrors(t *testing.T) {
	service, ssmClient := open(t, filepath.Join(t.TempDir(), "state.db"), ssm.Config{})

	if err := service.Put(stackParameter, "value"); err != nil {
		t.Fatal(err)
	}

	_, err := ssmClient.GetParameter(t.Context(), &client.GetParameterInput{Name: aws.String("/triptych/nowhere")})

	if _, is := errors.AsType[*types.ParameterNotFound](err); !is {
		t.Errorf("a parameter that is not there: got %v, want ParameterNotFound", err)
	}

	_, err = ssmClient.GetParameter(t.Context(), &client.GetParameterInput{Name: aws.String(stackParameter + ":7")})

	if _, is := errors.AsType[*types.ParameterVersionNotFound](err); !is {
		t.Errorf("a version that is not there: got %v, want ParameterVersionNotFound", err)
	}

	_, err = ssmClient.GetParameterHistory(t.Context(), &client.GetParameterHistoryInput{Name: aws.String(stackParameter)})

	var unknown smithy.APIError
	if !errors.As(err, &unknown) || unknown.ErrorCode() != "UnknownOperationException" {
		t.Errorf("an operation that is not there: got %v, want UnknownOperationException", err)
	}
}

func TestGetParameters_missing_names(t *testing.T) {
	service, ssmClient := open(t, filepath.Join(t.TempDir(), "state.db"), ssm.Config{})

	if err := service.Put(stackParameter, "value"); err != nil {
		t.Fatal(err)
	}

	got, err := ssmClient.GetParameters(t.Context(), &client.GetParametersInput{Names: []string{"/no", stackParameter}})
	if err != nil {
		t.Fatal(err)
	}

	if len(got.Parameters) != 1 || aws.ToString(got.Parameters[0].Value) != "value" {
		t.Errorf("Parameters = %v, want the one that is there", got.Parameters)
	}

	if diff := cmp.Diff([]string{"/no"}, got.InvalidParameters); diff != "" {
		t.Errorf("InvalidParameters (-want +got):\n%s", diff)
	}
}

func TestPutParameter(t *testing.T) {
	_, ssmClient := open(t, filepath.Join(t.TempDir(), "state.db"), ssm.Config{})

	tests := []struct {
		name    string
		input   client.PutParameterInput
		version int64
		code    string
	}{
		{name: "without a type", input: client.PutParameterInput{Name: aws.String("/a/b"), Value: aws.String("1")}, code: "ValidationException"},
		{name: "the first", input: client.PutParameterInput{Name: aws.String("/a/b"), Value: aws.String("1"), Type: types.ParameterTypeString}, version: 1},
		{name: "again", input: client.PutParameterInput{Name: aws.String("/a/b"), Value: aws.String("2")}, code: "ParameterAlreadyExists"},
		{name: "overwrite", input: client.PutParameterInput{Name: aws.String("/a/b"), Value: aws.String("2"), Overwrite: aws.Bool(true)}, version: 2},
		{name: "a secret", input: client.PutParameterInput{Name: aws.String("/s"), Value: aws.String("2"), Type: types.ParameterTypeSecureString}, code: "ValidationException"},
		{name: "a bad name", input: client.PutParameterInput{Name: aws.String("a/b c"), Value: aws.String("2"), Type: types.ParameterTypeString}, code: "ValidationException"},
		{name: "empty", input: client.PutParameterInput{Name: aws.String("/e"), Value: aws.String(""), Type: types.ParameterTypeString}, code: "ValidationException"},
		{name: "too long", input: client.PutParameterInput{Name: aws.String("/l"), Value: aws.String(string(make([]byte, 4097))), Type: types.ParameterTypeString}, code: "ValidationException"},
	}

	for _, test := range tests { // The cases depend on each other.
		got, err := ssmClient.PutParameter(t.Context(), &test.input)

		if test.code != "" {
			var failure smithy.APIError
			if !errors.As(err, &failure) || failure.ErrorCode() != test.code {
				t.Errorf("%s: got %v, want %s", test.name, err, test.code)
			}

			continue
		}

		if err != nil || got.Version != test.version {
			t.Errorf("%s: got %v, %v, want version %d", test.name, got, err, test.version)
		}
	}
}

func TestAuthorizeDecides(t *testing.T) {
	var asked []string

	_, ssmClient := open(t, filepath.Join(t.TempDir(), "state.db"), ssm.Config{
		Authorize: func(_ context.Context, action, resource string) error {
			asked = append(asked, action+" "+resource)

			return awsapi.Errorf("AccessDeniedException", "no")
		},
	})

	_, err := ssmClient.GetParameter(t.Context(), &client.GetParameterInput{Name: aws.String(stackParameter)})

	var denied smithy.APIError
	if !errors.As(err, &denied) || denied.ErrorCode() != "AccessDeniedException" {
		t.Errorf("got %v, want AccessDeniedException", err)
	}

	want := []string{"ssm:GetParameter arn:aws:ssm:us-east-1:000000000000:parameter/triptych/holiday"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("authorized actions (-want +got):\n%s", diff)
	}
}

func TestParametersSurviveReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")

	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	service, err := ssm.New(ssm.Config{DB: db})
	if err != nil {
		t.Fatal(err)
	}

	if err := service.Put(stackParameter, "kept"); err != nil {
		t.Fatal(err)
	}

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	_, ssmClient := open(t, path, ssm.Config{})

	got, err := ssmClient.GetParameter(t.Context(), &client.GetParameterInput{Name: aws.String(stackParameter)})
	if err != nil || aws.ToString(got.Parameter.Value) != "kept" {
		t.Errorf("after reopening: %v, %v", got, err)
	}
}
