package command_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"
	"go.etcd.io/bbolt"

	"triptych/cli/internal/command"
	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb"
	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/ssm"
	"triptych/shared/config"
	"triptych/shared/contract"
	"triptych/shared/errorcode"
	"triptych/shared/ledger"
)

const (
	region  = "us-east-1"
	account = "000000000000"
	machine = "arn:aws:states:us-east-1:000000000000:stateMachine:triptych-pipeline"
	base    = "arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:"
)

// fakeEmulator implements the AWS protocols for a command under test. It uses the emulator's
// DynamoDB and SSM. Its pipeline is fake: the first word in the body of an upload selects
// the outcome.
type fakeEmulator struct {
	t      *testing.T
	url    string
	ledger *ledger.Ledger

	mu         sync.Mutex
	objects    map[string][]byte // by "bucket/key"
	types      map[string]string
	executions map[string]map[string]any // by ARN: the response of DescribeExecution
	order      []string
	histories  map[string]string // by ARN: the events as JSON
	uploads    int
}

func startFakeEmulator(t *testing.T) *fakeEmulator {
	t.Helper()

	l := &fakeEmulator{
		t: t, objects: map[string][]byte{}, types: map[string]string{},
		executions: map[string]map[string]any{}, histories: map[string]string{},
	}

	db, err := bbolt.Open(filepath.Join(t.TempDir(), "state.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() })

	tables, err := dynamodb.New(dynamodb.Config{DB: db, Account: account, Region: region, Tables: []dynamodb.Table{{
		Name:      "triptych-ledger",
		KeySchema: dynamodb.KeySchema{PartitionKey: text("key"), SortKey: text("version")},
		Indexes: []dynamodb.Index{{
			Name: ledger.ByStatus, KeySchema: dynamodb.KeySchema{PartitionKey: text(ledger.StatusShard), SortKey: text("updatedAt")},
		}},
	}}})
	if err != nil {
		t.Fatal(err)
	}

	parameters, err := ssm.New(ssm.Config{DB: db, Account: account, Region: region})
	if err != nil {
		t.Fatal(err)
	}

	described, err := json.Marshal(config.Stack{
		Stack: "triptych", Region: region, UploadsBucket: "triptych-uploads", VariantsBucket: "triptych-variants",
		LedgerTable: "triptych-ledger", PipelineARN: machine, CDN: "https://cdn.example",
	})
	if err != nil {
		t.Fatal(err)
	}

	if err := parameters.Put(config.ParameterName("triptych"), string(described)); err != nil {
		t.Fatal(err)
	}

	workflow := &awsapi.Service{Name: "Step Functions", ContentType: "application/x-amz-json-1.0", Operations: l.operations()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch service, _, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); service {
		case "DynamoDB_20120810":
			tables.ServeHTTP(w, r)
		case "AmazonSSM":
			parameters.ServeHTTP(w, r)
		case "AWSStepFunctions":
			workflow.ServeHTTP(w, r)
		default:
			l.serveObjects(w, r)
		}
	}))
	t.Cleanup(server.Close)

	l.url = server.URL
	l.ledger = ledger.New(aws.Config{
		Region: region, BaseEndpoint: aws.String(l.url), Logger: logging.Nop{},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}, "triptych-ledger", time.Now)

	t.Setenv("AWS_ENDPOINT_URL", l.url)

	return l
}

func text(name string) dynamodb.Key { return dynamodb.Key{Name: name, Type: attribute.KindString} }

// run runs a command line against the fake emulator.
func (l *fakeEmulator) run(args ...string) (int, string, string) {
	return run(l.t.Context(), append(args, "--local")...)
}

func run(ctx context.Context, args ...string) (int, string, string) {
	var out, errs bytes.Buffer

	code := command.Run(ctx, args, command.Environment{Out: &out, Err: &errs, Version: "v1.2.3", Commit: "0123456789ab"})

	return code, out.String(), errs.String()
}

func (l *fakeEmulator) serveObjects(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	_, key, _ := strings.Cut(name, "/")

	switch r.Method {
	case http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			l.t.Error(err)
		}

		sum := md5.Sum(body)

		l.mu.Lock()
		l.uploads++
		upload := contract.Upload{
			Key: key, VersionID: fmt.Sprintf("version-%d", l.uploads), ETag: hex.EncodeToString(sum[:]),
			Bytes: int64(len(body)), Sequencer: contract.PadSequencer(fmt.Sprintf("%X", l.uploads)),
		}
		l.objects[name], l.types[name] = body, r.Header.Get("Content-Type")
		l.mu.Unlock()

		l.pipeline(upload, string(body))

		w.Header().Set("ETag", `"`+upload.ETag+`"`)
		w.Header().Set("X-Amz-Version-Id", upload.VersionID)
	default:
		l.mu.Lock()
		body, found := l.objects[name]
		l.mu.Unlock()

		if !found {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>`)

			return
		}

		_, _ = w.Write(body)
	}
}

// pipeline gives an upload the outcome that the first word of its body selects.
func (l *fakeEmulator) pipeline(upload contract.Upload, body string) {
	var (
		ctx     = context.Background()
		name    = "run-of-" + upload.VersionID
		arn     = base + name
		version = fmt.Sprintf("%012s", strings.TrimPrefix(upload.VersionID, "version-"))
		plan    = contract.Plan{Upload: upload, Version: version, Image: contract.Image{Format: "jpeg", Width: 400, Height: 300}}
		word, _ = strings.CutSuffix(body, "\n")
		err     error
	)

	claim := func() {
		if err = l.ledger.Claim(ctx, upload, version, arn, ""); err != nil {
			l.t.Error(err)
		}
	}

	switch word {
	case "ignore":
	case "stick":
		claim()
	case "reject":
		_, err = l.ledger.Reject(ctx, upload, version, arn, errorcode.New(errorcode.NotAnImage, ""))
	case "supersede":
		err = l.ledger.Supersede(ctx, upload, version, arn)
	case "fail":
		claim()
		l.failed(upload, arn, name)
	case "crash": // before the claim
		l.failed(upload, arn, name)
	default:
		claim()

		err = l.ledger.Complete(ctx, ledger.Outcome{Plan: plan, Variants: []ledger.Variant{
			{Name: "thumbnail", URL: "https://cdn.example/" + upload.Key + "/-/" + version + "/thumbnail.jpg", Width: 160, Height: 160, Bytes: 5210, ContentType: "image/jpeg"},
			{Name: "large", URL: "https://cdn.example/" + upload.Key + "/-/" + version + "/large.jpg", Width: 400, Height: 300, Bytes: 41_234, ContentType: "image/jpeg"},
		}})
	}

	if err != nil {
		l.t.Error(err)
	}
}

func (l *fakeEmulator) failed(upload contract.Upload, arn, name string) {
	var event struct {
		Detail contract.Event `json:"detail"`
	}

	event.Detail.Object.Key, event.Detail.Object.VersionID = upload.Key, upload.VersionID

	input, err := json.Marshal(event)
	if err != nil {
		l.t.Error(err)
	}

	l.execution(arn, map[string]any{
		"executionArn": arn, "stateMachineArn": machine, "name": name, "status": "FAILED",
		"startDate": time.Now().Unix(), "stopDate": time.Now().Unix() + 2, "input": string(input),
		"error": "Lambda.Unknown", "cause": `{"errorMessage":"out of memory","errorType":"x"}`,
	})
}

func (l *fakeEmulator) execution(arn string, described map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.executions[arn] = described
	l.order = append([]string{arn}, l.order...)
}

func (l *fakeEmulator) operations() map[string]awsapi.Operation {
	type asked struct {
		ExecutionArn, StatusFilter string
	}

	return map[string]awsapi.Operation{
		"DescribeExecution": awsapi.Op(func(_ context.Context, in asked) (any, error) {
			l.mu.Lock()
			defer l.mu.Unlock()

			if found, ok := l.executions[in.ExecutionArn]; ok {
				return found, nil
			}

			if strings.HasPrefix(in.ExecutionArn, base+"run-of-") {
				return map[string]any{"executionArn": in.ExecutionArn, "status": "SUCCEEDED", "startDate": time.Now().Unix()}, nil
			}

			return nil, awsapi.Errorf("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", in.ExecutionArn)
		}),
		"ListExecutions": awsapi.Op(func(_ context.Context, in asked) (any, error) {
			l.mu.Lock()
			defer l.mu.Unlock()

			found := []any{}

			for _, arn := range l.order {
				if in.StatusFilter == "" || l.executions[arn]["status"] == in.StatusFilter {
					found = append(found, l.executions[arn])
				}
			}

			return map[string]any{"executions": found}, nil
		}),
		"GetExecutionHistory": awsapi.Op(func(_ context.Context, in asked) (any, error) {
			l.mu.Lock()
			defer l.mu.Unlock()

			return map[string]any{"events": json.RawMessage(l.histories[in.ExecutionArn])}, nil
		}),
	}
}
