package objectstore_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore"
)

// TestOpen_without_the_bus checks that the store does not open while the bus is
// not available, because the order of events would be lost.
func TestOpen_without_the_bus(t *testing.T) {
	l := newFixture(t)
	l.setRefuse(errors.New("the bus is away"))

	_, err := l.client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(uploads), Key: aws.String("k"), Body: strings.NewReader("x"),
	})
	if got := code(err); got != "InternalError" {
		t.Errorf("put: %s", got)
	}

	l.stop()

	_, err = objectstore.Open(objectstore.Config{
		Dir: filepath.Join(l.dir, "s3"), DB: l.db, Principals: &iam.Directory{}, Notify: l.notify,
		Buckets: []objectstore.Bucket{{Name: uploads, Versioned: true, Notify: true}},
	})
	if err == nil || !strings.Contains(err.Error(), "the bus is away") {
		t.Fatalf("open: %v", err)
	}

	l.setRefuse(nil)
	l.start() // It can be opened again.

	if events := l.taken(); len(events) != 1 {
		t.Errorf("events %+v", events)
	}
}

func TestOneStoreAtATime(t *testing.T) {
	l := newFixture(t)

	_, err := objectstore.Open(objectstore.Config{Dir: filepath.Join(l.dir, "other"), Principals: &iam.Directory{}})
	if err == nil || !strings.Contains(err.Error(), "one at a time") {
		t.Errorf("second store: %v", err)
	}
}

func TestConfig_all_problems(t *testing.T) {
	_, err := objectstore.Open(objectstore.Config{Buckets: []objectstore.Bucket{{Name: "b", Notify: true}}})
	for _, want := range []string{"Dir", "Principals", "bucket b notifies"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}
