package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"triptych/cli/internal/display"
	"triptych/cli/internal/target"
	"triptych/cli/internal/transfer"
	"triptych/shared/keys"
	"triptych/shared/recipe"
)

// upload receives one file as the body, and streams it to the uploads bucket without
// storing it. Its outcome is sent later, as an event of the gallery with the id that the
// page chose.
func (c *Console) upload(w http.ResponseWriter, r *http.Request) error {
	key, id := r.URL.Query().Get("key"), r.URL.Query().Get("id")

	if err := keys.Validate(key); err != nil {
		return answerUpload(w, http.StatusUnprocessableEntity, transfer.Refused(err))
	}

	limit := c.limits.bytes(r.Context())

	switch {
	case r.ContentLength < 0:
		return &statusError{http.StatusLengthRequired, "The upload has no length", "Send it with a Content-Length."}
	case r.ContentLength > limit:
		return answerUpload(w, http.StatusRequestEntityTooLarge, transfer.Result{
			Status: "REJECTED", Code: "TOO_MANY_BYTES", Variants: []transfer.Variant{},
			Reason: fmt.Sprintf("it has %s; the recipe allows %s", display.Bytes(r.ContentLength), display.Bytes(limit)),
		})
	}

	begun := c.now()

	out, err := c.stack.S3.PutObject(r.Context(), &s3.PutObjectInput{
		Bucket: &c.stack.Stack.UploadsBucket, Key: &key,
		Body: http.MaxBytesReader(w, r.Body, limit), ContentLength: &r.ContentLength,
		ContentType: aws.String(contentType(r)),
	}, streamed)
	if err != nil {
		return fmt.Errorf("upload %s: %w", key, err)
	}

	sent := transfer.Upload{
		Key: key, VersionID: aws.ToString(out.VersionId), ETag: strings.Trim(aws.ToString(out.ETag), `"`), Begun: begun,
	}

	c.work.Go(func() {
		result := c.follower.Outcome(c.background, sent)
		result.Key = key
		c.outcomes.send(uploadOutcome{ID: id, Result: result})
	})

	return answerUpload(w, http.StatusOK, transfer.Result{Key: key, Status: transfer.Uploaded, Variants: []transfer.Variant{}})
}

// streamed signs a body that can be read only once, also over plain HTTP: its hash is
// unknown before it is sent.
func streamed(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
	o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	o.RetryMaxAttempts = 1 // The body cannot be read again; the page retries.
}

// contentType returns the type for S3. The pipeline checks the bytes.
func contentType(r *http.Request) string {
	if kind := r.Header.Get("Content-Type"); strings.HasPrefix(kind, "image/") {
		return kind
	}

	return "application/octet-stream"
}

func answerUpload(w http.ResponseWriter, code int, result transfer.Result) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)

	if err := json.NewEncoder(w).Encode(result); err != nil {
		return nil //nolint:nilerr // The client has disconnected.
	}

	return nil
}

// uploadOutcome is an event `upload`.
type uploadOutcome struct {
	transfer.Result

	ID string `json:"id"` // chosen by the page
}

// outcomes sends the outcomes of uploads to the pages.
type outcomes struct {
	mu        sync.Mutex
	recent    []uploadOutcome // for pages that were disconnected for a moment
	listeners map[chan uploadOutcome]struct{}
}

// mostRecent is the maximum number of outcomes that are kept.
const mostRecent = 500

func newOutcomes() *outcomes { return &outcomes{listeners: map[chan uploadOutcome]struct{}{}} }

func (o *outcomes) send(one uploadOutcome) {
	o.mu.Lock()
	defer o.mu.Unlock()

	o.recent = append(o.recent, one)
	o.recent = o.recent[max(0, len(o.recent)-mostRecent):]

	for listener := range o.listeners {
		select {
		case listener <- one:
		default: // The page will reconnect.
		}
	}
}

// listen returns the known outcomes, and those that follow.
func (o *outcomes) listen() (told <-chan uploadOutcome, forget func()) {
	o.mu.Lock()
	defer o.mu.Unlock()

	listener := make(chan uploadOutcome, 2*mostRecent)
	for _, one := range o.recent {
		listener <- one
	}

	o.listeners[listener] = struct{}{}

	return listener, func() {
		o.mu.Lock()
		defer o.mu.Unlock()

		delete(o.listeners, listener)
	}
}

// uploadLimit is the maximum size of an upload in bytes. It is the limit of the recipe in
// the pipeline's definition.
type uploadLimit struct {
	stack *target.Target

	mu    sync.Mutex
	known int64
	asked time.Time
}

const (
	// askLimit is the maximum age of the limit.
	askLimit = time.Minute
	// largestPut is S3's limit for one PUT (Amazon S3 User Guide, "Uploading objects": 5
	// GB).
	largestPut = 5 << 30
)

func (u *uploadLimit) bytes(ctx context.Context) int64 {
	u.mu.Lock()
	defer u.mu.Unlock()

	if u.known > 0 && time.Since(u.asked) < askLimit {
		return u.known
	}

	u.known, u.asked = largestPut, time.Now()

	out, err := u.stack.SFN.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &u.stack.Stack.PipelineARN})
	if err != nil {
		return u.known // S3's own limit applies; the pipeline rejects files over the recipe's limit.
	}

	if found, ok := recipeOf(aws.ToString(out.Definition)); ok {
		u.known = min(largestPut, found.Limits.MaxBytes)
	}

	return u.known
}

// recipeOf reads the recipe that a definition passes to its first function.
func recipeOf(definition string) (recipe.Recipe, bool) {
	var machine struct {
		StartAt string
		States  map[string]struct {
			Arguments struct {
				Payload struct {
					Recipe string `json:"recipe"`
				}
			}
		}
	}

	// A state whose Arguments have another form is not the first function.
	_ = json.Unmarshal([]byte(definition), &machine)

	found, err := recipe.Parse([]byte(machine.States[machine.StartAt].Arguments.Payload.Recipe))

	return found, err == nil
}
