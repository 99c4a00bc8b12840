package gateway_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"

	"triptych/emulator/awsapi"
	"triptych/emulator/gateway"
	"triptych/emulator/iam"
	"triptych/emulator/objectstore"
)

const (
	uploads  = "triptych-uploads"
	variants = "triptych-variants"
	roleARN  = "arn:aws:iam::000000000000:role/triptych-resize"
)

// rolePolicy is a policy that a function might have.
const rolePolicy = `{"Version": "2012-10-17", "Statement": [
	{"Sid": "Originals", "Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": "arn:aws:s3:::` + uploads + `/*"},
	{"Sid": "Variants", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::` + variants + `/*"},
	{"Sid": "Own", "Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::` + variants + `/own/*"},
	{"Sid": "Blind", "Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::` + variants + `/blind/*"},
	{"Sid": "Lists", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::` + variants + `",
		"Condition": {"StringLike": {"s3:prefix": "own/*"}}}]}`

// bodyIdle is how long a client may send nothing.
const bodyIdle = 3 * time.Second

// fixture is a gateway with a complete S3 and one JSON service behind it.
type fixture struct {
	url  string
	root *s3.Client // May do everything.
	role *s3.Client // Has rolePolicy.
	now  func() time.Time
}

func newFixture(t *testing.T) *fixture {
	t.Helper()

	policy, err := iam.ParsePolicy([]byte(rolePolicy))
	if err != nil {
		t.Fatal(err)
	}

	principals, err := iam.NewDirectory(
		&iam.Principal{ARN: "arn:aws:iam::000000000000:root", AccessKey: "test", SecretKey: "test"},
		&iam.Principal{ARN: roleARN, AccessKey: "AKIAROLE", SecretKey: "role secret", Policy: policy})
	if err != nil {
		t.Fatal(err)
	}

	store, err := objectstore.Open(objectstore.Config{
		Dir: filepath.Join(t.TempDir(), "s3"), Principals: principals,
		Buckets: []objectstore.Bucket{{Name: uploads, Versioned: true}, {Name: variants}},
	})
	if err != nil {
		t.Fatal(err)
	}

	l := &fixture{now: time.Now}

	handler, err := gateway.New(gateway.Config{
		Principals: principals, S3: store.Handler(), CORS: store.AllowsOrigin, BodyIdle: bodyIdle, Services: map[string]http.Handler{"states": whoami()},
		Now: func() time.Time { return l.now() }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}

	server := httptest.NewServer(handler)

	t.Cleanup(func() {
		server.Close()

		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()

		if err := store.Close(ctx); err != nil {
			t.Error(err)
		}
	})

	l.url = server.URL
	l.root = s3Client(l.url, "test", "test")
	l.role = s3Client(l.url, "AKIAROLE", "role secret")

	return l
}

// whoami is a service that answers with its caller.
func whoami() http.Handler {
	type input struct {
		StateMachineArn string `json:"stateMachineArn"`
	}

	return &awsapi.Service{
		Name: "Step Functions", ContentType: "application/x-amz-json-1.0",
		Operations: map[string]awsapi.Operation{
			"DescribeStateMachine": awsapi.Op(func(ctx context.Context, in input) (any, error) {
				return map[string]any{
					"stateMachineArn": in.StateMachineArn, "roleArn": iam.PrincipalFrom(ctx).ARN, "creationDate": 0,
					"definition": "{}", "name": "n", "type": "STANDARD",
				}, nil
			}),
		},
	}
}

func credentials(accessKey, secretKey string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}, nil
	})
}

func s3Client(url, accessKey, secretKey string) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &url, Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials(accessKey, secretKey), RetryMaxAttempts: 1,
	})
}

func sfnClient(url, accessKey, secretKey string) *sfn.Client {
	return sfn.New(sfn.Options{
		BaseEndpoint: &url, Region: "us-east-1", Credentials: credentials(accessKey, secretKey), RetryMaxAttempts: 1,
	})
}

func (l *fixture) put(t *testing.T, bucket, key, body string) *s3.PutObjectOutput {
	t.Helper()

	out, err := l.root.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(body)})
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}

	return out
}

// code is the API error's code, or "" without an error.
func code(err error) string {
	if failure, is := errors.AsType[smithy.APIError](err); is {
		return failure.ErrorCode()
	}

	if err != nil {
		return "not an API error: " + err.Error()
	}

	return ""
}

// send sends a plain HTTP request and returns the status and the body of the answer.
func send(t *testing.T, method, url, body string, header map[string]string) (int, string) {
	t.Helper()

	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}

	for name, value := range header {
		request.Header.Set(name, value)
	}

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}

	return response.StatusCode, string(text)
}
