package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/e2e/foreign"
)

// answering is one of the compared AWS emulators, with the names of its stack.
type answering struct {
	*target

	name string
}

// script is a sequence of calls of one service. Each call is recorded under a name.
type script struct {
	name string
	run  func(r *recorder)
}

// recorder makes a script's calls to one emulator and keeps the answers.
type recorder struct {
	*answering

	t       *testing.T
	ctx     context.Context
	names   []string
	answers map[string]string
}

// record keeps an answer: the code and HTTP status of an error, or the result of the
// call.
func record[T any](r *recorder, name string, answer T, err error) T {
	r.t.Helper()

	if _, twice := r.answers[name]; twice {
		r.t.Fatalf("two calls are named %q", name)
	}

	r.names = append(r.names, name)
	r.answers[name] = plain(r.t, answer, err)

	return answer
}

// plain returns an answer without the parts that differ from call to call by design.
func plain(t *testing.T, answer any, err error) string {
	t.Helper()

	if err != nil {
		status := 0

		if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
			status = response.HTTPStatusCode()
		}

		return fmt.Sprintf("%d %s", status, codeOf(err))
	}

	text, err := json.Marshal(fields(answer))
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

// fields converts an output of the SDK into a tree without empty members. Values that
// every server generates are replaced by their kind.
func fields(answer any) any {
	if out, ok := answer.(*s3.GetObjectOutput); ok && out != nil {
		return readObject(out)
	}

	return tree(answer)
}

// tree converts a value into its JSON form, pruned.
func tree(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}

	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return err.Error()
	}

	return prune("", tree)
}

// readObject returns an object's headers and its body.
func readObject(out *s3.GetObjectOutput) any {
	body, err := io.ReadAll(out.Body)
	out.Body.Close()

	headers := *out
	headers.Body = nil

	object, _ := tree(headers).(map[string]any) // An output is always a JSON object.
	if object == nil {
		object = map[string]any{}
	}

	object["Body"] = string(body)
	if err != nil {
		object["BodyError"] = err.Error()
	}

	return object
}

// made matches the members whose values a server generates.
var made = regexp.MustCompile(`^(VersionId|UploadId|CopySourceVersionId|LastModified|Initiated|MessageId|ReceiptHandle|QueueUrl|NextContinuationToken|NextToken|` +
	`SenderId|SentTimestamp|ApproximateFirstReceiveTimestamp|CreatedTimestamp|LastModifiedTimestamp|CreationDateTime|TableArn|TableId|IndexArn|ID)$`)

// unclaimed matches the members that this comparison ignores: identifiers of requests;
// checksums, which depend on the version of the SDK; the capacity, which moto reports
// without a request for it; and the display name of the owner, which S3 no longer
// reports.
var unclaimed = regexp.MustCompile(`^(ResultMetadata|RequestCharged|Checksum.*|ServerSideEncryption|Location|SSEKMS.*|BucketKeyEnabled|ConsumedCapacity|DisplayName)$`)

func prune(name string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}

		for member, inner := range v {
			if unclaimed.MatchString(member) {
				continue
			}

			if pruned := prune(member, inner); pruned != nil {
				kept[member] = pruned
			}
		}

		if len(kept) == 0 {
			return nil
		}

		return kept
	case []any:
		kept := make([]any, 0, len(v))
		for _, inner := range v {
			kept = append(kept, prune(name, inner))
		}

		if len(kept) == 0 {
			return nil
		}

		return kept
	case string:
		if v == "" {
			return nil
		}

		if made.MatchString(name) {
			return "(" + name + ")"
		}

		return v
	case float64:
		if made.MatchString(name) {
			return "(" + name + ")"
		}

		return v
	case nil:
		return nil
	default:
		return v
	}
}

// TestForeignAnswers makes the same calls to Triptych's emulator, to MiniStack and to
// moto. Each difference must be in a list, with the AWS page that decides it.
func TestForeignAnswers(t *testing.T) {
	onForeign(t)

	here, err := startEmulator(binary, filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := here.stop(); err != nil {
			t.Error(err)
		}
	})

	emulators := []*answering{{here.target, "here"}, {under, "ministack"}, {onMoto(t), "moto"}}

	for _, s := range slices.Concat(s3Scripts(), dynamodbScripts(), sqsScripts()) {
		t.Run(s.name, func(t *testing.T) {
			recorded := make([]*recorder, len(emulators))
			for i, one := range emulators {
				recorded[i] = &recorder{answering: one, t: t, ctx: t.Context(), answers: map[string]string{}}
				s.run(recorded[i])
			}

			for _, other := range recorded[1:] {
				compareAnswers(t, s.name, recorded[0], other)
			}
		})
	}
}

// compareAnswers reports the differences that are not in the list, and the entries of the
// list that no longer differ.
func compareAnswers(t *testing.T, script string, here, other *recorder) {
	t.Helper()

	for _, call := range here.names {
		id := other.name + " " + script + "/" + call
		reason, listed := differences[id]
		same := here.answers[call] == other.answers[call]

		switch {
		case same && listed:
			t.Errorf("%s: the answers are the same now; remove the entry from the list", id)
		case !same && !listed:
			t.Errorf("%q: \"\",\n\t here %s\n\tthere %s", id, here.answers[call], other.answers[call])
		case !same && !strings.Contains(reason, "("):
			t.Errorf("%s: the reason %q names no page of AWS in parentheses", id, reason)
		}
	}
}

// onMoto starts moto with the stack's buckets, ledger and queues.
func onMoto(t *testing.T) *target {
	t.Helper()

	deployment, err := foreign.Read(os.Getenv("TRIPTYCH_DEPLOYMENT"))
	if err != nil {
		t.Fatal(err)
	}

	moto, err := foreign.StartMoto(t.Context(), os.Getenv("E2E_FOREIGN"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(moto.Stop)

	if err := foreign.DeployStorage(t.Context(), deployment, moto.Endpoint); err != nil {
		t.Fatalf("%v; moto's log:\n%s", err, moto.Log())
	}

	found := targetAt(binary, moto.Endpoint)
	found.Stack = under.Stack
	// The queues of moto have the same names, at its own address.
	found.Stack.FailedExecutionsQueueURL = strings.Replace(under.Stack.FailedExecutionsQueueURL, under.Endpoint, moto.Endpoint, 1)

	return found
}
