package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"

	"triptych/emulator/objectstore/link"
	"triptych/emulator/objectstore/s3event"
)

// clockSlack is how much earlier than the write a file's time may be: the kernel stamps
// files with a clock that ticks every 1 to 10 ms.
const clockSlack = 20 * time.Millisecond

// notifier turns writes into events, each delivered at least once.
type notifier struct {
	backend  backend.Backend
	parent   *link.Client // It has the outbox, and delivers.
	locks    keyLocks
	notifies atomic.Pointer[map[string]bool] // By bucket.
	account  string
	// hasOutbox says that the parent has an outbox of intents.
	hasOutbox bool
	// life ends with the server. Delivery depends on the server and not on the request,
	// which a client may abandon.
	life context.Context //nolint:containedctx // See above.
}

func newNotifier(life context.Context, files backend.Backend, settings link.Settings, parent *link.Client) *notifier {
	a := &notifier{backend: files, parent: parent, account: settings.Account, hasOutbox: settings.Outbox, life: life}

	var buckets []string

	for _, bucket := range settings.Buckets {
		if bucket.Notify {
			buckets = append(buckets, bucket.Name)
		}
	}

	a.setNotifying(buckets)

	return a
}

func (a *notifier) setNotifying(buckets []string) {
	notifies := map[string]bool{}
	for _, bucket := range buckets {
		notifies[bucket] = true
	}

	a.notifies.Store(&notifies)
}

// follow applies the changes of the buckets that notify, until the parent ends.
func (a *notifier) follow() {
	var generation uint64

	for a.life.Err() == nil {
		now, err := a.parent.AwaitNotifying(generation)
		if err != nil {
			return
		}

		a.setNotifying(now.Buckets)
		generation = now.Generation
	}
}

// subject is an object as its event describes it.
type subject struct {
	versionID    string
	etag         string
	size         *int64
	deletionType string
}

// write runs do, which carries the intent out, and publishes the event of the subject
// that do returns; a nil subject means that nothing has changed. A key has one writer at a
// time: of two deletions at once, the server would report the slower one as failed. If the event could not
// be delivered, the caller of S3 gets an error although the write is done. The write was
// not accepted, and a later start still publishes the event.
func (a *notifier) write(ctx context.Context, i *link.Intent, do func() (*subject, error)) error {
	defer a.locks.lock(i.Bucket, i.Key)()

	if !(*a.notifies.Load())[i.Bucket] {
		_, err := do()

		return err
	}

	i.RequestID = requestID(ctx)

	if err := a.parent.Begin(i); err != nil {
		return a.internal(err)
	}

	done, err := do()
	if err != nil {
		// It may have failed after the write, for example because of the tags.
		if reconcileErr := a.reconcile(i); reconcileErr != nil {
			a.parent.Log(link.Message{
				Text: "an event is not delivered; the next start delivers it", Key: i.Key, Error: reconcileErr.Error(),
			})
		}

		return err
	}

	if done == nil {
		err = a.parent.Clear(i)
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
	if !a.hasOutbox {
		return nil
	}

	intents, err := a.parent.Open()
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
func (a *notifier) reconcile(i *link.Intent) error {
	found, err := a.outcome(i)
	if err != nil {
		return err
	}

	if found == nil {
		return a.parent.Clear(i)
	}

	return a.publish(i, found)
}

// publish delivers the event and clears the intent.
func (a *notifier) publish(i *link.Intent, s *subject) error {
	detailType := s3event.DetailCreated
	if i.Deletion {
		detailType = s3event.DetailDeleted
	}

	event := s3event.Event{
		Source:     "aws.s3",
		DetailType: detailType,
		Time:       i.Time.UTC(),
		Resources:  []string{"arn:aws:s3:::" + i.Bucket},
		Detail: s3event.Detail{
			Version: "0",
			Bucket:  s3event.BucketDetail{Name: i.Bucket},
			Object: s3event.ObjectDetail{
				Key: i.Key, Size: s.size, ETag: s.etag, VersionID: s.versionID, Sequencer: s3event.SequencerText(i.Sequencer),
			},
			RequestID:       i.RequestID,
			Requester:       a.account,
			SourceIPAddress: "127.0.0.1", // The emulator listens on no other address.
			Reason:          i.Reason,
			DeletionType:    s.deletionType,
		},
	}

	if err := a.parent.Publish(i, event); err != nil {
		return fmt.Errorf("publish the event of %s: %w", i.Key, err)
	}

	return nil
}

func (a *notifier) internal(err error) error {
	a.parent.Log(link.Message{Text: "deliver the event of a write", Error: err.Error()})

	return s3err.APIError{
		Code:           "InternalError",
		Description:    "We encountered an internal error. Please try again. (The event could not be handed over.)",
		HTTPStatusCode: http.StatusInternalServerError,
	}
}

// outcome returns the object that the intent left in the store; nil means that the intent
// was not carried out.
func (a *notifier) outcome(i *link.Intent) (*subject, error) {
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
		return nil, fmt.Errorf("publish the event of %s: %w", i.Key, err)
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
func (a *notifier) deletion(i *link.Intent) (*subject, error) {
	gone := &subject{versionID: i.VersionID, deletionType: s3event.DeletionPermanent}
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
			return &subject{versionID: realVersion(marker.VersionId), deletionType: s3event.DeletionMarker}, nil
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
