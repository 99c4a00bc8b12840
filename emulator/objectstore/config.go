// Package objectstore is the emulator's S3. It embeds versitygw, an S3 server that stores
// objects as plain files, and adds a function of AWS that the server does not have: the
// events of a bucket, delivered at least once, even if the process is killed.
//
// # Files
//
// Dir contains buckets/ (an object is a file with its own key as path), versions/
// (overwritten and deleted objects of versioned buckets), attributes/ (only if the file
// system has no extended attributes), lock and s3.sock. If the path of s3.sock would be
// too long for a socket, the socket is in a temporary folder.
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
// # Processes
//
// versitygw changes the working directory of its process. It therefore runs in a process
// of its own, which is the same program, started once more by [Open]; see [RunServer].
// The parent has the gateway, the outbox, the bus and the policies; the [server] has the
// files. They talk over a [link]: the server's requests come over its socket, and its
// calls to the parent over its standard input and output.
//
// The server ends with its parent, even if the parent is killed, because the kernel then
// closes the server's standard input. Its first act is to lock Dir, so that a new server
// starts after the last write of a killed one.
package objectstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/iam"
	"triptych/emulator/objectstore/link"
	"triptych/emulator/objectstore/s3event"
)

var (
	// ErrConfig is wrapped by every error about an unusable [Config].
	ErrConfig = errors.New("configuration of the object store")

	errNotHooked  = errors.New("this program cannot start the server: main, or TestMain, must call objectstore.RunServer first")
	errEnded      = errors.New("the S3 server ended by itself")
	errSocketPath = errors.New("the path of the socket is too long")
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
	Notify func(context.Context, s3event.Event) error

	Account string           // "" means DefaultAccount.
	Region  string           // "" means DefaultRegion.
	Log     *slog.Logger     // nil means slog.Default().
	Now     func() time.Time // nil means time.Now.
}

// Bucket is a bucket that the store has from the start.
type Bucket = link.Bucket

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
