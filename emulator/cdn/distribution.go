package cdn

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// DefaultInvalidationTime is how long an invalidation is in progress if the configuration
// does not set a time. CloudFront does not promise a time; it needs seconds to minutes.
const DefaultInvalidationTime = 2 * time.Second

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

	suffix string               // Of the names of the buckets.
	others func(id string) bool // Reports whether a client has created a distribution with this id.
}

// NewDistribution returns the distribution with this id, whose invalidations are in db.
// Each invalidation is in progress for the duration takes; 0 means
// [DefaultInvalidationTime].
func NewDistribution(db *bbolt.DB, id string, now func() time.Time, takes time.Duration) (*Distribution, error) {
	d := &Distribution{db: db, id: id, now: now, time: cmp.Or(takes, DefaultInvalidationTime)}

	return d, d.open()
}

func (d *Distribution) open() error {
	err := d.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{invalidationsBucket, idsBucket, progressBucket} {
			if _, err := tx.CreateBucketIfNotExists(append(slices.Clone(name), d.suffix...)); err != nil {
				return err
			}
		}

		return nil
	})
	if err != nil {
		return fmt.Errorf("open the invalidations: %w", err)
	}

	return nil
}

func (d *Distribution) bucket(tx *bbolt.Tx, name []byte) *bbolt.Bucket {
	return tx.Bucket(append(slices.Clone(name), d.suffix...))
}

// Serve makes the distribution answer for those that clients have created, too: created
// reports whether an id is one of theirs.
func (d *Distribution) Serve(created func(id string) bool) { d.others = created }

// of returns the invalidations of a distribution.
func (d *Distribution) of(id string) (*Distribution, error) {
	if id == d.id || d.others == nil || !d.others(id) {
		return d, d.knows(id)
	}

	other := &Distribution{db: d.db, id: id, now: d.now, time: d.time, suffix: "/" + id}

	return other, other.open()
}

func (d *Distribution) knows(distribution string) error {
	if distribution != d.id {
		return failure("NoSuchDistribution", http.StatusNotFound, "The specified distribution does not exist.")
	}

	return nil
}
