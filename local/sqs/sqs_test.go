package sqs_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"triptych/local/sqs"
)

// clock is set by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func open(t *testing.T, path string) *bbolt.DB {
	t.Helper()

	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() }) // Some tests have closed it.

	return db
}

// serve gives the service, AWS's own client for it, and the URL of the queue "q".
func serve(t *testing.T, config sqs.Config) (*sqs.Service, *client.Client, *string) {
	t.Helper()

	if config.DB == nil {
		config.DB = open(t, filepath.Join(t.TempDir(), "db"))
	}

	config.Region, config.Account, config.URL = "us-east-1", "000000000000", "http://127.0.0.1:4566/"
	config.Queues = []sqs.Queue{{Name: "q"}, {Name: "other", Visibility: time.Minute}}

	service, err := sqs.New(config)
	if err != nil {
		t.Fatal(err)
	}

	server := httptest.NewServer(service)
	t.Cleanup(server.Close)

	c := client.New(client.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})

	found, err := c.GetQueueUrl(t.Context(), &client.GetQueueUrlInput{QueueName: aws.String("q")})
	if err != nil {
		t.Fatal(err)
	}

	if want := "http://127.0.0.1:4566/000000000000/q"; aws.ToString(found.QueueUrl) != want {
		t.Errorf("the URL is %s, want %s", aws.ToString(found.QueueUrl), want)
	}

	return service, c, found.QueueUrl
}

func send(t *testing.T, c *client.Client, url *string, body string) {
	t.Helper()

	if _, err := c.SendMessage(t.Context(), &client.SendMessageInput{QueueUrl: url, MessageBody: &body}); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, c *client.Client, url *string, most int32) []types.Message {
	t.Helper()

	out, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{
		QueueUrl: url, MaxNumberOfMessages: most, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}

	return out.Messages
}

func bodies(messages []types.Message) []string {
	found := []string{}
	for _, m := range messages {
		found = append(found, aws.ToString(m.Body))
	}

	return found
}

// TestMessageComesBackUntilItIsDeleted: the client checks the digest of every body.
func TestMessageComesBackUntilItIsDeleted(t *testing.T) {
	t.Parallel()

	at := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	_, c, url := serve(t, sqs.Config{Now: at.now})

	for _, body := range []string{"first ü", "second", "third"} {
		send(t, c, url, body)
	}

	got := receive(t, c, url, 2)
	if diff := cmp.Diff([]string{"first ü", "second"}, bodies(got)); diff != "" {
		t.Fatal(diff)
	}

	if diff := cmp.Diff([]string{"third"}, bodies(receive(t, c, url, 10))); diff != "" {
		t.Fatal(diff)
	}

	if again := receive(t, c, url, 10); len(again) != 0 {
		t.Errorf("hidden messages were received: %v", bodies(again))
	}

	if _, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: got[1].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}

	at.at = at.at.Add(30 * time.Second)
	again := receive(t, c, url, 10)

	if diff := cmp.Diff([]string{"first ü", "third"}, bodies(again)); diff != "" {
		t.Fatal(diff)
	}

	if count := again[0].Attributes["ApproximateReceiveCount"]; count != "2" {
		t.Errorf("the receive count is %s, want 2", count)
	}

	if first := again[0].Attributes["ApproximateFirstReceiveTimestamp"]; first != "1793491200000" {
		t.Errorf("first received at %s", first)
	}

	// The receipt of the first delivery deletes nothing that was delivered again.
	if _, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: got[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}

	attributes, err := c.GetQueueAttributes(t.Context(), &client.GetQueueAttributesInput{
		QueueUrl: url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}

	for name, want := range map[string]string{
		"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "2",
		"MessageRetentionPeriod": "1209600", "VisibilityTimeout": "30",
	} {
		if attributes.Attributes[name] != want {
			t.Errorf("%s is %s, want %s", name, attributes.Attributes[name], want)
		}
	}
}

func TestVisibilityIsChanged(t *testing.T) {
	t.Parallel()

	at := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	_, c, url := serve(t, sqs.Config{Now: at.now})
	send(t, c, url, "one")

	got := receive(t, c, url, 1)
	change := func(receipt *string, seconds int32) error {
		_, err := c.ChangeMessageVisibility(t.Context(), &client.ChangeMessageVisibilityInput{
			QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: seconds,
		})

		return err
	}

	if err := change(got[0].ReceiptHandle, 300); err != nil {
		t.Fatal(err)
	}

	at.at = at.at.Add(299 * time.Second)

	if early := receive(t, c, url, 1); len(early) != 0 {
		t.Error("it was visible too early")
	}

	if err := change(got[0].ReceiptHandle, 0); err != nil {
		t.Fatal(err)
	}

	var idle *types.MessageNotInflight
	if err := change(got[0].ReceiptHandle, 10); !errors.As(err, &idle) {
		t.Errorf("%v, want MessageNotInflight", err)
	}

	if len(receive(t, c, url, 1)) != 1 {
		t.Error("it is still hidden")
	}
}

func TestAttributesHaveTheirDigest(t *testing.T) {
	t.Parallel()

	service, c, url := serve(t, sqs.Config{})

	sent, err := c.SendMessage(t.Context(), &client.SendMessageInput{
		QueueUrl: url, MessageBody: aws.String("b"), MessageAttributes: map[string]types.MessageAttributeValue{
			"test": {DataType: aws.String("String"), StringValue: aws.String("hello")},
			"bin":  {DataType: aws.String("Binary"), BinaryValue: []byte{1, 2}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	got := receive(t, c, url, 1)
	if len(got) != 1 || aws.ToString(got[0].MD5OfMessageAttributes) != aws.ToString(sent.MD5OfMessageAttributes) {
		t.Fatalf("sent with the digest %s, received %+v", aws.ToString(sent.MD5OfMessageAttributes), got)
	}

	if diff := cmp.Diff([]byte{1, 2}, got[0].MessageAttributes["bin"].BinaryValue); diff != "" {
		t.Error(diff)
	}

	if err := service.Send(t.Context(), "arn:aws:sqs:us-east-1:000000000000:q", "from inside", map[string]string{"RULE_ARN": "r"}); err != nil {
		t.Fatal(err)
	}

	if got := receive(t, c, url, 1); len(got) != 1 || aws.ToString(got[0].MessageAttributes["RULE_ARN"].StringValue) != "r" {
		t.Errorf("got %+v", got)
	}
}

// TestLongPolling: a message that comes while somebody waits is received at once,
// and one that is hidden when its time has come.
func TestLongPolling(t *testing.T) {
	t.Parallel()

	_, c, url := serve(t, sqs.Config{})
	wait := func(hide int32) (int, time.Duration) {
		began := time.Now()

		out, err := c.ReceiveMessage(t.Context(), &client.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20, VisibilityTimeout: hide})
		if err != nil {
			t.Fatal(err)
		}

		return len(out.Messages), time.Since(began)
	}

	time.AfterFunc(50*time.Millisecond, func() {
		_, _ = c.SendMessage(context.Background(), &client.SendMessageInput{QueueUrl: url, MessageBody: aws.String("late")})
	})

	if n, took := wait(1); n != 1 || took > 5*time.Second {
		t.Errorf("%d messages after %v", n, took)
	}

	if n, took := wait(30); n != 1 || took < 500*time.Millisecond || took > 5*time.Second {
		t.Errorf("hidden for a second: %d messages after %v", n, took)
	}
}

func TestQueueOutlivesTheProcess(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "db")
	at := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	db := open(t, path)
	_, c, url := serve(t, sqs.Config{DB: db, Now: at.now})

	send(t, c, url, "hidden")
	receive(t, c, url, 1)
	send(t, c, url, "visible")

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	_, c, url = serve(t, sqs.Config{DB: open(t, path), Now: at.now})

	if diff := cmp.Diff([]string{"visible"}, bodies(receive(t, c, url, 10))); diff != "" {
		t.Error(diff)
	}

	at.at = at.at.Add(14*24*time.Hour - time.Second)

	if got := receive(t, c, url, 10); len(got) != 2 {
		t.Errorf("a second before the 14 days: %v", bodies(got))
	}

	at.at = at.at.Add(2 * time.Minute)

	if got := receive(t, c, url, 10); len(got) != 0 {
		t.Errorf("after the 14 days: %v", bodies(got))
	}
}

// A queue from which nobody receives does not keep for ever what nobody can receive.
func TestExpiredMessagesGoAtTheStart(t *testing.T) {
	t.Parallel()

	db := open(t, filepath.Join(t.TempDir(), "db"))
	at := &clock{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	_, c, url := serve(t, sqs.Config{DB: db, Now: at.now})

	send(t, c, url, "old")

	at.at = at.at.Add(7 * 24 * time.Hour)

	send(t, c, url, "recent")

	at.at = at.at.Add(8 * 24 * time.Hour)
	serve(t, sqs.Config{DB: db, Now: at.now})

	err := db.View(func(tx *bbolt.Tx) error {
		if left := tx.Bucket([]byte("sqs.messages.q")).Stats().KeyN; left != 1 {
			t.Errorf("%d messages are kept, want 1", left)
		}

		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPurgeAndList(t *testing.T) {
	t.Parallel()

	_, c, url := serve(t, sqs.Config{})
	send(t, c, url, "one")

	if _, err := c.PurgeQueue(t.Context(), &client.PurgeQueueInput{QueueUrl: url}); err != nil {
		t.Fatal(err)
	}

	if got := receive(t, c, url, 1); len(got) != 0 {
		t.Error("something is left")
	}

	var found []string

	pages := client.NewListQueuesPaginator(c, &client.ListQueuesInput{MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		found = append(found, page.QueueUrls...)
	}

	if diff := cmp.Diff([]string{"http://127.0.0.1:4566/000000000000/other", *url}, found); diff != "" {
		t.Error(diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()

	_, c, url := serve(t, sqs.Config{})
	large := strings.Repeat("x", sqs.MaxMessageBytes)
	sendOf := func(in client.SendMessageInput) error {
		if in.QueueUrl == nil {
			in.QueueUrl = url
		}

		_, err := c.SendMessage(t.Context(), &in)

		return err
	}

	if err := sendOf(client.SendMessageInput{MessageBody: &large}); err != nil {
		t.Errorf("the largest message: %v", err)
	}

	receiveOf := func(in client.ReceiveMessageInput) error {
		in.QueueUrl = url
		_, err := c.ReceiveMessage(t.Context(), &in)

		return err
	}

	deleteOf := func(receipt string) error {
		_, err := c.DeleteMessage(t.Context(), &client.DeleteMessageInput{QueueUrl: url, ReceiptHandle: &receipt})

		return err
	}

	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"no such queue":       {sendOf(client.SendMessageInput{QueueUrl: aws.String("http://x/000000000000/none"), MessageBody: aws.String("b")}), "QueueDoesNotExist"},
		"another's queue":     {sendOf(client.SendMessageInput{QueueUrl: aws.String("http://x/111111111111/q"), MessageBody: aws.String("b")}), "QueueDoesNotExist"},
		"an empty body":       {sendOf(client.SendMessageInput{MessageBody: aws.String("")}), "MissingParameter"},
		"a control character": {sendOf(client.SendMessageInput{MessageBody: aws.String("\x01")}), "InvalidMessageContents"},
		"too long":            {sendOf(client.SendMessageInput{MessageBody: aws.String(large + "x")}), "InvalidParameterValue"},
		"too long a delay":    {sendOf(client.SendMessageInput{MessageBody: aws.String("b"), DelaySeconds: 901}), "InvalidParameterValue"},
		"a type":              {sendOf(client.SendMessageInput{MessageBody: aws.String("b"), MessageAttributes: map[string]types.MessageAttributeValue{"a": {DataType: aws.String("Date"), StringValue: aws.String("x")}}}), "InvalidParameterValue"},
		"eleven":              {receiveOf(client.ReceiveMessageInput{MaxNumberOfMessages: 11}), "InvalidParameterValue"},
		"too long a wait":     {receiveOf(client.ReceiveMessageInput{WaitTimeSeconds: 21}), "InvalidParameterValue"},
		"no receipt":          {deleteOf("abc"), "ReceiptHandleIsInvalid"},
	} {
		var failure smithy.APIError
		if !errors.As(test.err, &failure) || failure.ErrorCode() != test.want {
			t.Errorf("%s: %v, want %s", name, test.err, test.want)
		}
	}
}

func TestConfigProblems(t *testing.T) {
	t.Parallel()

	db := open(t, filepath.Join(t.TempDir(), "db"))

	for name, queues := range map[string][]sqs.Queue{
		"a name twice": {{Name: "a"}, {Name: "a"}}, "a bad name": {{Name: "a b"}}, "too long": {{Name: "a", Retention: 15 * 24 * time.Hour}},
	} {
		if _, err := sqs.New(sqs.Config{DB: db, Region: "r", Account: "1", URL: "http://x", Queues: queues}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
