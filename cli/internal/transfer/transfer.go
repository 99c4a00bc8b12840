package transfer

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/cli/internal/files"
	"triptych/cli/internal/target"
	"triptych/shared/keys"
)

// Transfer uploads files to one stack.
type Transfer struct {
	Target *target.Target
	// Concurrency is the number of files that are sent in parallel; at least 1. It does not
	// limit the number of uploads that are followed.
	Concurrency int
	// Wait follows each upload to its outcome, for Timeout at most.
	Wait    bool
	Timeout time.Duration

	// Sent is called when a file has been uploaded. Ended is called with the outcome of
	// each file, one call at a time. Sent may be nil.
	Sent  func()
	Ended func(Result)
}

// Run uploads all files. An error of one file is part of its result and does not stop the
// others. Run stops, and returns an error, only if ctx has ended.
func (t *Transfer) Run(ctx context.Context, all []files.File) error {
	var (
		followed = NewFollower(t.Target, t.Timeout)
		slots    = make(chan struct{}, max(1, t.Concurrency))
		ended    sync.Mutex
		work     sync.WaitGroup
	)

	end := func(file files.File, begun time.Time, result Result) {
		result.File, result.Key = file.Path, file.Key
		result.Millis = time.Since(begun).Milliseconds()

		ended.Lock()
		defer ended.Unlock()

		t.Ended(result)
	}

	for _, file := range all {
		if err := keys.Validate(file.Key); err != nil {
			end(file, time.Now(), Refused(err))

			continue
		}

		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
		}

		if ctx.Err() != nil {
			break
		}

		work.Go(func() {
			begun := time.Now()
			sent, err := t.send(ctx, file)

			<-slots

			switch {
			case ctx.Err() != nil:
			case err != nil:
				end(file, begun, failed(t.Target.Explain(err)))
			case !t.Wait:
				end(file, begun, Result{Status: Uploaded, Variants: []Variant{}})
			default:
				t.arrived()

				if result := followed.Outcome(ctx, sent); ctx.Err() == nil {
					end(file, begun, result)
				}
			}
		})
	}

	work.Wait()

	return ctx.Err()
}

func (t *Transfer) arrived() {
	if t.Sent != nil {
		t.Sent()
	}
}

// Upload is one uploaded version of an object.
type Upload struct {
	Key       string
	VersionID string // "" if the bucket has no versioning
	ETag      string // without quotes
	Begun     time.Time
}

// sniffBytes is the number of bytes that http.DetectContentType reads.
const sniffBytes = 512

func (t *Transfer) send(ctx context.Context, file files.File) (Upload, error) {
	begun := time.Now()

	source, err := os.Open(file.Path)
	if err != nil {
		return Upload{}, fmt.Errorf("open the file: %w", err)
	}
	defer source.Close()

	head := make([]byte, sniffBytes)

	count, err := source.ReadAt(head, 0)
	if err != nil && err != io.EOF { //nolint:errorlint // The documentation of ReadAt names io.EOF itself.
		return Upload{}, fmt.Errorf("read the file: %w", err)
	}

	// The content type is only for S3: the pipeline checks the bytes.
	out, err := t.Target.S3.PutObject(ctx, &s3.PutObjectInput{
		Bucket:      aws.String(t.Target.Stack.UploadsBucket),
		Key:         aws.String(file.Key),
		Body:        source,
		ContentType: aws.String(http.DetectContentType(head[:count])),
	})
	if err != nil {
		return Upload{}, fmt.Errorf("upload %s: %w", file.Path, err)
	}

	return Upload{
		Key: file.Key, VersionID: aws.ToString(out.VersionId), ETag: strings.Trim(aws.ToString(out.ETag), `"`), Begun: begun,
	}, nil
}
