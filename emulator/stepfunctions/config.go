package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"go.etcd.io/bbolt"

	"triptych/emulator/eventbridge"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions/asl"
)

// Machine is a state machine.
type Machine struct {
	Name       string
	RoleARN    string
	Definition []byte // The Amazon States Language, in its JSONata form.
	LogGroup   string // Receives the errors of its executions, unless a client changes that; "" means no log.
}

// Invoker runs Lambda functions. A *lambda.Service implements it.
type Invoker interface {
	// Invoke runs a function, given its name or its ARN, qualified or not.
	Invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error)
}

// Integration runs the tasks of one Resource. It takes the Arguments and returns the
// result, both as JSON. If the error is, or wraps, an [*asl.TaskError], that error has the
// name that Retry and Catch see. Any other error is States.TaskFailed.
type Integration func(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error)

// Reader reads a page of items with the permissions of a state machine's role. The text of
// its error is the cause of States.ItemReaderFailed.
type Reader func(ctx context.Context, roleARN string, read asl.Read) (asl.Page, error)

// Config is the configuration of a Service.
type Config struct {
	DB       *bbolt.DB
	Region   string
	Account  string
	Machines []Machine
	Lambda   Invoker
	// Integrations are the resources other than Lambda, by their ARN, such as
	// arn:aws:states:::aws-sdk:cloudfront:createInvalidation.
	Integrations map[string]Integration

	// Readers read the items of DISTRIBUTED Maps, by the ItemReader's Resource, such as
	// asl.ListObjects.
	Readers map[string]Reader

	// Writer writes a file of the results of DISTRIBUTED Maps with the permissions of a state
	// machine's role. The text of its error is the cause of States.ResultWriterFailed.
	Writer func(ctx context.Context, roleARN, bucket, key string, file io.ReadSeeker) error

	// Marks is the path of a file with the names of the executions whose expressions are
	// being evaluated. Because of it, an execution that kills the process is not resumed
	// forever. "" means no such file.
	Marks string

	// KeepExecutions is the number of ended executions to keep, the newest; 0 means
	// [DefaultKeepExecutions].
	KeepExecutions int

	// Emit sends "Step Functions Execution Status Change" events to the bus; nil emits no
	// events. Resume retries events that Emit did not accept.
	Emit func(ctx context.Context, event eventbridge.Event) error

	// LogEvent writes a line to a log group, for machines with a LoggingConfiguration; nil
	// writes nothing.
	LogEvent func(group, stream, line string) error
	// LogDestination returns an error if a machine with this role cannot write to a log
	// group; nil means that every machine can.
	LogDestination func(ctx context.Context, roleARN, group string) error

	Logger *slog.Logger // nil discards the log.

	// As adds a machine's role to the context of its tasks, so that Lambda and the
	// Integrations know the caller; nil adds no role.
	As func(ctx context.Context, roleARN string) context.Context

	// Authorize reports, as an error, that the caller in ctx may not act; nil allows every
	// call.
	Authorize func(ctx context.Context, action, resource string) error
}

// Validate reports all problems of the configuration at once, except those of the
// definitions.
func (c *Config) Validate() error {
	var problems []error

	if c.KeepExecutions < 0 {
		problems = append(problems, fmt.Errorf("KeepExecutions is %d: it must not be negative", c.KeepExecutions))
	}

	if c.DB == nil || c.Region == "" || c.Account == "" || c.Lambda == nil {
		problems = append(problems, errors.New("DB, Region, Account and Lambda must be set"))
	}

	seen := map[string]bool{}

	for _, m := range c.Machines {
		if seen[m.Name] || !validName(m.Name) {
			problems = append(problems, fmt.Errorf("the machine name %q is not valid or used twice", m.Name))
		}

		seen[m.Name] = true
	}

	return errors.Join(problems...)
}
