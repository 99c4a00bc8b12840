package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
}

// Invoker runs Lambda functions; a *lambda.Service is one.
type Invoker interface {
	// Invoke runs the function that a name or an ARN, qualified or not, stands for.
	Invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error)
}

// Integration carries out the tasks of one Resource: from the Arguments to the
// result, both JSON. An error that is, or wraps, an [*asl.TaskError] has the name
// that Retry and Catch see; any other one is States.TaskFailed.
type Integration func(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error)

// Reader reads a page of items on behalf of a state machine's role. The error's text
// is the cause of States.ItemReaderFailed.
type Reader func(ctx context.Context, roleARN string, read asl.Read) (asl.Page, error)

// Config is what a Service needs.
type Config struct {
	DB       *bbolt.DB
	Region   string
	Account  string
	Machines []Machine
	Lambda   Invoker
	// Integrations are the resources beside Lambda, by their ARN, such as
	// arn:aws:states:::aws-sdk:cloudfront:createInvalidation.
	Integrations map[string]Integration

	// Readers read the items of DISTRIBUTED Maps, by the ItemReader's Resource, such as
	// asl.ListObjects.
	Readers map[string]Reader

	// Marks is the path of a file that names the executions whose expressions are being
	// evaluated, so that one that kills the process is not resumed for ever; "" means
	// none.
	Marks string

	// KeepExecutions is how many ended executions are kept, the newest; 0 means
	// [DefaultKeepExecutions].
	KeepExecutions int

	// Emit puts "Step Functions Execution Status Change" events on the bus; nil
	// means that nobody listens. What it did not accept is tried again by Resume.
	Emit func(ctx context.Context, event eventbridge.Event) error

	Logger *slog.Logger // nil means that nobody listens.

	// As puts the role of a machine into the context of its tasks, for Lambda and the
	// Integrations to know who calls; nil means nobody.
	As func(ctx context.Context, roleARN string) context.Context

	// Authorize says whether the caller in ctx may act; nil means always.
	Authorize func(ctx context.Context, action, resource string) error
}

// Validate reports every problem of the configuration at once, but for those of
// the definitions.
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
			problems = append(problems, fmt.Errorf("the machine name %q is not valid, or taken", m.Name))
		}

		seen[m.Name] = true
	}

	return errors.Join(problems...)
}
