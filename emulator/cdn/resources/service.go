package resources

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// Namespace is the XML namespace of CloudFront's documents.
const Namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/"

// Config configures a [Service].
type Config struct {
	DB      *bbolt.DB
	Account string
	// Domain returns the domain name of a distribution, by its id.
	Domain func(id string) string
	// Compile checks the code of a function.
	Compile func(name, code string) error
	// Check checks a distribution before it is created or changed; nil checks nothing.
	Check func(d Distribution) error
	// Changed is called after a change that may concern distributions: the service is not
	// locked then. nil means no call.
	Changed func()
	// Reserved reports whether an id or a name belongs to a resource that the API cannot
	// change: the stack's own distribution. nil means that none does.
	Reserved func(id string) bool
	// Authorize reports, as an error, that the caller in ctx may not act.
	Authorize func(ctx context.Context, action, resource string) error
}

// Service has the resources. It is safe for concurrent use.
type Service struct {
	config Config

	mu  sync.RWMutex
	all map[string]*resource // By kind and id, as key returns them.
}

// resource is a resource as it is stored.
type resource struct {
	Kind     string
	ID       string // Of a function, its name.
	Name     string // Unique among the resources of a kind; "" for a distribution.
	Config   string // The inner XML of the configuration.
	ETag     string
	Created  time.Time
	Modified time.Time

	// Of a distribution: the configuration as it was sent, and the CallerReference in it.
	Sent      string            `json:",omitempty"`
	Reference string            `json:",omitempty"`
	Tags      map[string]string `json:",omitempty"`

	// Of a function: the code of its two stages.
	Code string `json:",omitempty"` // DEVELOPMENT.
	Live *live  `json:",omitempty"` // LIVE; nil if the function was never published.
}

// live is the published stage of a function.
type live struct {
	Code, Config, ETag string
	Modified           time.Time
}

var bucket = []byte("cloudfront.resources")

// New opens the resources.
func New(config Config) (*Service, error) {
	if config.DB == nil || config.Account == "" || config.Domain == nil || config.Compile == nil {
		return nil, errors.New("configure CloudFront: DB, Account, Domain and Compile must be set")
	}

	if config.Check == nil {
		config.Check = func(Distribution) error { return nil }
	}

	if config.Changed == nil {
		config.Changed = func() {}
	}

	if config.Reserved == nil {
		config.Reserved = func(string) bool { return false }
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	s := &Service{config: config, all: map[string]*resource{}}

	err := config.DB.Update(func(tx *bbolt.Tx) error {
		stored, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}

		return stored.ForEach(func(key, text []byte) error {
			one := &resource{}
			s.all[string(key)] = one

			return json.Unmarshal(text, one)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("open CloudFront's resources: %w", err)
	}

	return s, nil
}

func key(kind, id string) string { return kind + "/" + id }

// put stores a resource. The service is locked.
func (s *Service) put(r *resource) error {
	text, err := json.Marshal(r)
	if err == nil {
		err = s.config.DB.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Put([]byte(key(r.Kind, r.ID)), text) })
	}

	if err != nil {
		return fmt.Errorf("store the %s %s: %w", r.Kind, r.ID, err)
	}

	s.all[key(r.Kind, r.ID)] = r

	return nil
}

// remove deletes a resource. The service is locked.
func (s *Service) remove(r *resource) error {
	err := s.config.DB.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Delete([]byte(key(r.Kind, r.ID))) })
	if err != nil {
		return fmt.Errorf("delete the %s %s: %w", r.Kind, r.ID, err)
	}

	delete(s.all, key(r.Kind, r.ID))

	return nil
}

// of returns the resources of a kind, by their ids. The service is locked.
func (s *Service) of(kind string) []*resource {
	var list []*resource

	for _, one := range s.all {
		if one.Kind == kind {
			list = append(list, one)
		}
	}

	slices.SortFunc(list, func(a, b *resource) int { return strings.Compare(a.ID, b.ID) })

	return list
}

// find returns a resource. The service is locked.
func (s *Service) find(k *kind, id string) (*resource, error) {
	if found := s.all[key(k.path, id)]; found != nil {
		return found, nil
	}

	if s.config.Reserved(id) {
		return nil, failure("AccessDenied", http.StatusForbidden, "%s belongs to the emulator's own stack, which the API cannot change", id)
	}

	return nil, k.missing()
}

// matches checks the If-Match header of a request against an ETag.
func matches(r *http.Request, tag string) error {
	switch given := strings.Trim(r.Header.Get("If-Match"), `"`); given {
	case tag:
		return nil
	case "":
		return failure("InvalidIfMatchVersion", http.StatusBadRequest, "The If-Match version is missing or not valid for the resource.")
	default:
		return failure("PreconditionFailed", http.StatusPreconditionFailed,
			"The request failed because it didn't meet the preconditions in one or more request-header fields.")
	}
}

// newID returns an id as CloudFront makes them, with a capital letter first.
func newID(letter string) string { return letter + rand.Text()[:13] }

func failure(code string, status int, format string, args ...any) error {
	return &awsapi.Error{Code: code, Message: fmt.Sprintf(format, args...), Status: status}
}

func (s *Service) arn(kind, id string) string {
	return "arn:aws:cloudfront::" + s.config.Account + ":" + kind + "/" + id
}
