package sqs_test

import (
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"go.etcd.io/bbolt"

	"triptych/emulator/sqs"
)

// clock is a clock that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func open(t *testing.T, path string) *bbolt.DB {
	t.Helper()

	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() }) // Some tests have already closed it.

	return db
}

// serve returns the service, AWS's own client for it, and the URL of the queue "q".
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
