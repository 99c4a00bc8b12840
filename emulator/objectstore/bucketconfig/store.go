// Package bucketconfig has the configurations of buckets that the embedded S3 server does
// not have: events, lifecycle, encryption, the block of public access, the bucket's policy,
// and those that the emulator can only have in their default state.
//
// A bucket's policy is enforced by the gateway, and its events are delivered. A lifecycle
// is kept and returned, but nothing expires. All objects are encrypted with AES256 as far
// as a client can see.
package bucketconfig

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.etcd.io/bbolt"

	"triptych/emulator/iam"
)

// Bucket declares the configurations of a bucket of the stack, as Terraform sets them.
type Bucket struct {
	Name   string
	Events bool   // The events of objects go to EventBridge.
	Policy string // The bucket's policy; "" means that it has none.
	// Parsed is Policy after parsing, if its caller has parsed it.
	Parsed *iam.Policy
	// Lifecycle is the XML of the lifecycle; "" means that it has none.
	Lifecycle string
}

// The subresources: the query parameters that name the configurations.
const (
	notification      = "notification"
	lifecycle         = "lifecycle"
	encryption        = "encryption"
	publicAccessBlock = "publicAccessBlock"
	policy            = "policy"
	policyStatus      = "policyStatus"
	logging           = "logging"
	replication       = "replication"
	accelerate        = "accelerate"
	requestPayment    = "requestPayment"
)

// transitionSize is the form in which the minimum size of a lifecycle's transitions is
// stored. It is a header in S3's API.
const transitionSize = "lifecycle.size"

// removed is stored for a configuration that was deleted, if every new bucket has it by
// default.
const removed = "-"

var storeBucket = []byte("s3.configurations")

// Store has the configurations of all buckets. It is safe for concurrent use.
type Store struct {
	db      *bbolt.DB
	account string
	exists  func(bucket string) bool
	changed func(events []string) // Receives the buckets with events after each change.

	mu       sync.RWMutex
	texts    map[string]string // By bucket and subresource, separated by a slash.
	policies map[string]*iam.Policy
}

// Config configures a [Store].
type Config struct {
	DB      *bbolt.DB // Stores the configurations; the caller closes it.
	Account string
	Buckets []Bucket
	// Exists reports whether a bucket exists.
	Exists func(bucket string) bool
}

// Open reads the configurations. Those of the stack's buckets are set again.
func Open(config Config) (*Store, error) {
	s := &Store{
		db: config.DB, account: config.Account, exists: config.Exists,
		texts: map[string]string{}, policies: map[string]*iam.Policy{}, changed: func([]string) {},
	}

	err := s.db.Update(func(tx *bbolt.Tx) error {
		stored, err := tx.CreateBucketIfNotExists(storeBucket)
		if err != nil {
			return err
		}

		return stored.ForEach(func(key, value []byte) error {
			s.texts[string(key)] = string(value)

			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("open the configurations of buckets: %w", err)
	}

	for _, bucket := range config.Buckets {
		if err := s.declare(bucket); err != nil {
			return nil, fmt.Errorf("configure the bucket %s: %w", bucket.Name, err)
		}
	}

	for key, text := range s.texts {
		if bucket, isPolicy := strings.CutSuffix(key, "/"+policy); isPolicy && s.policies[bucket] == nil {
			if s.policies[bucket], err = iam.ParseResourcePolicy([]byte(text)); err != nil {
				return nil, fmt.Errorf("read the policy of the bucket %s: %w", bucket, err)
			}
		}
	}

	return s, nil
}

func (s *Store) declare(bucket Bucket) error {
	texts := map[string]string{policy: bucket.Policy, lifecycle: bucket.Lifecycle, publicAccessBlock: "", encryption: "", notification: ""}
	if bucket.Events {
		texts[notification] = eventsDocument
	}

	if bucket.Parsed != nil {
		s.policies[bucket.Name] = bucket.Parsed
	}

	var problems []error
	for subresource, text := range texts {
		problems = append(problems, s.save(bucket.Name, subresource, text))
	}

	return errors.Join(problems...)
}

// save stores a configuration, or removes it if text is "".
func (s *Store) save(bucket, subresource, text string) error {
	key := bucket + "/" + subresource

	err := s.db.Update(func(tx *bbolt.Tx) error {
		if text == "" {
			return tx.Bucket(storeBucket).Delete([]byte(key))
		}

		return tx.Bucket(storeBucket).Put([]byte(key), []byte(text))
	})
	if err != nil {
		return fmt.Errorf("store the %s of the bucket %s: %w", subresource, bucket, err)
	}

	if text == "" {
		delete(s.texts, key)
	} else {
		s.texts[key] = text
	}

	return nil
}

// forget removes the configurations of a bucket that was deleted.
func (s *Store) forget(bucket string) error {
	s.mu.Lock()
	defer s.mu.Unlock()

	var problems []error

	for _, key := range slices.Collect(maps.Keys(s.texts)) {
		if subresource, found := strings.CutPrefix(key, bucket+"/"); found {
			problems = append(problems, s.save(bucket, subresource, ""))
		}
	}

	delete(s.policies, bucket)
	s.changed(s.events())

	return errors.Join(problems...)
}

func (s *Store) text(bucket, subresource string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()

	return s.texts[bucket+"/"+subresource]
}

// Policy returns the policy of a bucket, or nil if it has none.
func (s *Store) Policy(bucket string) *iam.Policy {
	s.mu.RLock()
	defer s.mu.RUnlock()

	return s.policies[bucket]
}

// Watch calls changed with the buckets whose events go to EventBridge, now and after each
// change. changed returns when the change is effective.
func (s *Store) Watch(changed func(buckets []string)) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.changed = changed
	changed(s.events())
}

// events returns the buckets whose events go to EventBridge. The caller holds the lock.
func (s *Store) events() []string {
	var buckets []string

	for key, text := range s.texts {
		if bucket, found := strings.CutSuffix(key, "/"+notification); found && strings.Contains(text, "EventBridgeConfiguration") {
			buckets = append(buckets, bucket)
		}
	}

	slices.Sort(buckets)

	return buckets
}
