package lambda

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"time"
)

// The defaults of a Config, and AWS's limits.
const (
	DefaultInitTimeout = 10 * time.Second // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
	DefaultIdleTimeout = 5 * time.Minute
	DefaultTimeout     = 3 * time.Second // Of a function that names none.
	DefaultMemoryMB    = 128             // Of a function that names none.

	// MaxPayloadBytes bounds the request and the response of an invocation.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	MaxPayloadBytes = 6 << 20

	instancesPerCore = 4
)

// Function is one function: an executable that speaks the Runtime API.
type Function struct {
	Name       string
	Executable string            // The file that `make build` makes; it may be replaced at any time.
	Env        map[string]string // The whole environment besides what Lambda itself sets; ours is not inherited.
	Timeout    time.Duration     // Of one invocation; 0 means DefaultTimeout.
	MemoryMB   int               // A process that holds more is killed (Linux); 0 means DefaultMemoryMB.
	Aliases    []string          // The qualifiers that exist besides $LATEST; all are version 1.

	// MaxConcurrency bounds the function's instances; 0 means that only
	// Config.MaxInstances does.
	MaxConcurrency int
}

// Config is what a Service needs.
type Config struct {
	Region    string
	Account   string
	Functions []Function

	// AccountConcurrency is the account's quota of concurrent executions: one
	// invocation more is refused with TooManyRequestsException, as by AWS. 0 means
	// that invocations wait for an instance instead.
	AccountConcurrency int

	MaxInstances int           // In all; 0 means four times the cores. Never fewer than one a function.
	InitTimeout  time.Duration // From the process's start to its first /next; 0 means DefaultInitTimeout.
	IdleTimeout  time.Duration // After which an idle instance is ended; 0 means DefaultIdleTimeout.

	// Log receives what functions write to stdout and stderr, a line at a time
	// without its line end, and what Lambda says of crashes and timeouts. nil means
	// that nobody listens. It must be safe for concurrent use.
	Log func(function, line string)

	// Report receives Lambda's own line after every invocation, with its time and the most
	// memory that the instance has held; nil means that nobody listens. It must be safe for
	// concurrent use.
	Report func(function, line string)

	// Inject says what is to go wrong with an invocation of a function; nil means
	// nothing ever.
	Inject func(function string) Injection

	// Authorize says whether the caller in ctx may act; nil means always.
	Authorize func(ctx context.Context, action, resource string) error
}

var functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// Validate reports every problem of the configuration at once.
func (c *Config) Validate() error {
	var problems []error

	if c.Region == "" {
		problems = append(problems, errors.New("the Region is empty"))
	}

	if c.Account == "" {
		problems = append(problems, errors.New("the Account is empty"))
	}

	seen := map[string]bool{}

	for i := range c.Functions {
		f := &c.Functions[i]

		if !functionName.MatchString(f.Name) {
			problems = append(problems, fmt.Errorf("in Functions[%d]: the name %q must match %s", i, f.Name, functionName))
		}

		if seen[f.Name] {
			problems = append(problems, fmt.Errorf("in Functions[%d]: a second function is named %q", i, f.Name))
		}

		seen[f.Name] = true

		if f.Executable == "" {
			problems = append(problems, fmt.Errorf("function %s: Executable is empty", f.Name))
		}

		if f.Timeout < 0 || f.MemoryMB < 0 || f.MaxConcurrency < 0 {
			problems = append(problems, fmt.Errorf("function %s: Timeout, MemoryMB and MaxConcurrency must not be negative", f.Name))
		}
	}

	if c.AccountConcurrency < 0 || c.MaxInstances < 0 || c.InitTimeout < 0 || c.IdleTimeout < 0 {
		problems = append(problems, errors.New("AccountConcurrency, MaxInstances, InitTimeout and IdleTimeout must not be negative"))
	}

	return errors.Join(problems...)
}

// withDefaults is the configuration with nothing left to decide.
func (c Config) withDefaults() (Config, error) {
	if c.MaxInstances == 0 {
		c.MaxInstances = instancesPerCore * runtime.NumCPU()
	}

	c.MaxInstances = max(c.MaxInstances, len(c.Functions))

	if c.InitTimeout == 0 {
		c.InitTimeout = DefaultInitTimeout
	}

	if c.IdleTimeout == 0 {
		c.IdleTimeout = DefaultIdleTimeout
	}

	if c.Log == nil {
		c.Log = func(string, string) {}
	}

	if c.Report == nil {
		c.Report = func(string, string) {}
	}

	if c.Authorize == nil {
		c.Authorize = func(context.Context, string, string) error { return nil }
	}

	functions := make([]Function, len(c.Functions))

	for i, f := range c.Functions {
		path, err := filepath.Abs(f.Executable)
		if err != nil {
			return Config{}, fmt.Errorf("locate the executable of %s: %w", f.Name, err)
		}

		f.Executable = path

		if f.Timeout == 0 {
			f.Timeout = DefaultTimeout
		}

		if f.MemoryMB == 0 {
			f.MemoryMB = DefaultMemoryMB
		}

		functions[i] = f
	}

	c.Functions = functions

	return c, nil
}
