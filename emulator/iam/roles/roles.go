// Package roles is the API of the emulator's IAM: roles, their inline policies, and
// managed policies of the account. The roles of the stack are declared with the policies
// that Terraform deploys, and do not change. Other roles can be created; their policies
// are enforced as those of the stack are.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/Welcome.html
package roles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// Role is a role with its policies.
type Role struct {
	Name        string
	Path        string // "" means "/".
	Description string
	Trust       string            // The trust policy: the services that may assume the role.
	Inline      map[string]string // The inline policies, by name.
	Attached    []string          // The ARNs of the attached managed policies.
	Tags        map[string]string
	Created     time.Time
	MaxSession  int // In seconds; 0 means an hour.
}

// Config configures a [Service].
type Config struct {
	// DB stores the roles and policies that were created through the API, in buckets whose
	// names begin with "iam.". The caller closes it.
	DB      *bbolt.DB
	Account string
	// Declared are the roles of the stack.
	Declared []Role
	// Authorize decides whether the caller in ctx may act; nil means that every caller may.
	Authorize func(ctx context.Context, action, resource string) error
	// Principal makes the caller that acts under a role which was created through the API;
	// its policies change. It is called once for each role and start. nil means that
	// nothing acts under such a role.
	Principal func(arn string, policies func() []*iam.Policy) error
	// Now is the clock for the roles; nil means time.Now.
	Now func() time.Time
}

const (
	roleBucket   = "iam.roles"
	policyBucket = "iam.policies"
)

// Service is the emulator's IAM.
type Service struct {
	config Config

	mu       sync.RWMutex
	declared map[string]bool // The names of the stack's roles.
	roles    map[string]*Role
	managed  map[string]*managedPolicy // By ARN.
	acting   map[string]bool           // The roles that have a principal.

	// enforced has the policies of the roles that were created through the API, by name. It
	// has a lock of its own, because a call under such a role is authorized while mu is held.
	enforcing sync.Mutex
	enforced  map[string][]*iam.Policy
}

// New opens the roles.
func New(config Config) (*Service, error) {
	if config.DB == nil || config.Account == "" {
		return nil, errors.New("configure IAM: DB and Account must be set")
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	if config.Now == nil {
		config.Now = time.Now
	}

	s := &Service{
		config: config, declared: map[string]bool{}, roles: map[string]*Role{}, managed: map[string]*managedPolicy{},
		enforced: map[string][]*iam.Policy{}, acting: map[string]bool{},
	}

	if err := s.load(); err != nil {
		return nil, fmt.Errorf("open IAM: %w", err)
	}

	for _, role := range config.Declared {
		role.Path, role.Created = "/", config.Now().UTC().Truncate(time.Second)
		s.roles[role.Name], s.declared[role.Name] = &role, true
	}

	for name := range s.roles {
		if err := s.act(name); err != nil {
			return nil, fmt.Errorf("open IAM: %w", err)
		}
	}

	return s, nil
}

// load reads what was created through the API.
func (s *Service) load() error {
	return s.config.DB.Update(func(tx *bbolt.Tx) error {
		stored, err := tx.CreateBucketIfNotExists([]byte(roleBucket))
		if err != nil {
			return err
		}

		err = stored.ForEach(func(name, value []byte) error {
			var role Role
			if err := json.Unmarshal(value, &role); err != nil {
				return fmt.Errorf("read the role %s: %w", name, err)
			}

			s.roles[string(name)] = &role

			return nil
		})
		if err != nil {
			return err
		}

		policies, err := tx.CreateBucketIfNotExists([]byte(policyBucket))
		if err != nil {
			return err
		}

		return policies.ForEach(func(arn, value []byte) error {
			var policy managedPolicy
			if err := json.Unmarshal(value, &policy); err != nil {
				return fmt.Errorf("read the policy %s: %w", arn, err)
			}

			s.managed[string(arn)] = &policy

			return nil
		})
	})
}

// save stores a value, or removes it if it is nil.
func (s *Service) save(bucket, key string, value any) error {
	return s.config.DB.Update(func(tx *bbolt.Tx) error {
		if value == nil {
			return tx.Bucket([]byte(bucket)).Delete([]byte(key))
		}

		encoded, err := json.Marshal(value)
		if err != nil {
			return err
		}

		return tx.Bucket([]byte(bucket)).Put([]byte(key), encoded)
	})
}

func (s *Service) arn(role *Role) string {
	return "arn:aws:iam::" + s.config.Account + ":role" + role.Path + role.Name
}

// named returns the role of an ARN or a name.
func (s *Service) named(arn string) *Role {
	return s.roles[arn[strings.LastIndexByte(arn, '/')+1:]]
}

func malformed(format string, args ...any) error {
	return awsapi.Errorf("MalformedPolicyDocument", format, args...)
}
