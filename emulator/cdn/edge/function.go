package edge

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// maxRun limits the elapsed time of one run. CloudFront's limit is far lower and counts
// computing time. This limit only ends a function that would never end, even on a very
// busy machine.
const maxRun = 10 * time.Second

// Function is a CloudFront Function that is safe for concurrent use. [Compile] creates
// it.
type Function struct {
	name    string
	program *goja.Program
	maxRun  time.Duration
	idle    sync.Pool // of *instance: a runtime serves one run at a time
}

// Error is a function's failure: the exception that it threw, or the part of its answer
// that CloudFront would not accept. The viewer receives Status.
type Error struct {
	Function string
	Status   int // 503 if it threw or took too long, 502 if the returned value is invalid
	Cause    error
}

func (e *Error) Error() string { return "the edge function " + e.Function + ": " + e.Cause.Error() }

func (e *Error) Unwrap() error { return e.Cause }

// instance is a runtime that has run the source once.
type instance struct {
	runtime          *goja.Runtime
	handler          goja.Callable
	parse, stringify goja.Callable
}

// Compile creates a function from its source. Errors contain name.
func Compile(name, source string) (*Function, error) {
	program, err := compile(name, source)
	if err != nil {
		return nil, err
	}

	f := &Function{name: name, program: program, maxRun: maxRun}

	first, err := f.instance()
	if err != nil {
		return nil, err
	}

	f.idle.Put(first)

	return f, nil
}

func (f *Function) instance() (*instance, error) {
	runtime := goja.New()
	made := &instance{runtime: runtime}

	var known bool

	json := runtime.Get("JSON").ToObject(runtime)
	made.parse, _ = goja.AssertFunction(json.Get("parse"))
	made.stringify, _ = goja.AssertFunction(json.Get("stringify"))

	if err := restrict(runtime); err != nil {
		return nil, err
	}

	if _, err := runtime.RunProgram(f.program); err != nil {
		return nil, fmt.Errorf("run %s: %w", f.name, err)
	}

	if made.handler, known = goja.AssertFunction(runtime.Get("handler")); !known {
		return nil, fmt.Errorf("%s has no function `handler`", f.name)
	}

	return made, nil
}

// errTooLong interrupts a run.
var errTooLong = errors.New("it ran too long")

// run calls handler with the event, and returns the JSON of the result. Both the event
// and the result are passed as JSON, so both are plain objects, as at the edge.
func (f *Function) run(input event) ([]byte, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return nil, fmt.Errorf("render the event of %s: %w", f.name, err)
	}

	one, ok := f.idle.Get().(*instance)
	if !ok {
		if one, err = f.instance(); err != nil {
			return nil, err
		}
	}

	out, err := one.call(string(text), f.maxRun)
	if err != nil {
		// The runtime is not reused after an error.
		return nil, &Error{Function: f.name, Status: statusUnavailable, Cause: err}
	}

	f.idle.Put(one)

	return out, nil
}

func (i *instance) call(text string, within time.Duration) ([]byte, error) {
	alarm := time.AfterFunc(within, func() { i.runtime.Interrupt(errTooLong) })
	defer func() {
		alarm.Stop()
		i.runtime.ClearInterrupt()
	}()

	input, err := i.parse(goja.Undefined(), i.runtime.ToValue(text))
	if err != nil {
		return nil, fmt.Errorf("parse the event: %w", err)
	}

	result, err := i.handler(goja.Undefined(), input)
	if err != nil {
		return nil, fmt.Errorf("run its handler: %w", err)
	}

	rendered, err := i.stringify(goja.Undefined(), result)
	if err != nil {
		return nil, fmt.Errorf("read what it returned: %w", err)
	}

	return []byte(rendered.String()), nil
}
