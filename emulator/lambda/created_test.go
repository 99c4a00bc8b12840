package lambda_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	"go.etcd.io/bbolt"

	"triptych/emulator/lambda"
)

const lambdaRole = "arn:aws:iam::000000000000:role/made"

// packed returns a zip with an executable named bootstrap, and with other files.
func packed(t *testing.T, executable string, others ...string) []byte {
	t.Helper()

	program, err := os.ReadFile(executable)
	if err != nil {
		t.Fatal(err)
	}

	var out bytes.Buffer

	archive := zip.NewWriter(&out)

	add := func(name string, content []byte) {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(0o755)

		file, err := archive.CreateHeader(header)
		if err == nil {
			_, err = file.Write(content)
		}

		if err != nil {
			t.Fatal(err)
		}
	}

	add("bootstrap", program)

	for _, name := range others {
		add(name, []byte("x"))
	}

	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}

	return out.Bytes()
}

// creating returns the configuration of a service in which clients create functions.
func creating(t *testing.T, dir string) lambda.Config {
	t.Helper()

	db, err := bbolt.Open(filepath.Join(dir, "db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() }) // The temporary folder is removed anyway.

	return lambda.Config{Creation: lambda.Creation{
		DB: db, Dir: filepath.Join(dir, "code"),
		Assumable: func(role string) error {
			if role != lambdaRole {
				return errors.New("no such role")
			}

			return nil
		},
		Environment: func(role string) map[string]string { return map[string]string{"AWS_PROFILE": "of " + role} },
	}}
}

func creation(code []byte, change func(*sdk.CreateFunctionInput)) *sdk.CreateFunctionInput {
	in := &sdk.CreateFunctionInput{
		FunctionName: aws.String("made"), Role: aws.String(lambdaRole), Runtime: types.RuntimeProvidedal2023, Handler: aws.String("bootstrap"),
		Code: &types.FunctionCode{ZipFile: code}, MemorySize: aws.Int32(512), Timeout: aws.Int32(30), Publish: true,
		Environment: &types.Environment{Variables: map[string]string{"AWS_LAMBDA_LOG_FORMAT_OF_MINE": "v"}}, Tags: map[string]string{"k": "v"},
	}
	if change != nil {
		change(in)
	}

	return in
}

// TestCreateFunction_runs creates a function from a zip, publishes and invokes it, changes its
// code and its settings, and deletes it, with AWS's own client.
func TestCreateFunction_runs(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	config := creating(t, dir)
	service := start(t, config)
	c := client(t, service)
	name := aws.String("made")

	made, err := c.CreateFunction(t.Context(), creation(packed(t, probes.first, "data/file"), nil))
	if err != nil || *made.Version != "1" || made.State != types.StateActive || made.LastUpdateStatus != types.LastUpdateStatusSuccessful {
		t.Fatalf("%+v, %v", made, err)
	}

	if _, err := c.CreateAlias(t.Context(), &sdk.CreateAliasInput{FunctionName: name, Name: aws.String("live"), FunctionVersion: aws.String("1")}); err != nil {
		t.Fatal(err)
	}

	if got := call(t, service, "made:live", `{"do":"context"}`); got.Build != "first" || got.Env["AWS_LAMBDA_FUNCTION_NAME"] != "made" || got.Env["AWS_PROFILE"] != "of "+lambdaRole {
		t.Errorf("the alias answers %+v", got)
	}

	// New code is in $LATEST only, until the alias points to a new version.
	updated, err := c.UpdateFunctionCode(t.Context(), &sdk.UpdateFunctionCodeInput{FunctionName: name, ZipFile: packed(t, probes.second), Publish: true})
	if err != nil || *updated.Version != "2" || *updated.CodeSha256 == *made.CodeSha256 {
		t.Fatalf("%+v, %v", updated, err)
	}

	if live, latest := call(t, service, "made:live", `{}`).Build, call(t, service, "made", `{}`).Build; live != "first" || latest != "second" {
		t.Errorf("the alias runs %s, $LATEST runs %s", live, latest)
	}

	if _, err := c.UpdateAlias(t.Context(), &sdk.UpdateAliasInput{FunctionName: name, Name: aws.String("live"), FunctionVersion: aws.String("2")}); err != nil {
		t.Fatal(err)
	}

	if live := call(t, service, "made:live", `{}`).Build; live != "second" {
		t.Errorf("the changed alias runs %s", live)
	}

	again, err := c.PublishVersion(t.Context(), &sdk.PublishVersionInput{FunctionName: name})
	if err != nil || *again.Version != "2" {
		t.Errorf("nothing has changed, and a publication returns %+v, %v", again, err)
	}

	settings, err := c.UpdateFunctionConfiguration(t.Context(), &sdk.UpdateFunctionConfigurationInput{FunctionName: name, MemorySize: aws.Int32(256)})
	if err != nil || *settings.MemorySize != 256 || *settings.Timeout != 30 {
		t.Errorf("%+v, %v", settings, err)
	}

	if got := call(t, service, "made", `{"do":"context"}`).Env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]; got != "256" {
		t.Errorf("the function has %s MB", got)
	}

	// Another service on the same data has the function, too.
	if err := service.Close(); err != nil {
		t.Fatal(err)
	}

	service = start(t, config)
	c = client(t, service)

	if got := call(t, service, "made:2", `{}`).Build; got != "second" {
		t.Errorf("after a restart, the function runs %s", got)
	}

	if _, err := c.DeleteFunction(t.Context(), &sdk.DeleteFunctionInput{FunctionName: name, Qualifier: aws.String("2")}); code(err) != "ResourceConflictException" {
		t.Errorf("a version with an alias: %v", err)
	}

	if _, err := c.DeleteFunction(t.Context(), &sdk.DeleteFunctionInput{FunctionName: name}); err != nil {
		t.Error(err)
	}

	if _, err := c.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: name}); code(err) != "ResourceNotFoundException" {
		t.Errorf("a deleted function: %v", err)
	}

	if left, err := os.ReadDir(config.Creation.Dir); err != nil || len(left) != 0 {
		t.Errorf("code is left: %v, %v", left, err)
	}
}

func code(err error) string {
	if failure, ok := errors.AsType[smithy.APIError](err); ok {
		return failure.ErrorCode()
	}

	return ""
}

// TestCreateFunction_refusals has requests that Lambda rejects.
func TestCreateFunction_refusals(t *testing.T) {
	t.Parallel()

	config := creating(t, t.TempDir())
	config.Functions = []lambda.Function{{Name: "own", Executable: probes.first}}
	c := client(t, start(t, config))
	zipped := packed(t, probes.first)

	if _, err := c.CreateFunction(t.Context(), creation(zipped, nil)); err != nil {
		t.Fatal(err)
	}

	for name, one := range map[string]struct {
		change func(*sdk.CreateFunctionInput)
		want   string
	}{
		"a name that exists":     {func(*sdk.CreateFunctionInput) {}, "ResourceConflictException"},
		"a name of the stack":    {func(in *sdk.CreateFunctionInput) { in.FunctionName = aws.String("own") }, "ResourceConflictException"},
		"a role that is missing": {func(in *sdk.CreateFunctionInput) { in.Role = aws.String(lambdaRole + "2") }, "InvalidParameterValueException"},
		"another runtime":        {func(in *sdk.CreateFunctionInput) { in.Runtime = types.RuntimePython313 }, "InvalidParameterValueException"},
		"a variable of Lambda's": {func(in *sdk.CreateFunctionInput) { in.Environment.Variables["AWS_REGION"] = "x" }, "InvalidParameterValueException"},
		"too much memory":        {func(in *sdk.CreateFunctionInput) { in.MemorySize = aws.Int32(20000) }, "ValidationException"},
		"too much time":          {func(in *sdk.CreateFunctionInput) { in.Timeout = aws.Int32(901) }, "ValidationException"},
		"not a zip":              {func(in *sdk.CreateFunctionInput) { in.Code.ZipFile = []byte("x") }, "InvalidParameterValueException"},
		"a path out of the zip":  {func(in *sdk.CreateFunctionInput) { in.Code.ZipFile = packed(t, probes.first, "../evil") }, "InvalidParameterValueException"},
		"a file given twice":     {func(in *sdk.CreateFunctionInput) { in.Code.ZipFile = packed(t, probes.first, "bootstrap") }, "InvalidParameterValueException"},
		"layers": {func(in *sdk.CreateFunctionInput) {
			in.Layers = []string{"arn:aws:lambda:us-east-1:000000000000:layer:l:1"}
		}, "InvalidParameterValueException"},
		"an object that is not there": {func(in *sdk.CreateFunctionInput) {
			in.Code = &types.FunctionCode{S3Bucket: aws.String("b"), S3Key: aws.String("k")}
		}, "InvalidParameterValueException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := c.CreateFunction(t.Context(), creation(zipped, func(in *sdk.CreateFunctionInput) {
				in.FunctionName = aws.String("other")
				if one.want == "ResourceConflictException" {
					in.FunctionName = aws.String("made")
				}

				one.change(in)
			}))
			if code(err) != one.want {
				t.Errorf("got %v, want %s", err, one.want)
			}
		})
	}

	if _, err := c.DeleteFunction(t.Context(), &sdk.DeleteFunctionInput{FunctionName: aws.String("own")}); code(err) != "ResourceConflictException" {
		t.Errorf("the function of the stack: %v", err)
	}
}

// TestFunction_settings changes the concurrency, the policy, the tags and the asynchronous
// invocations of a function.
func TestFunction_settings(t *testing.T) {
	t.Parallel()

	service := start(t, creating(t, t.TempDir()))
	c := client(t, service)
	name := aws.String("made")

	made, err := c.CreateFunction(t.Context(), creation(packed(t, probes.first), nil))
	if err != nil {
		t.Fatal(err)
	}

	if _, err := c.PutFunctionConcurrency(t.Context(), &sdk.PutFunctionConcurrencyInput{FunctionName: name, ReservedConcurrentExecutions: aws.Int32(901)}); code(err) != "InvalidParameterValueException" {
		t.Errorf("too much is reserved: %v", err)
	}

	if _, err := c.PutFunctionConcurrency(t.Context(), &sdk.PutFunctionConcurrencyInput{FunctionName: name, ReservedConcurrentExecutions: aws.Int32(0)}); err != nil {
		t.Fatal(err)
	}

	if _, err := service.Invoke(t.Context(), "made", nil); err == nil {
		t.Error("a function without concurrency runs")
	}

	if _, err := c.DeleteFunctionConcurrency(t.Context(), &sdk.DeleteFunctionConcurrencyInput{FunctionName: name}); err != nil {
		t.Fatal(err)
	}

	call(t, service, "made", `{}`)

	permission := &sdk.AddPermissionInput{
		FunctionName: name, StatementId: aws.String("from-a-rule"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("events.amazonaws.com"),
		SourceArn: aws.String("arn:aws:events:us-east-1:000000000000:rule/r"),
	}
	if _, err := c.AddPermission(t.Context(), permission); err != nil {
		t.Fatal(err)
	}

	if _, err := c.AddPermission(t.Context(), permission); code(err) != "ResourceConflictException" {
		t.Errorf("the same statement again: %v", err)
	}

	policy, err := c.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: name})
	if want := `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"from-a-rule","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},` +
		`"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:000000000000:function:made",` +
		`"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:000000000000:rule/r"}}}]}`; err != nil || *policy.Policy != want {
		t.Errorf("%+v, %v", policy, err)
	}

	if _, err := c.RemovePermission(t.Context(), &sdk.RemovePermissionInput{FunctionName: name, StatementId: aws.String("from-a-rule")}); err != nil {
		t.Error(err)
	}

	if _, err := c.TagResource(t.Context(), &sdk.TagResourceInput{Resource: aws.String("arn:aws:lambda:us-east-1:000000000000:function:made"), Tags: map[string]string{"a": "b"}}); err != nil {
		t.Error(err)
	}

	if _, err := c.UntagResource(t.Context(), &sdk.UntagResourceInput{Resource: aws.String("arn:aws:lambda:us-east-1:000000000000:function:made"), TagKeys: []string{"k"}}); err != nil {
		t.Error(err)
	}

	function, err := c.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: name})
	if err != nil || len(function.Tags) != 1 || function.Tags["a"] != "b" || *function.Configuration.CodeSha256 != *made.CodeSha256 {
		t.Errorf("%+v, %v", function, err)
	}

	if _, err := c.PutFunctionEventInvokeConfig(t.Context(), &sdk.PutFunctionEventInvokeConfigInput{FunctionName: name, MaximumRetryAttempts: aws.Int32(0)}); err != nil {
		t.Error(err)
	}

	if _, err := c.UpdateFunctionEventInvokeConfig(t.Context(), &sdk.UpdateFunctionEventInvokeConfigInput{FunctionName: name, MaximumEventAgeInSeconds: aws.Int32(60)}); err != nil {
		t.Error(err)
	}

	async, err := c.GetFunctionEventInvokeConfig(t.Context(), &sdk.GetFunctionEventInvokeConfigInput{FunctionName: name})
	if err != nil || *async.MaximumRetryAttempts != 0 || *async.MaximumEventAgeInSeconds != 60 || time.Since(*async.LastModified) > time.Hour {
		t.Errorf("%+v, %v", async, err)
	}

	list, err := c.ListFunctionEventInvokeConfigs(t.Context(), &sdk.ListFunctionEventInvokeConfigsInput{FunctionName: name})
	if err != nil || len(list.FunctionEventInvokeConfigs) != 1 {
		t.Errorf("%+v, %v", list, err)
	}

	if _, err := c.DeleteFunctionEventInvokeConfig(t.Context(), &sdk.DeleteFunctionEventInvokeConfigInput{FunctionName: name}); err != nil {
		t.Error(err)
	}

	if signing, err := c.GetFunctionCodeSigningConfig(t.Context(), &sdk.GetFunctionCodeSigningConfigInput{FunctionName: name}); err != nil || *signing.CodeSigningConfigArn != "" {
		t.Errorf("%+v, %v", signing, err)
	}

	if _, err := c.DeleteAlias(context.Background(), &sdk.DeleteAliasInput{FunctionName: name, Name: aws.String("none")}); err != nil {
		t.Error(err)
	}
}
