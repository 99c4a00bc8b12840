package cdn

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"go.etcd.io/bbolt"
)

// admit rejects a batch that would exceed the limits on invalidations in progress, and
// stores the load of the batch.
func (d *Distribution) admit(tx *bbolt.Tx, batch InvalidationBatch) error {
	progress := d.bucket(tx, progressBucket)
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
