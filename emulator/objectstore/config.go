// Package objectstore is the emulator's S3. It embeds versitygw, an S3 server that stores
// objects as plain files, and adds a function of AWS that the server does not have: the
// events of a bucket, delivered at least once, even if the process is killed.
//
// # Files
//
// Dir contains buckets/ (an object is a file with its own key as path), versions/
// (overwritten and deleted objects of versioned buckets), attributes/ (only if the file
// system has no extended attributes) and s3.sock.
//
// # Limits
//
// A key with an empty, `.` or `..` component, or with a component of more than 255 bytes,
// cannot be the path of a file and is rejected. `a.jpg` and `a.jpg/b` cannot both exist
// in one bucket: the second is rejected with ObjectParentIsFile or
// ExistingObjectIsDirectory. On a case-insensitive file system (macOS), keys that differ
// only in case are one object. Nothing is ever synced: the store survives the death of
// the process, but not the loss of power.
//
// The server changes the process's working directory. A process can therefore have only
// one store at a time, and must have resolved its relative paths before Open.
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
	// ErrConfig is wrapped by every error about an unusable [Config].
	ErrConfig = errors.New("configuration of the object store")
	// ErrOpened is the error for a second store in one process.
	ErrOpened = errors.New("this process has an object store already, and can have only one at a time")
)

// DefaultAccount is the emulator's account id.
const DefaultAccount = "000000000000"

// DefaultRegion is the emulator's region.
const DefaultRegion = "us-east-1"

// Config configures a [Store].
type Config struct {
	Dir        string         // The folder of the files; created if missing. Required.
	DB         *bbolt.DB      // Stores the outbox of events. Required if a bucket notifies.
	Buckets    []Bucket       // Created at the start if missing.
	Principals *iam.Directory // The principals whose signatures are accepted. Required.
	// Notify receives an event. It returns nil only when the event is durable. It may
	// receive the same event twice. Required if a bucket notifies.
	Notify func(context.Context, Event) error

	Account string           // "" means DefaultAccount.
	Region  string           // "" means DefaultRegion.
	Log     *slog.Logger     // nil means slog.Default().
	Now     func() time.Time // nil means time.Now.
}

// Bucket is a bucket that the store has from the start.
type Bucket struct {
	Name      string
	Versioned bool
	Notify    bool // Its events are delivered to Config.Notify.
}

// withDefaults checks the configuration, and returns it with all defaults set.
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
