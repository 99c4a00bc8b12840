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

// upload takes one file, as the body, and puts it into the uploads bucket as it
// comes: nothing of it is kept. Its outcome is told later, as an event of the
// gallery with the id that the page gave it.
func (c *Console) upload(w http.ResponseWriter, r *http.Request) error {
	key, id := r.URL.Query().Get("key"), r.URL.Query().Get("id")

	if err := keys.Validate(key); err != nil {
		return answerUpload(w, http.StatusUnprocessableEntity, transfer.Refused(err))
	}

	limit := c.limits.bytes(r.Context())

	switch {
	case r.ContentLength < 0:
		return &statusError{http.StatusLengthRequired, "The upload does not say how long it is", "Send it with a Content-Length."}
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
		c.outcomes.tell(uploadOutcome{ID: id, Result: result})
	})

	return answerUpload(w, http.StatusOK, transfer.Result{Key: key, Status: transfer.Uploaded, Variants: []transfer.Variant{}})
}

// streamed signs a body that can be read once only, over plain HTTP too: its hash
// cannot be known before it is sent.
func streamed(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
	o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	o.RetryMaxAttempts = 1 // What was read is gone; the page tries again.
}

// contentType is only told to S3: the pipeline looks at the bytes.
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
		return nil //nolint:nilerr // Whom it is for has gone.
	}

	return nil
}

// uploadOutcome is an event `upload`.
type uploadOutcome struct {
	transfer.Result

	ID string `json:"id"` // the page's own
}

// outcomes tells pages what became of their uploads.
type outcomes struct {
	mu        sync.Mutex
	recent    []uploadOutcome // for pages that were not listening for a moment
	listeners map[chan uploadOutcome]struct{}
}

// mostRecent is how many outcomes are kept.
const mostRecent = 500

func newOutcomes() *outcomes { return &outcomes{listeners: map[chan uploadOutcome]struct{}{}} }

func (o *outcomes) tell(one uploadOutcome) {
	o.mu.Lock()
	defer o.mu.Unlock()

	o.recent = append(o.recent, one)
	o.recent = o.recent[max(0, len(o.recent)-mostRecent):]

	for listener := range o.listeners {
		select {
		case listener <- one:
		default: // It will ask anew.
		}
	}
}

// listen tells what is known, and what comes.
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

// uploadLimit is how many bytes an upload may have: what the recipe allows, which
// the definition of the pipeline carries.
type uploadLimit struct {
	stack *target.Target

	mu    sync.Mutex
	known int64
	asked time.Time
}

const (
	// askLimit is how old the answer may be.
	askLimit = time.Minute
	// largestPut is S3's limit on one PUT
	// (Amazon S3 User Guide, "Uploading objects": 5 GB).
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
		return u.known // S3's own limit holds; the pipeline rejects what is over the recipe's.
	}

	if found, ok := recipeOf(aws.ToString(out.Definition)); ok {
		u.known = min(largestPut, found.Limits.MaxBytes)
	}

	return u.known
}

// recipeOf reads the recipe that a definition hands to its first function.
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

	// States whose Arguments have another form are not the one that is looked for.
	_ = json.Unmarshal([]byte(definition), &machine)

	found, err := recipe.Parse([]byte(machine.States[machine.StartAt].Arguments.Payload.Recipe))

	return found, err == nil
}
