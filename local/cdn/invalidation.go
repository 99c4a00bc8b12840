package cdn

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"triptych/statemachine/asl"
)

// CreateInvalidation is the Resource by which a state machine calls
// [Distribution.CreateInvalidation].
const CreateInvalidation = "arn:aws:states:::aws-sdk:cloudfront:createInvalidation"

// What an invalidation may ask for (Amazon CloudFront Developer Guide,
// "Quotas": invalidation, and "Specifying the files to invalidate").
const (
	maxPaths     = 3000
	maxPathBytes = 4000
)

// invalidationsBucket holds every invalidation, by its caller's reference.
var invalidationsBucket = []byte("cloudfront.invalidations")

// Distribution is the CDN's control plane, as far as it is asked to forget. Since
// nothing is kept here, an invalidation is complete at once; it is checked and
// remembered as CloudFront does.
type Distribution struct {
	db  *bbolt.DB
	id  string
	now func() time.Time
}

// NewDistribution is the distribution of this id, with its invalidations in db.
func NewDistribution(db *bbolt.DB, id string, now func() time.Time) (*Distribution, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(invalidationsBucket)

		return err //nolint:wrapcheck // Wrapped below.
	})
	if err != nil {
		return nil, fmt.Errorf("open the invalidations: %w", err)
	}

	return &Distribution{db: db, id: id, now: now}, nil
}

// InvalidationBatch is what to forget.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationBatch.html
type InvalidationBatch struct {
	CallerReference string `json:"CallerReference"`
	Paths           Paths  `json:"Paths"`
}

// Paths are CloudFront's way to write a list.
type Paths struct {
	Quantity int      `json:"Quantity"`
	Items    []string `json:"Items"`
}

// Invalidation is one that was accepted.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Invalidation.html
type Invalidation struct {
	ID                string            `json:"Id"`
	Status            string            `json:"Status"`
	CreateTime        time.Time         `json:"CreateTime"`
	InvalidationBatch InvalidationBatch `json:"InvalidationBatch"`
}

type createInvalidationInput struct {
	DistributionID    string            `json:"DistributionId"`
	InvalidationBatch InvalidationBatch `json:"InvalidationBatch"`
}

type createInvalidationOutput struct {
	Invalidation Invalidation `json:"Invalidation"`
	Location     string       `json:"Location"`
}

// CreateInvalidation answers the API's action of this name in the form of Step
// Functions' SDK integration: arguments and result are JSON, and an error is an
// [*asl.TaskError] by the name that Retry and Catch see. The same reference and
// the same paths are the same invalidation, however often they are sent.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
func (d *Distribution) CreateInvalidation(_ context.Context, arguments json.RawMessage) (json.RawMessage, error) {
	var in createInvalidationInput

	decoder := json.NewDecoder(bytes.NewReader(arguments))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(&in); err != nil {
		return nil, failure("States.Runtime", "The Arguments are not those of createInvalidation: %v", err)
	}

	if in.DistributionID != d.id {
		return nil, failure("CloudFront.NoSuchDistributionException", "The specified distribution does not exist. (Service: CloudFront, Status Code: 404)")
	}

	if err := in.InvalidationBatch.check(); err != nil {
		return nil, err
	}

	made, err := d.remember(in.InvalidationBatch)
	if err != nil {
		return nil, err
	}

	output, err := json.Marshal(createInvalidationOutput{
		Invalidation: made,
		Location:     "https://cloudfront.amazonaws.com/2020-05-31/distribution/" + d.id + "/invalidation/" + made.ID,
	})
	if err != nil {
		return nil, fmt.Errorf("render the invalidation: %w", err)
	}

	return output, nil
}

// Invalidations are all that were accepted, in the order of their references.
func (d *Distribution) Invalidations() ([]Invalidation, error) {
	var all []Invalidation

	err := d.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(invalidationsBucket).ForEach(func(_, stored []byte) error {
			var one Invalidation
			if err := json.Unmarshal(stored, &one); err != nil {
				return fmt.Errorf("read an invalidation: %w", err)
			}

			all = append(all, one)

			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list the invalidations: %w", err)
	}

	return all, nil
}

func (d *Distribution) remember(batch InvalidationBatch) (Invalidation, error) {
	var made Invalidation

	err := d.db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(invalidationsBucket)

		if stored := bucket.Get([]byte(batch.CallerReference)); stored != nil {
			if err := json.Unmarshal(stored, &made); err != nil {
				return fmt.Errorf("read an invalidation: %w", err)
			}

			if !slices.Equal(made.InvalidationBatch.Paths.Items, batch.Paths.Items) {
				return failure("CloudFront.CloudFrontException",
					"An invalidation batch with this caller reference exists, with other paths. (Service: CloudFront, Status Code: 400, InvalidationBatchAlreadyExists)")
			}

			return nil
		}

		made = Invalidation{ID: "I" + rand.Text()[:13], Status: "Completed", CreateTime: d.now().UTC(), InvalidationBatch: batch}

		text, err := json.Marshal(made)
		if err != nil {
			return fmt.Errorf("render the invalidation: %w", err)
		}

		return bucket.Put([]byte(batch.CallerReference), text)
	})

	return made, err //nolint:wrapcheck // Errors that AWS names stay bare, others have been wrapped.
}

func (b InvalidationBatch) check() error {
	switch {
	case b.CallerReference == "":
		return failure("CloudFront.InvalidArgumentException", "The caller reference is empty. (Service: CloudFront, Status Code: 400)")
	case b.Paths.Quantity != len(b.Paths.Items):
		return failure("CloudFront.InconsistentQuantitiesException",
			"The value of Quantity and the size of Items don't match. (Service: CloudFront, Status Code: 400)")
	case len(b.Paths.Items) == 0 || len(b.Paths.Items) > maxPaths:
		return failure("CloudFront.InvalidArgumentException",
			"A batch has 1 to %d paths. (Service: CloudFront, Status Code: 400)", maxPaths)
	}

	for _, path := range b.Paths.Items {
		if why := refusedPath(path); why != "" {
			return failure("CloudFront.InvalidArgumentException",
				"Your request contains one or more invalid invalidation paths: %q %s. (Service: CloudFront, Status Code: 400)", path, why)
		}
	}

	return nil
}

func failure(name, cause string, args ...any) error {
	return &asl.TaskError{Name: name, Cause: fmt.Sprintf(cause, args...)}
}
