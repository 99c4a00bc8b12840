package lambda

import (
	"context"
	"errors"

	"go.etcd.io/bbolt"
)

// Creation has what the service needs so that clients can create functions. Without a DB and
// a Dir they cannot.
type Creation struct {
	DB  *bbolt.DB
	Dir string // The folder of the functions' code.

	// Assumable returns an error if Lambda cannot assume a role; nil means that Lambda can
	// assume every role.
	Assumable func(roleARN string) error
	// Environment returns the variables that a function with this role has besides its own:
	// the credentials of the role, and the address of the emulator. nil means none.
	Environment func(roleARN string) map[string]string
	// Object reads an object of S3 with at most this many bytes; nil means that there is no
	// S3.
	Object func(ctx context.Context, bucket, key, version string, most int64) ([]byte, error)
}

func (c *Creation) withDefaults() {
	if c.Assumable == nil {
		c.Assumable = func(string) error { return nil }
	}

	if c.Environment == nil {
		c.Environment = func(string) map[string]string { return nil }
	}

	if c.Object == nil {
		c.Object = func(context.Context, string, string, string, int64) ([]byte, error) {
			return nil, errors.New("there is no S3")
		}
	}
}
