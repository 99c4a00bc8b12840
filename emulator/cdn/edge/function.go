package edge

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// maxRun bounds one run by the clock. CloudFront's bound is far lower, and on the
// time that it computes; this one ends what would never end, and nothing else, on a
// machine that is as busy as can be.
const maxRun = 10 * time.Second

// Function is a CloudFront Function, safe for concurrent use. It is made by
// [Compile].
type Function struct {
	name    string
	program *goja.Program
	maxRun  time.Duration
	idle    sync.Pool // of *instance: a runtime is for one run at a time
}

// Error is a function's failure: what it threw, or what of its answer CloudFront
// would not take. The viewer gets Status.
type Error struct {
	Function string
	Status   int // 503 where it threw or took too long, 502 where what it returned is invalid
	Cause    error
}

func (e *Error) Error() string { return "the edge function " + e.Function + ": " + e.Cause.Error() }

func (e *Error) Unwrap() error { return e.Cause }

// instance is a runtime in which the source has been run once.
type instance struct {
	runtime          *goja.Runtime
	handler          goja.Callable
	parse, stringify goja.Callable
}

// Compile makes a function of its source; name is for errors.
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

// errTooLong ends a run.
var errTooLong = errors.New("it ran too long")

// run calls handler with the event, and returns the JSON of what it returns. The
// event goes in, and the result comes out, as JSON: plain objects, as at the edge.
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
		// What it left behind dies with it.
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
		return nil, fmt.Errorf("take the event: %w", err)
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
