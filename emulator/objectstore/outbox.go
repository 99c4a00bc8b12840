package objectstore

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/objectstore/link"
)

var (
	intentsBucket   = []byte("s3.intents")
	sequencerBucket = []byte("s3.sequencer")
	lastKey         = []byte("last")
)

// outbox stores the open intents, and assigns sequencers that only increase: the time in
// nanoseconds, or the last sequencer plus one if the clock has stopped or gone back.
// Because a key has one writer at a time (the server locks it), the order of its sequencers is
// the order of its versions.
type outbox struct {
	db  *bbolt.DB
	now func() time.Time
}

func openOutbox(db *bbolt.DB, now func() time.Time) (*outbox, error) {
	err := db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{intentsBucket, sequencerBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return fmt.Errorf("make the bucket %s: %w", name, err)
			}
		}

		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open the outbox of S3's events: %w", err)
	}

	return &outbox{db: db, now: now}, nil
}

// begin stores the intent, and sets its time and sequencer.
func (j *outbox) begin(i *link.Intent) error {
	err := j.db.Update(func(tx *bbolt.Tx) error {
		i.Time, i.Sequencer = j.now(), 0

		sequencers := tx.Bucket(sequencerBucket)

		var last uint64
		if stored := sequencers.Get(lastKey); stored != nil {
			last = binary.BigEndian.Uint64(stored)
		}

		record, err := json.Marshal(i) // Without the sequencer, which is its key.
		if err != nil {
			return fmt.Errorf("write the intent as JSON: %w", err)
		}

		i.Sequencer = max(last+1, uint64(max(0, i.Time.UnixNano())))

		key := binary.BigEndian.AppendUint64(nil, i.Sequencer)
		if err := sequencers.Put(lastKey, key); err != nil {
			return fmt.Errorf("keep the sequencer: %w", err)
		}

		return tx.Bucket(intentsBucket).Put(key, record)
	})
	if err != nil {
		return fmt.Errorf("store the intent %s of %s/%s: %w", i.Reason, i.Bucket, i.Key, err)
	}

	return nil
}

// clear removes an intent whose event is durable, or that was not carried out.
func (j *outbox) clear(i *link.Intent) error {
	err := j.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(intentsBucket).Delete(binary.BigEndian.AppendUint64(nil, i.Sequencer))
	})
	if err != nil {
		return fmt.Errorf("clear the intent of %s/%s: %w", i.Bucket, i.Key, err)
	}

	return nil
}

// open returns the intents that were not cleared, oldest first.
func (j *outbox) open() ([]*link.Intent, error) {
	var intents []*link.Intent

	err := j.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(intentsBucket).ForEach(func(key, record []byte) error {
			i := &link.Intent{}
			if err := json.Unmarshal(record, i); err != nil {
				return fmt.Errorf("read intent %x: %w", key, err)
			}

			i.Sequencer = binary.BigEndian.Uint64(key)
			intents = append(intents, i)

			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read the outbox of S3's events: %w", err)
	}

	return intents, nil
}
