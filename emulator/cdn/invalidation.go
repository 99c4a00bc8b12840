package cdn

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
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

// DefaultInvalidationTime is how long an invalidation is in progress if the configuration
// does not set a time. CloudFront does not promise a time; it needs seconds to minutes.
const DefaultInvalidationTime = 2 * time.Second

// Statuses of an invalidation.
const (
	inProgress = "InProgress"
	completed  = "Completed"
)

// Buckets of the database: each invalidation by its caller reference; the caller
// references by invalidation id; and the load of each invalidation in progress by its
// completion time and caller reference.
var (
	invalidationsBucket = []byte("cloudfront.invalidations")
	idsBucket           = []byte("cloudfront.invalidation-ids")
	progressBucket      = []byte("cloudfront.in-progress")
)

// Distribution is the part of the CDN's control plane that handles invalidations. The
// emulator's CDN does not cache, so an invalidation removes nothing. The invalidation is
// validated, limited, in progress for a time, and stored, as on CloudFront.
type Distribution struct {
	db   *bbolt.DB
	id   string
	now  func() time.Time
	time time.Duration
}

// NewDistribution returns the distribution with this id, whose invalidations are in db.
// Each invalidation is in progress for the duration takes; 0 means
// [DefaultInvalidationTime].
func NewDistribution(db *bbolt.DB, id string, now func() time.Time, takes time.Duration) (*Distribution, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{invalidationsBucket, idsBucket, progressBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}

		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open the invalidations: %w", err)
	}

	return &Distribution{db: db, id: id, now: now, time: cmp.Or(takes, DefaultInvalidationTime)}, nil
}

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
	if err := d.knows(distribution); err != nil {
		return Invalidation{}, err
	}

	if err := batch.check(); err != nil {
		return Invalidation{}, err
	}

	var made Invalidation

	err := d.db.Update(func(tx *bbolt.Tx) error {
		found, err := loadInvalidation(tx, batch.CallerReference, &made)

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

		return store(tx, made)
	})
	if err != nil {
		return Invalidation{}, err
	}

	return d.dated(made), nil
}

// admit rejects a batch that would exceed the limits on invalidations in progress, and
// stores the load of the batch.
func (d *Distribution) admit(tx *bbolt.Tx, batch InvalidationBatch) error {
	progress := tx.Bucket(progressBucket)
	now := uint64(max(0, d.now().UnixNano()))

	var asked, active load

	asked.count(batch)

	cursor := progress.Cursor()
	for key, value := cursor.First(); key != nil; key, value = cursor.Next() {
		if binary.BigEndian.Uint64(key) <= now {
			if err := cursor.Delete(); err != nil {
				return fmt.Errorf("complete an invalidation: %w", err)
			}

			continue
		}

		var one load
		if err := json.Unmarshal(value, &one); err != nil {
			return fmt.Errorf("read the invalidations in progress: %w", err)
		}

		active.Files += one.Files
		active.Wildcards += one.Wildcards
	}

	if asked.Files > 0 && active.Files+asked.Files > maxFilesInProgress || asked.Wildcards > 0 && active.Wildcards+asked.Wildcards > maxWildcardsInProgress {
		return failure("TooManyInvalidationsInProgress", http.StatusBadRequest,
			"Processing your request will cause you to exceed the maximum number of in-progress invalidations.")
	}

	text, err := json.Marshal(asked)
	if err != nil {
		return fmt.Errorf("encode the invalidations in progress: %w", err)
	}

	ends := binary.BigEndian.AppendUint64(nil, now+uint64(d.time)) //nolint:gosec // It is positive.

	if err := progress.Put(append(ends, batch.CallerReference...), text); err != nil {
		return fmt.Errorf("write the invalidations in progress: %w", err)
	}

	return nil
}

// load counts the paths of an invalidation, separately for each limit.
type load struct {
	Files, Wildcards int
}

func (p *load) count(batch InvalidationBatch) {
	for _, path := range batch.Paths.Items {
		if strings.HasSuffix(path, "*") {
			p.Wildcards++
		} else {
			p.Files++
		}
	}
}

// Get returns the invalidation with this id.
func (d *Distribution) Get(_ context.Context, distribution, id string) (Invalidation, error) {
	if err := d.knows(distribution); err != nil {
		return Invalidation{}, err
	}

	var found Invalidation

	err := d.db.View(func(tx *bbolt.Tx) error {
		reference := tx.Bucket(idsBucket).Get([]byte(id))

		if known, err := loadInvalidation(tx, string(reference), &found); err != nil || known {
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
		return tx.Bucket(invalidationsBucket).ForEach(func(_, stored []byte) error {
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

func loadInvalidation(tx *bbolt.Tx, reference string, into *Invalidation) (bool, error) {
	stored := tx.Bucket(invalidationsBucket).Get([]byte(reference))
	if stored == nil {
		return false, nil
	}

	if err := json.Unmarshal(stored, into); err != nil {
		return false, fmt.Errorf("read an invalidation: %w", err)
	}

	return true, nil
}

func store(tx *bbolt.Tx, made Invalidation) error {
	text, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("render the invalidation: %w", err)
	}

	reference := []byte(made.InvalidationBatch.CallerReference)

	if err := errors.Join(tx.Bucket(invalidationsBucket).Put(reference, text), tx.Bucket(idsBucket).Put([]byte(made.ID), reference)); err != nil {
		return fmt.Errorf("write the invalidation: %w", err)
	}

	return nil
}

func (d *Distribution) knows(distribution string) error {
	if distribution != d.id {
		return failure("NoSuchDistribution", http.StatusNotFound, "The specified distribution does not exist.")
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
