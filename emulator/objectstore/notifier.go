package objectstore

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// clockSlack is how much earlier than the write a file's time may be: the kernel stamps
// files with a clock that ticks every 1 to 10 ms.
const clockSlack = 20 * time.Millisecond

// notifier turns writes into events, each delivered at least once.
type notifier struct {
	backend  backend.Backend
	outbox   *outbox
	locks    keyLocks
	notify   func(context.Context, Event) error
	notifies map[string]bool // By bucket.
	account  string
	region   string
	log      *slog.Logger
	// life ends with the store. Delivery depends on the store and not on the request,
	// which a client may abandon.
	life context.Context //nolint:containedctx // See above.
}

// subject is an object as its event describes it.
type subject struct {
	versionID    string
	etag         string
	size         *int64
	deletionType string
}

// write runs do, which carries the intent out, and publishes the event of the subject
// that do returns; a nil subject means that nothing has changed. If the event could not
// be delivered, the caller of S3 gets an error although the write is done. The write was
// not accepted, and a later start still publishes the event.
func (a *notifier) write(ctx context.Context, i *intent, do func() (*subject, error)) error {
	if !a.notifies[i.Bucket] {
		_, err := do()

		return err
	}

	defer a.locks.lock(i.Bucket, i.Key)()

	i.RequestID = requestID(ctx)

	if err := a.outbox.begin(i); err != nil {
		return a.internal(err)
	}

	done, err := do()
	if err != nil {
		// It may have failed after the write, for example because of the tags.
		if reconcileErr := a.reconcile(i); reconcileErr != nil {
			a.log.Error("an event is not delivered; the next start delivers it", "key", i.Key, "error", reconcileErr)
		}

		return err
	}

	if done == nil {
		err = a.outbox.clear(i)
	} else {
		err = a.publish(i, done)
	}

	if err != nil {
		return a.internal(err)
	}

	return nil
}

// reconcileAll reconciles the intents that a killed process has left.
func (a *notifier) reconcileAll() error {
	intents, err := a.outbox.open()
	if err != nil {
		return err
	}

	var problems []error

	for _, i := range intents {
		if err := a.reconcile(i); err != nil {
			problems = append(problems, err)
		}
	}

	return errors.Join(problems...)
}

// reconcile finds out whether the intent was carried out, and publishes its event if so.
func (a *notifier) reconcile(i *intent) error {
	found, err := a.outcome(i)
	if err != nil {
		return err
	}

	if found == nil {
		return a.outbox.clear(i)
	}

	return a.publish(i, found)
}

// publish delivers the event and clears the intent.
func (a *notifier) publish(i *intent, s *subject) error {
	detailType := DetailCreated
	if i.Deletion {
		detailType = DetailDeleted
	}

	event := Event{
		Source:     "aws.s3",
		DetailType: detailType,
		Time:       i.Time.UTC(),
		Resources:  []string{"arn:aws:s3:::" + i.Bucket},
		Detail: Detail{
			Version: "0",
			Bucket:  BucketDetail{Name: i.Bucket},
			Object: ObjectDetail{
				Key: i.Key, Size: s.size, ETag: s.etag, VersionID: s.versionID, Sequencer: sequencerText(i.Sequencer),
			},
			RequestID:       i.RequestID,
			Requester:       a.account,
			SourceIPAddress: "127.0.0.1", // The emulator listens on no other address.
			Reason:          i.Reason,
			DeletionType:    s.deletionType,
		},
	}

	if err := a.notify(a.life, event); err != nil {
		return &publishError{key: i.Key, cause: err}
	}

	return a.outbox.clear(i)
}

type publishError struct {
	key   string
	cause error
}

func (e *publishError) Error() string {
	return "publish the event of " + e.key + ": " + e.cause.Error()
}
func (e *publishError) Unwrap() error { return e.cause }

func (a *notifier) internal(err error) error {
	a.log.Error("deliver the event of a write", "error", err)

	return s3err.APIError{
		Code:           "InternalError",
		Description:    "We encountered an internal error. Please try again. (The event could not be handed over.)",
		HTTPStatusCode: http.StatusInternalServerError,
	}
}

// outcome returns the object that the intent left in the store; nil means that the intent
// was not carried out.
func (a *notifier) outcome(i *intent) (*subject, error) {
	input := &s3.HeadObjectInput{Bucket: &i.Bucket, Key: &i.Key}
	if i.VersionID != "" {
		input.VersionId = &i.VersionID
	}

	head, err := a.backend.HeadObject(a.life, input)

	switch {
	case i.Deletion && err == nil:
		return nil, nil //nolint:nilnil // The object is still there: nothing has happened.
	case i.Deletion && isMissing(err):
		return a.deletion(i)
	case err == nil && !olderThan(head, i.Time):
		return created(head), nil
	case err == nil || isMissing(err):
		return nil, nil //nolint:nilnil // The object there, or its absence, is not the intent's result.
	default:
		return nil, &publishError{key: i.Key, cause: err}
	}
}

func created(head *s3.HeadObjectOutput) *subject {
	return &subject{
		versionID: realVersion(head.VersionId),
		etag:      unquote(head.ETag),
		size:      head.ContentLength,
	}
}

// deletion describes the deletion of an object that no longer exists.
func (a *notifier) deletion(i *intent) (*subject, error) {
	gone := &subject{versionID: i.VersionID, deletionType: DeletionForGood}
	if i.VersionID != "" {
		return gone, nil
	}

	one := int32(1)

	list, err := a.backend.ListObjectVersions(a.life,
		&s3.ListObjectVersionsInput{Bucket: &i.Bucket, Prefix: &i.Key, MaxKeys: &one})
	if err != nil {
		// A bucket without versions has nothing to list.
		return gone, nil //nolint:nilerr // See above.
	}

	for _, marker := range list.DeleteMarkers {
		if marker.Key != nil && *marker.Key == i.Key && marker.IsLatest != nil && *marker.IsLatest {
			return &subject{versionID: realVersion(marker.VersionId), deletionType: DeletionMarker}, nil
		}
	}

	return gone, nil
}

// olderThan reports whether the object was written before the moment. In a versioned
// bucket the version id contains the time, in milliseconds.
func olderThan(head *s3.HeadObjectOutput, moment time.Time) bool {
	if written, ok := versionTime(realVersion(head.VersionId)); ok {
		return written.Before(moment.Truncate(time.Millisecond))
	}

	return head.LastModified == nil || head.LastModified.Before(moment.Add(-clockSlack))
}

// requestID is the request id that the server has put into its answer.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(string(utils.ContextKeyRequestID)).(string)

	return id
}

// isMissing reports whether err means that the object or version does not exist.
// MethodNotAllowed is S3's error for a version that is a delete marker.
func isMissing(err error) bool {
	var failure s3err.S3Error

	return errors.As(err, &failure) &&
		slices.Contains([]string{"NoSuchKey", "NoSuchVersion"}, failure.BaseError().Code)
}
