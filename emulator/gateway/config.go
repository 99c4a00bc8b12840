// Package gateway is the one port of the AWS emulator. It verifies the signature of every
// request, identifies the caller by it, and passes the request to the service that the
// signature's scope names. A request without a scope goes to S3.
//
// For S3 the gateway also enforces the caller's policy, because the object store behind
// it has no notion of permissions. Every other service checks its own operations with
// iam.Check.
package gateway

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"triptych/emulator/iam"
	"triptych/emulator/origin"
)

// ErrConfig is wrapped by every error about an unusable [Config].
var ErrConfig = errors.New("configuration of the gateway")

// Config has the known callers and the services behind the gateway.
type Config struct {
	Principals *iam.Directory // Required.
	// Services has the handlers by their name in a credential scope: "states",
	// "dynamodb", "events", "ssm", "lambda", "cloudfront". The caller is in the request's
	// context.
	Services map[string]http.Handler
	S3       http.Handler // Required.
	// BucketPolicy returns a bucket's own policy, or nil; a nil function means that no bucket
	// has one.
	BucketPolicy func(bucket string) *iam.Policy
	// Hosts has the names by which the port may be reached; nil means loopback names.
	Hosts *origin.Hosts
	// CORS decides about requests by web pages of other sites; nil means that every such
	// request is rejected.
	CORS CORS
	// BodyIdle is how long a client may send nothing during a body; 0 means
	// clientbody.DefaultIdle.
	BodyIdle time.Duration
	Now      func() time.Time // nil means time.Now.
	Log      *slog.Logger     // nil means slog.Default().
}

// New creates the gateway.
func New(config Config) (http.Handler, error) {
	var problems []error

	if config.Principals == nil {
		problems = append(problems, fmt.Errorf("%w: Principals is nil", ErrConfig))
	}

	if config.S3 == nil {
		problems = append(problems, fmt.Errorf("%w: S3 is nil", ErrConfig))
	}

	if err := errors.Join(problems...); err != nil {
		return nil, err
	}

	if config.Now == nil {
		config.Now = time.Now
	}

	if config.BucketPolicy == nil {
		config.BucketPolicy = func(string) *iam.Policy { return nil }
	}

	if config.Log == nil {
		config.Log = slog.Default()
	}

	config.Services = maps.Clone(config.Services)

	return &gateway{config: config}, nil
}
