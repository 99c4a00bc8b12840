// Package gateway is the one port of the laptop's AWS. It verifies the
// signature of every request, knows the caller by it, and hands the request to
// the service that the signature's scope names; a request without a scope is
// S3's.
//
// For S3 it also enforces the caller's policy, because the object store behind
// it knows requests, not permissions. Every other service checks by itself what
// its operations mean, with iam.Check.
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

// ErrConfig is that of a [Config] that cannot be used.
var ErrConfig = errors.New("front door's configuration")

// Config says who is known and what stands behind the door.
type Config struct {
	Principals *iam.Directory // Required.
	// Services are the handlers by their name in a credential scope: "states",
	// "dynamodb", "events", "ssm", "lambda", "cloudfront". The caller is in the request's
	// context.
	Services map[string]http.Handler
	S3       http.Handler // Required.
	// BucketPolicies are the buckets' own policies, by name.
	BucketPolicies map[string]*iam.Policy
	// Hosts are the names by which the port may be reached; nil means loopback's.
	Hosts *origin.Hosts
	// CORS is asked for what web pages of other sites request; nil means that they may
	// request nothing.
	CORS CORS
	// BodyIdle is how long a client may send nothing of a body; 0 means
	// clientbody.DefaultIdle.
	BodyIdle time.Duration
	Now      func() time.Time // nil means time.Now.
	Log      *slog.Logger     // nil means slog.Default().
}

// New makes the front door.
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

	if config.Log == nil {
		config.Log = slog.Default()
	}

	config.Services = maps.Clone(config.Services)

	return &door{config: config}, nil
}
