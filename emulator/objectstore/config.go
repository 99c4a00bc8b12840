// Package objectstore is the laptop's S3: versitygw, a real S3 server on plain
// files, embedded. It adds what AWS has around the server: the events of a
// bucket, announced at least once, also after the process was killed.
//
// # What stands where
//
// Dir holds buckets/ (an object is a file under its own key), versions/ (what
// was overwritten or deleted in a versioned bucket), attributes/ (only where the
// file system has no extended attributes) and s3.sock.
//
// # Limits
//
// A key with an empty, `.` or `..` component, or one of more than 255 bytes,
// cannot be a file's path and is refused. `a.jpg` and `a.jpg/b` cannot stand in
// one bucket: the second is refused with ObjectParentIsFile or
// ExistingObjectIsDirectory. On a file system that does not regard case (macOS),
// keys that differ in case only are one object. Nothing is ever synced: what is
// promised is survival of the process's death, not of the power's.
//
// The server changes the process's working directory, so that a process has one
// store at a time, and must have resolved its relative paths before Open.
package objectstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/iam"
)

var (
	// ErrConfig is that of a [Config] that cannot be used.
	ErrConfig = errors.New("object store's configuration")
	// ErrOpened is that of a second store in one process.
	ErrOpened = errors.New("this process has one already, and can have one at a time")
)

// DefaultAccount is the laptop's account id.
const DefaultAccount = "000000000000"

// DefaultRegion is the laptop's region.
const DefaultRegion = "us-east-1"

// Config says what to open.
type Config struct {
	Dir        string         // Where the files are; made if missing. Required.
	DB         *bbolt.DB      // Journals the events. Required where a bucket notifies.
	Buckets    []Bucket       // Made at the start if missing.
	Principals *iam.Directory // Whose signatures are good. Required.
	// Notify takes an event over. It returns nil only once the event is
	// durable; it may get the same event twice. Required where a bucket
	// notifies.
	Notify func(context.Context, Event) error

	Account string           // "" means DefaultAccount.
	Region  string           // "" means DefaultRegion.
	Log     *slog.Logger     // nil means slog.Default().
	Now     func() time.Time // nil means time.Now.
}

// Bucket is one that the store has from the start.
type Bucket struct {
	Name      string
	Versioned bool
	Notify    bool // Its events are handed to Config.Notify.
}

// withDefaults checks all of it, and fills in what is left open.
func (c Config) withDefaults() (Config, error) {
	var problems []error

	if c.Dir == "" {
		problems = append(problems, fmt.Errorf("%w: Dir is empty", ErrConfig))
	}

	if c.Principals == nil {
		problems = append(problems, fmt.Errorf("%w: Principals is nil", ErrConfig))
	}

	for _, bucket := range c.Buckets {
		if bucket.Notify && (c.Notify == nil || c.DB == nil) {
			problems = append(problems, fmt.Errorf("%w: bucket %s notifies, but Notify or DB is nil", ErrConfig, bucket.Name))
		}
	}

	if c.Account == "" {
		c.Account = DefaultAccount
	}

	if c.Region == "" {
		c.Region = DefaultRegion
	}

	if c.Log == nil {
		c.Log = slog.Default()
	}

	if c.Now == nil {
		c.Now = time.Now
	}

	if err := errors.Join(problems...); err != nil {
		return Config{}, err
	}

	return c, nil
}
