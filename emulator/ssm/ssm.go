// Package ssm is the emulator's Systems Manager Parameter Store, as far as Triptych uses
// it: one parameter, /triptych/{stack}, contains a stack's names.
//
// The parameters have the type String. The package rejects values of type SecureString, because they need KMS, which the
// emulator does not have. Every other operation answers UnknownOperationException.
//
// Source:
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
package ssm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// bucketName is the bucket that maps names to stored parameters, as JSON.
const bucketName = "ssm.parameters"

// Config configures a [Service].
type Config struct {
	// DB stores the parameters, in a bucket whose name begins with "ssm.". The caller
	// closes it.
	DB *bolt.DB
	// Account and Region are part of the parameters' ARNs.
	Account, Region string
	// Authorize decides whether the caller in ctx may do the action ("ssm:GetParameter")
	// on a parameter's ARN. Its error is returned unchanged. nil allows everything.
	Authorize func(ctx context.Context, action, resource string) error
	// Now is the clock for the parameters; nil means time.Now.
	Now func() time.Time
}

// Service implements Parameter Store's protocol as an [http.Handler].
type Service struct {
	db        *bolt.DB
	arnPrefix string
	account   string
	authorize func(ctx context.Context, action, resource string) error
	now       func() time.Time
	api       awsapi.Service
}

// stored is a parameter on disk. Only the newest version is stored.
type stored struct {
	Value    string    `json:"value"`
	Version  int64     `json:"version"`
	Modified time.Time `json:"modified"`

	Description string            `json:"description,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
}

// New opens the parameter store.
func New(config Config) (*Service, error) {
	if config.DB == nil {
		return nil, errNoDB
	}

	s := &Service{
		db:        config.DB,
		arnPrefix: fmt.Sprintf("arn:aws:ssm:%s:%s:parameter", config.Region, config.Account),
		account:   config.Account,
		authorize: config.Authorize,
		now:       config.Now,
	}

	if s.authorize == nil {
		s.authorize = func(context.Context, string, string) error { return nil }
	}

	if s.now == nil {
		s.now = time.Now
	}

	err := s.db.Update(func(tx *bolt.Tx) error {
		if _, err := tx.CreateBucketIfNotExists([]byte(bucketName)); err != nil {
			return fmt.Errorf("make bucket %s: %w", bucketName, err)
		}

		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open the parameter store: %w", err)
	}

	s.api = awsapi.Service{
		Name:        "Systems Manager",
		ContentType: "application/x-amz-json-1.1",
		Operations: map[string]awsapi.Operation{
			"AddTagsToResource":      awsapi.Op(s.addTagsToResource),
			"DeleteParameter":        awsapi.Op(s.deleteParameter),
			"DeleteParameters":       awsapi.Op(s.deleteParameters),
			"DescribeParameters":     awsapi.Op(s.describeParameters),
			"GetParameter":           awsapi.Op(s.getParameter),
			"GetParameters":          awsapi.Op(s.getParameters),
			"GetParametersByPath":    awsapi.Op(s.getParametersByPath),
			"ListTagsForResource":    awsapi.Op(s.listTagsForResource),
			"PutParameter":           awsapi.Op(s.putParameter),
			"RemoveTagsFromResource": awsapi.Op(s.removeTagsFromResource),
		},
	}

	return s, nil
}

// OperationNames returns the names of the operations, sorted.
func (s *Service) OperationNames() []string { return s.api.OperationNames() }

// ServeHTTP implements [http.Handler].
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.api.ServeHTTP(w, r) }

// Put sets a parameter from inside the emulator, without a check of permissions. An
// unchanged value creates no new version.
func (s *Service) Put(name, value string) error {
	return s.Declare(name, value, "", nil)
}

// Declare is Put with a description and tags.
func (s *Service) Declare(name, value, description string, tags map[string]string) error {
	_, err := s.put(name, func(before *stored) (stored, error) {
		if before != nil && before.Value == value && before.Description == description && maps.Equal(before.Tags, tags) {
			return stored{}, errUnchanged
		}

		return stored{Value: value, Description: description, Tags: tags}, nil
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return err
	}

	return nil
}

var errNoDB = errors.New("ssm: DB is nil")

var errUnchanged = errors.New("the parameter has this value already")

// get reads a parameter. It returns nil if the parameter does not exist.
func (s *Service) get(name string) (found *stored, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		found, err = load(tx, name)

		return err
	})

	return found, err
}

// put writes the next version of a parameter. decide receives the version before, which
// is nil for a new parameter, and returns the new value, description and tags.
func (s *Service) put(name string, decide func(before *stored) (stored, error)) (version int64, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		before, err := load(tx, name)
		if err != nil {
			return err
		}

		next, err := decide(before)
		if err != nil {
			return err
		}

		version = 1
		if before != nil {
			version = before.Version + 1
		}

		next.Version, next.Modified = version, s.now()

		encoded, err := json.Marshal(next)
		if err != nil {
			return fmt.Errorf("encode parameter %s: %w", name, err)
		}

		return tx.Bucket([]byte(bucketName)).Put([]byte(name), encoded)
	})
	if err != nil {
		return 0, fmt.Errorf("put parameter %s: %w", name, err)
	}

	return version, nil
}

func load(tx *bolt.Tx, name string) (*stored, error) {
	encoded := tx.Bucket([]byte(bucketName)).Get([]byte(name))
	if encoded == nil {
		return nil, nil //nolint:nilnil // A missing parameter is not an error.
	}

	var found stored
	if err := json.Unmarshal(encoded, &found); err != nil {
		return nil, fmt.Errorf("decode parameter %s: %w", name, err)
	}

	return &found, nil
}

// arn returns the ARN of a parameter. The leading slash of a path is the slash after
// "parameter".
func (s *Service) arn(name string) string {
	return s.arnPrefix + "/" + strings.TrimPrefix(name, "/")
}

// nameOf returns the name for a name or an ARN.
func (s *Service) nameOf(nameOrARN string) string {
	path, isARN := strings.CutPrefix(nameOrARN, s.arnPrefix)
	if !isARN {
		return nameOrARN
	}

	// A name without a path and a path with one part have the same ARN. The stack's
	// parameters are paths.
	return path
}
