package lambda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"time"
)

// Defaults of a Config, and AWS's limits.
const (
	DefaultInitTimeout = 10 * time.Second // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
	DefaultIdleTimeout = 5 * time.Minute
	DefaultTimeout     = 3 * time.Second // For a function that sets none.
	DefaultMemoryMB    = 128             // For a function that sets none.

	// MaxPayloadBytes limits the request and the response of an invocation.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	MaxPayloadBytes = 6 << 20

	instancesPerCore = 4

	groupPrefix = "/aws/lambda/" // Of the names of log groups.
)

// Function is one function: an executable that implements the Runtime API.
type Function struct {
	Name       string
	Executable string            // The file that `make build` writes; it may be replaced at any time.
	Env        map[string]string // The whole environment, in addition to what Lambda itself sets. The emulator's own environment is not inherited.
	Timeout    time.Duration     // Of one invocation; 0 means DefaultTimeout.
	MemoryMB   int               // A process that exceeds it is killed (Linux); 0 means DefaultMemoryMB.
	Aliases    []string          // The qualifiers besides $LATEST; all point to version 1.

	Description string            // What the API reports.
	Tags        map[string]string // As Description.

	// MaxConcurrency limits the function's instances; 0 means that only
	// Config.MaxInstances limits them.
	MaxConcurrency int

	// LogGroup receives the function's lines; "" means /aws/lambda/{Name}.
	LogGroup string

	role    string // Of a created function: the role whose credentials its processes have.
	version string // Of a created function: the version that its processes run. "" means $LATEST.
}

// Config configures a Service.
type Config struct {
	Region    string
	Account   string
	Functions []Function

	// AccountConcurrency is the account's quota of concurrent executions. An invocation
	// above it is rejected with TooManyRequestsException, as on AWS. 0 means that
	// invocations wait for an instance instead.
	AccountConcurrency int

	MaxInstances int           // For all functions together; 0 means four times the cores. At least one for each function.
	InitTimeout  time.Duration // From the start of the process to its first /next; 0 means DefaultInitTimeout.
	IdleTimeout  time.Duration // After this time an idle instance is ended; 0 means DefaultIdleTimeout.

	// Log receives the lines that functions write to stdout and stderr, without their
	// line ends, and Lambda's own lines about crashes and timeouts. nil means no log. It
	// must be safe for concurrent use.
	Log func(function, line string)

	// Report receives Lambda's own line after every invocation, with its duration and the
	// peak memory of the instance; nil means no report. It must be safe for concurrent
	// use.
	Report func(function, line string)

	// Stream receives every line that Log and Report receive, with the names of the
	// function's log group and of the instance's log stream. nil means that nothing
	// receives them. It must be safe for concurrent use.
	Stream func(group, stream, line string)

	// Inject returns the fault to inject into an invocation of a function; nil means no
	// fault injection.
	Inject func(function string) Injection

	// Authorize decides whether the caller in ctx may act; nil means that every caller
	// may.
	Authorize func(ctx context.Context, action, resource string) error

	Creation Creation
}

var functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// Validate reports all problems of the configuration together.
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

// withDefaults returns the configuration with all defaults set.
func (c Config) withDefaults() (Config, error) {
	if c.MaxInstances == 0 {
		c.MaxInstances = instancesPerCore * runtime.NumCPU()
	}

	c.MaxInstances = max(c.MaxInstances, len(c.Functions))
	c.Creation.withDefaults()

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

	if c.Stream == nil {
		c.Stream = func(string, string, string) {}
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
		f.LogGroup = cmp.Or(f.LogGroup, groupPrefix+f.Name)

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
