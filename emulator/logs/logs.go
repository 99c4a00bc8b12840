// Package logs is the emulator's CloudWatch Logs: log groups, their streams and events, and
// the calls that read them. Lambda writes the lines of each function, and clients can write
// events too.
//
// # Files
//
// The events of a group are in the file {name}.jsonl in Config.Dir, one JSON object a line,
// in the order in which they arrived. A file that has become larger than Config.MaxFileBytes is
// renamed to {name}.1.jsonl, in place of the one before: a group keeps at least its newest
// 32 MiB. Nothing is synced to the disk.
//
// Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
package logs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

// Config configures a [Service].
type Config struct {
	// DB stores the groups, in a bucket whose name begins with "logs.". The caller closes
	// it.
	DB              *bbolt.DB
	Dir             string // The folder of the events; created if missing.
	Account, Region string
	// MaxFileBytes is the size at which a file is renamed; 0 means DefaultMaxFileBytes.
	MaxFileBytes int64
	// Declared are the groups of the stack. They cannot be changed or deleted.
	Declared []Group
	// Authorize decides whether the caller in ctx may act; nil means that every caller may.
	Authorize func(ctx context.Context, action, resource string) error
	// Now is the clock for the events; nil means time.Now.
	Now func() time.Time
}

// Group is a log group.
type Group struct {
	Name      string            `json:"name"`
	Created   time.Time         `json:"created"`
	Retention int               `json:"retention,omitempty"` // In days; 0 means forever.
	Tags      map[string]string `json:"tags,omitempty"`

	declared bool
}

const groupBucket = "logs.groups"

// groupName is the rule for names.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
var groupName = regexp.MustCompile(`^[\w.\-/#]{1,512}$`)

// Service is the emulator's CloudWatch Logs. It is an [http.Handler] and safe for concurrent
// use.
type Service struct {
	config Config
	api    awsapi.Service

	mu     sync.RWMutex
	groups map[string]*group
}

// group is an open group.
type group struct {
	Group

	file *file
}

// New opens the groups.
func New(config Config) (*Service, error) {
	if config.DB == nil || config.Dir == "" || config.Account == "" || config.Region == "" {
		return nil, errors.New("configure CloudWatch Logs: DB, Dir, Account and Region must be set")
	}

	if config.Authorize == nil {
		config.Authorize = func(context.Context, string, string) error { return nil }
	}

	if config.Now == nil {
		config.Now = time.Now
	}

	if config.MaxFileBytes == 0 {
		config.MaxFileBytes = DefaultMaxFileBytes
	}

	if err := os.MkdirAll(config.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the log groups: %w", err)
	}

	s := &Service{config: config, groups: map[string]*group{}}
	s.api = awsapi.Service{Name: "CloudWatch Logs", ContentType: "application/x-amz-json-1.1", Operations: s.operations()}

	if err := s.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the log groups: %w", err), s.Close())
	}

	return s, nil
}

func (s *Service) open() error {
	err := s.config.DB.Update(func(tx *bbolt.Tx) error {
		stored, err := tx.CreateBucketIfNotExists([]byte(groupBucket))
		if err != nil {
			return err
		}

		return stored.ForEach(func(name, value []byte) error {
			var one Group
			if err := json.Unmarshal(value, &one); err != nil {
				return fmt.Errorf("read the group %s: %w", name, err)
			}

			return s.openGroup(one)
		})
	})
	if err != nil {
		return err
	}

	for _, declared := range s.config.Declared {
		declared.declared, declared.Created = true, s.config.Now()

		if before := s.groups[declared.Name]; before != nil {
			declared.Created = before.Created
			before.Group = declared
		} else if err := s.openGroup(declared); err != nil {
			return err
		}

		if err := s.save(declared.Name, declared); err != nil {
			return err
		}
	}

	return nil
}

func (s *Service) openGroup(settings Group) error {
	opened, err := openFile(s.config.Dir, settings.Name, s.config.MaxFileBytes)
	if err != nil {
		return err
	}

	s.groups[settings.Name] = &group{Group: settings, file: opened}

	return nil
}

// save stores a group, or removes it if value is nil.
func (s *Service) save(name string, value any) error {
	return s.config.DB.Update(func(tx *bbolt.Tx) error {
		if value == nil {
			return tx.Bucket([]byte(groupBucket)).Delete([]byte(name))
		}

		encoded, err := json.Marshal(value)
		if err != nil {
			return err
		}

		return tx.Bucket([]byte(groupBucket)).Put([]byte(name), encoded)
	})
}

// Close closes the files.
func (s *Service) Close() error {
	if s == nil {
		return nil
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	var problems []error
	for _, g := range s.groups {
		problems = append(problems, g.file.close())
	}

	return errors.Join(problems...)
}

// Append writes a line from inside the emulator, at the present time. It creates a missing
// group, as Lambda does.
func (s *Service) Append(name, stream, message string) error {
	s.mu.RLock()
	g := s.groups[name]
	s.mu.RUnlock()

	if g == nil {
		var err error
		if g, err = s.create(Group{Name: name, Created: s.config.Now()}); err != nil {
			return err
		}
	}

	return g.file.append(s.config.Now(), Event{Stream: stream, Message: message})
}

// Has reports whether there is a group with this name.
func (s *Service) Has(name string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()

	return s.groups[name] != nil
}

// create adds a group, unless there is one with its name.
func (s *Service) create(settings Group) (*group, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if g := s.groups[settings.Name]; g != nil {
		return g, nil
	}

	if !groupName.MatchString(settings.Name) {
		return nil, invalid("1 validation error detected: Value '%s' at 'logGroupName' failed to satisfy constraint: "+
			`Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`, settings.Name)
	}

	if err := s.save(settings.Name, settings); err != nil {
		return nil, err
	}

	if err := s.openGroup(settings); err != nil {
		return nil, err
	}

	return s.groups[settings.Name], nil
}

// OperationNames returns the names of the operations, sorted.
func (s *Service) OperationNames() []string { return s.api.OperationNames() }

// ServeHTTP implements [http.Handler].
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.api.ServeHTTP(w, r) }

// arn returns the ARN of a group.
func (s *Service) arn(name string) string {
	return "arn:aws:logs:" + s.config.Region + ":" + s.config.Account + ":log-group:" + name
}

func invalid(format string, args ...any) error {
	return awsapi.Errorf("InvalidParameterException", format, args...)
}

func noGroup() error {
	return awsapi.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
}
