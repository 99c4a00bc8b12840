package objectstore_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestReadsWhileAKeyIsWritten checks that a read of a version returns the size, the ETag
// and the bytes of that version while the key is written, and that a read of the newest
// version returns one complete version.
func TestReadsWhileAKeyIsWritten(t *testing.T) {
	const (
		writes  = 150
		readers = 4
	)

	for _, bucket := range []string{uploads, variants} {
		t.Run(bucket, func(t *testing.T) {
			l := newFixture(t)

			type version struct{ id, etag, body string }

			var (
				mu      sync.Mutex
				written []version
				work    sync.WaitGroup
			)

			write := func(i int) {
				body := strings.Repeat(fmt.Sprintf("%04d", i), 1+(i*37)%500)
				out := l.put(bucket, "k", body)

				mu.Lock()
				defer mu.Unlock()

				written = append(written, version{aws.ToString(out.VersionId), aws.ToString(out.ETag), body})
			}
			write(0)

			done := make(chan struct{})

			for reader := range readers {
				work.Go(func() {
					random := rand.New(rand.NewPCG(1, uint64(reader)))

					for {
						select {
						case <-done:
							return
						default:
						}

						mu.Lock()
						one := written[max(0, len(written)-1-random.IntN(3))]
						mu.Unlock()

						in := &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("k")}
						if one.id != "" {
							in.VersionId = &one.id
						}

						out, err := l.client.GetObject(t.Context(), in)
						if err != nil {
							t.Error(err)

							return
						}

						body, err := io.ReadAll(out.Body)
						if err != nil || int64(len(body)) != aws.ToInt64(out.ContentLength) {
							t.Errorf("read %d of %d bytes: %v", len(body), aws.ToInt64(out.ContentLength), err)
						}

						if one.id != "" && (string(body) != one.body || aws.ToString(out.ETag) != one.etag) {
							t.Errorf("version %s has %.12q… and %s, want %.12q… and %s",
								one.id, body, aws.ToString(out.ETag), one.body, one.etag)
						}

						if len(body) < 4 || strings.Repeat(string(body[:4]), len(body)/4) != string(body) {
							t.Errorf("mixed: %.40q…", body)
						}
					}
				})
			}

			for i := 1; i < writes; i++ {
				write(i)
			}

			close(done)
			work.Wait()
		})
	}
}
