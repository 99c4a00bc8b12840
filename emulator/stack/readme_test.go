package stack

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"triptych/emulator/gateway"
)

// readme is the emulator's documentation.
const readme = "../README.md"

var update = flag.Bool("update", false, "write the tables into "+readme)

// The tests of the README's tables run one after the other, because each can write the file.

// TestREADME_operations compares the table of operations in the README with the
// operations of the running services.
func TestREADME_operations(t *testing.T) {
	running, err := Start(t.Context(), Config{Data: t.TempDir(), FunctionsDir: functionsDir(t), AWSAddr: "127.0.0.1:0", CDNAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}

	defer func() {
		if err := running.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}()

	want := "| S3 | " + strings.Join(gateway.OperationNames(), ", ") + " |\n"

	titles := []struct{ service, title string }{
		{"dynamodb", "DynamoDB"},
		{"sqs", "SQS"},
		{"sns", "SNS"},
		{"events", "EventBridge"},
		{"states", "Step Functions"},
		{"lambda", "Lambda"},
		{"ssm", "SSM"},
		{"cloudfront", "CloudFront"},
		{"logs", "CloudWatch Logs"},
		{"monitoring", "CloudWatch"},
		{"iam", "IAM"},
		{"sts", "STS"},
	}

	if len(titles) != len(running.services) {
		t.Errorf("the gateway has %d services besides S3, the table %d", len(running.services), len(titles))
	}

	for _, one := range titles {
		service, lists := running.services[one.service].(interface{ OperationNames() []string })
		if !lists {
			t.Fatalf("%s has no list of its operations", one.service)
		}

		want += fmt.Sprintf("| %s | %s |\n", one.title, strings.Join(service.OperationNames(), ", "))
	}

	compareTable(t, "| service | operations |\n|---|---|\n", want)
}

// compareTable compares a table of the README with the wanted rows, or writes it.
func compareTable(t *testing.T, head, want string) {
	t.Helper()

	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}

	before, after, found := strings.Cut(string(text), head)
	rows, after, ended := strings.Cut(after, "\n\n")

	if !found || !ended {
		t.Fatalf("%s has no table that begins with\n%s", readme, head)
	}

	if *update {
		if err := os.WriteFile(readme, []byte(before+head+want+"\n"+after), 0o600); err != nil {
			t.Fatal(err)
		}

		return
	}

	if rows+"\n" != want {
		t.Errorf("%s has\n%s\nwant\n%s(go test ./emulator/stack -run README -update writes it)", readme, rows, want)
	}
}
