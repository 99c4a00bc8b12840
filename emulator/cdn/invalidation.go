package cdn

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// Limits of one invalidation, and of all invalidations in progress (Amazon CloudFront
// Developer Guide, "Specify the files to invalidate" and "Concurrent invalidation request
// maximum").
const (
	maxPaths               = 3000
	maxPathBytes           = 4000
	maxFilesInProgress     = 3000
	maxWildcardsInProgress = 15
)

// Statuses of an invalidation.
const (
	inProgress = "InProgress"
	completed  = "Completed"
)

// InvalidationBatch has the paths to invalidate.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationBatch.html
type InvalidationBatch struct {
	CallerReference string `json:"CallerReference" xml:"CallerReference"`
	Paths           Paths  `json:"Paths"           xml:"Paths"`
}

// Paths is CloudFront's form of a list.
type Paths struct {
	Quantity int      `json:"Quantity" xml:"Quantity"`
	Items    []string `json:"Items"    xml:"Items>Path"`
}

// Invalidation is an accepted invalidation.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Invalidation.html
type Invalidation struct {
	ID                string            `json:"Id"                xml:"Id"`
	Status            string            `json:"Status"            xml:"Status"`
	CreateTime        time.Time         `json:"CreateTime"        xml:"CreateTime"`
	InvalidationBatch InvalidationBatch `json:"InvalidationBatch" xml:"InvalidationBatch"`
}

// Create accepts an invalidation. A repeated request with the same caller reference and
// the same paths returns the same invalidation. Errors have CloudFront's codes.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
func (d *Distribution) Create(_ context.Context, distribution string, batch InvalidationBatch) (Invalidation, error) {
	d, err := d.of(distribution)
	if err != nil {
		return Invalidation{}, err
	}

	if err := batch.check(); err != nil {
		return Invalidation{}, err
	}

	var made Invalidation

	err = d.db.Update(func(tx *bbolt.Tx) error {
		found, err := d.load(tx, batch.CallerReference, &made)

		switch {
		case err != nil:
			return err
		case found && !slices.Equal(made.InvalidationBatch.Paths.Items, batch.Paths.Items):
			return failure("InvalidationBatchAlreadyExists", http.StatusBadRequest, "An invalidation batch with this caller reference exists, with other paths.")
		case found:
			return nil
		}

		if err := d.admit(tx, batch); err != nil {
			return err
		}

		made = Invalidation{ID: "I" + rand.Text()[:13], CreateTime: d.now().UTC(), InvalidationBatch: batch}

		return d.store(tx, made)
	})
	if err != nil {
		return Invalidation{}, err
	}

	return d.dated(made), nil
}

// Get returns the invalidation with this id.
func (d *Distribution) Get(_ context.Context, distribution, id string) (Invalidation, error) {
	d, err := d.of(distribution)
	if err != nil {
		return Invalidation{}, err
	}

	var found Invalidation

	err = d.db.View(func(tx *bbolt.Tx) error {
		reference := d.bucket(tx, idsBucket).Get([]byte(id))

		if known, err := d.load(tx, string(reference), &found); err != nil || known {
			return err
		}

		return failure("NoSuchInvalidation", http.StatusNotFound, "The specified invalidation does not exist.")
	})

	return d.dated(found), err
}

// Invalidations returns all accepted invalidations, the newest first.
func (d *Distribution) Invalidations() ([]Invalidation, error) {
	var all []Invalidation

	err := d.db.View(func(tx *bbolt.Tx) error {
		return d.bucket(tx, invalidationsBucket).ForEach(func(_, stored []byte) error {
			var one Invalidation
			if err := json.Unmarshal(stored, &one); err != nil {
				return fmt.Errorf("read an invalidation: %w", err)
			}

			all = append(all, d.dated(one))

			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list the invalidations: %w", err)
	}

	slices.SortStableFunc(all, func(a, b Invalidation) int { return b.CreateTime.Compare(a.CreateTime) })

	return all, nil
}

// dated returns an invalidation with its current status.
func (d *Distribution) dated(one Invalidation) Invalidation {
	one.Status = completed
	if d.now().Before(one.CreateTime.Add(d.time)) {
		one.Status = inProgress
	}

	return one
}

func (d *Distribution) load(tx *bbolt.Tx, reference string, into *Invalidation) (bool, error) {
	stored := d.bucket(tx, invalidationsBucket).Get([]byte(reference))
	if stored == nil {
		return false, nil
	}

	if err := json.Unmarshal(stored, into); err != nil {
		return false, fmt.Errorf("read an invalidation: %w", err)
	}

	return true, nil
}

func (d *Distribution) store(tx *bbolt.Tx, made Invalidation) error {
	text, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("render the invalidation: %w", err)
	}

	reference := []byte(made.InvalidationBatch.CallerReference)

	if err := errors.Join(d.bucket(tx, invalidationsBucket).Put(reference, text), d.bucket(tx, idsBucket).Put([]byte(made.ID), reference)); err != nil {
		return fmt.Errorf("write the invalidation: %w", err)
	}

	return nil
}

func (b InvalidationBatch) check() error {
	switch {
	case b.CallerReference == "":
		return failure("InvalidArgument", http.StatusBadRequest, "The caller reference is empty.")
	case b.Paths.Quantity != len(b.Paths.Items):
		return failure("InconsistentQuantities", http.StatusBadRequest, "The value of Quantity and the size of Items don't match.")
	case len(b.Paths.Items) == 0:
		return failure("InvalidArgument", http.StatusBadRequest, "A batch has at least one path.")
	case len(b.Paths.Items) > maxPaths:
		return failure("BatchTooLarge", http.StatusRequestEntityTooLarge, "Invalidation batch specified is too large: %d paths, of at most %d.", len(b.Paths.Items), maxPaths)
	}

	for _, path := range b.Paths.Items {
		if why := refusedPath(path); why != "" {
			return failure("InvalidArgument", http.StatusBadRequest, "Your request contains one or more invalid invalidation paths: %q %s.", path, why)
		}
	}

	return nil
}

func failure(code string, status int, message string, args ...any) error {
	return &awsapi.Error{Code: code, Message: fmt.Sprintf(message, args...), Status: status}
}
