package sqs_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"triptych/emulator/sqs"
)

func TestQueue_reopened(t *testing.T) {
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

// TestNew_removes_expired_messages checks that a queue without receivers does not keep
// expired messages forever.
func TestNew_removes_expired_messages(t *testing.T) {
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
