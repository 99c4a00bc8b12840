package sqs

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// queueBucket stores the queues that were created through the API.
const queueBucket = "sqs.queues"

// stored returns the queues that were created through the API, by name.
func (s *Service) stored() (map[string]Queue, error) {
	queues := map[string]Queue{}

	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists([]byte(queueBucket))
		if err != nil {
			return err
		}

		return bucket.ForEach(func(name, value []byte) error {
			var settings Queue
			if err := json.Unmarshal(value, &settings); err != nil {
				return fmt.Errorf("read the queue %s: %w", name, err)
			}

			queues[string(name)] = settings

			return nil
		})
	})

	return queues, err
}

// store stores the settings of a queue.
func (s *Service) store(settings Queue) error {
	encoded, err := json.Marshal(settings)
	if err != nil {
		return fmt.Errorf("encode the queue %s: %w", settings.Name, err)
	}

	err = s.config.DB.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(queueBucket)).Put([]byte(settings.Name), encoded) })
	if err != nil {
		return fmt.Errorf("store the queue %s: %w", settings.Name, err)
	}

	return nil
}

// open opens a queue and removes its expired messages. The caller holds the lock, or is New.
func (s *Service) open(settings Queue) error {
	q := newQueue(settings, s.config)

	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(q.bucket)

		return err
	})
	if err != nil {
		return fmt.Errorf("open queue %s: %w", settings.Name, err)
	}

	if err := q.expire(); err != nil {
		return err
	}

	s.queues[settings.Name] = q

	return nil
}
