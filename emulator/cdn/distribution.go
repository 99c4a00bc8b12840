package cdn

import (
	"cmp"
	"fmt"
	"net/http"
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

func (d *Distribution) knows(distribution string) error {
	if distribution != d.id {
		return failure("NoSuchDistribution", http.StatusNotFound, "The specified distribution does not exist.")
	}

	return nil
}
