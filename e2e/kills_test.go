package e2e_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/e2e/fixture"
)

// TestTenKills kills the emulator ten times, at random moments, while 200 photos are
// uploaded and processed. Without any intervention, each upload in S3 must be READY in
// the end, with each variant once.
func TestTenKills(t *testing.T) {
	t.Parallel()

	const (
		kills    = 10
		pictures = 200
	)

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))
	stack := up.target // The target stays the same, because each emulator uses the ports of the one before.
	sent := make(chan struct{})

	go func() {
		defer close(sent)

		uploadThrough(t, stack, pictures)
	}()

	chance := random(t)

	for range kills {
		time.Sleep(time.Duration(chance.Int64N(int64(600 * time.Millisecond))))
		up.kill()
		up.revive(t)
	}

	<-sent

	for i := range pictures {
		key := killKey(i)
		awaitVersions(t, up.target, key, 1)

		newest := newestOriginal(t, up.target, key)
		if err := right(t, up.target, key, newest); err != nil {
			t.Errorf("%s: %v", key, err)
		}

		for _, one := range versionsOf(t, up.target, key) {
			if one.Status != "READY" && (one.Status != "SUPERSEDED" || one.SourceVersionID == newest) {
				t.Errorf("%s: %+v", key, one)
			}
		}
	}
}

func killKey(i int) string { return fmt.Sprintf("kills/%03d.jpg", i) }

// uploadThrough uploads photos, several in parallel. It retries each upload until S3
// answers, as clients do.
func uploadThrough(t *testing.T, against *target, pictures int) {
	t.Helper()

	const atOnce = 4

	var work sync.WaitGroup

	slots := make(chan struct{}, atOnce)

	for i := range pictures {
		slots <- struct{}{}

		work.Go(func() {
			defer func() { <-slots }()

			// With this pause, uploads are still in progress at the last kill.
			time.Sleep(120 * time.Millisecond)

			picture := fixture.JPEG(fixture.Quarters(300+i, 200, uint64(5000+i)))

			for begun := time.Now(); time.Since(begun) < processWithin; time.Sleep(20 * time.Millisecond) {
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				_, err := against.s3().PutObject(ctx, &s3.PutObjectInput{
					Bucket: &against.Stack.UploadsBucket, Key: aws.String(killKey(i)), Body: strings.NewReader(string(picture)),
				}, func(o *s3.Options) { o.RetryMaxAttempts = 1 })

				cancel()

				if err == nil {
					return
				}
			}

			t.Errorf("%s was never accepted", killKey(i))
		})
	}

	work.Wait()
}

// newestOriginal returns the version id of the latest original of a key.
func newestOriginal(t *testing.T, against *target, key string) string {
	t.Helper()

	head, err := against.s3().HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &against.Stack.UploadsBucket, Key: &key})
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}

	return aws.ToString(head.VersionId)
}
