package asl

import (
	"encoding/json"
	"strings"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// taskState calls a service.
// https://states-language.net/spec.html#task-state
type taskState struct {
	*common

	resource     string
	resourceType string    // "lambda" for LambdaInvoke.
	action       string    // "invoke" for LambdaInvoke, with the suffix of the pattern.
	pattern      Pattern   // How the task waits for its end.
	function     bool      // The resource is a Lambda function.
	role         *template // The RoleArn of the Credentials; nil without them.
	arguments    *template
	timeout      *template
	heartbeat    *template
}

func (p *parser) taskState(base *common, fields *object) state {
	out := &taskState{common: base, resource: fields.text("Resource")}
	out.readResource(fields)
	out.readCredentials(fields)
	out.arguments = fields.template("Arguments", reach{})
	out.timeout = fields.seconds("TimeoutSeconds", 1)
	out.heartbeat = fields.seconds("HeartbeatSeconds", 1)

	out.checkHeartbeat(fields)

	if out.resource == LambdaInvoke && out.arguments == nil {
		fields.problemf("Arguments", "%s needs Arguments with a FunctionName", LambdaInvoke)
	}

	base.assign = assignment(fields, reach{result: true})
	base.output = fields.template("Output", reach{result: true})
	base.continues(fields)
	base.handlers(fields)

	return out
}

// checkHeartbeat checks that "the HeartbeatSeconds interval MUST be smaller than the
// TimeoutSeconds value", if both are plain numbers.
// https://states-language.net/spec.html#timeouts
func (s *taskState) checkHeartbeat(fields *object) {
	if s.timeout == nil || s.heartbeat == nil {
		return
	}

	timeout, isNumber := s.timeout.literal.(float64)
	heartbeat, isNumberToo := s.heartbeat.literal.(float64)

	if isNumber && isNumberToo && heartbeat >= timeout {
		fields.problemf("HeartbeatSeconds", "HeartbeatSeconds must be smaller than TimeoutSeconds")
	}
}

func (s *taskState) start(r *run, f *frame) {
	scope := r.newScope(f)
	task := &pendingTask{ID: r.newID("task")}

	if s.pattern == PatternCallback {
		task.Token = r.newToken(task.ID)
		scope.withToken(task.Token)
	}

	var err error

	task.Arguments = f.Input
	if s.arguments != nil {
		task.Arguments, err = r.evaluate(s.arguments, scope, "Arguments")
	}

	if err == nil && len(task.Arguments) > MaxDataBytes {
		err = dataLimit(f.State)
	}

	if err == nil {
		task.RoleARN, err = s.evaluateRole(scope)
	}

	if err == nil && s.timeout != nil {
		task.Timeout, err = s.timeout.seconds(scope, "TimeoutSeconds", 1)
	}

	if err == nil && s.heartbeat != nil {
		task.Heartbeat, err = s.heartbeat.seconds(scope, "HeartbeatSeconds", 1)
	}

	if err != nil {
		r.evaluationFailed(f, err, atStart)

		return
	}

	s.schedule(r, f, task)
}

func (s *taskState) schedule(r *run, f *frame, task *pendingTask) {
	r.frameEvent(f, s.scheduled(r, task))

	f.Phase = phaseTask
	f.Task = task

	if task.Timeout > 0 {
		task.Deadline = r.now.Add(seconds(task.Timeout))
		r.setTimer(f, timerTimeout, task.Deadline)
	}

	if task.Heartbeat > 0 {
		r.setTimer(f, timerHeartbeat, r.now.Add(seconds(task.Heartbeat)))
	}

	r.effects.Tasks = append(r.effects.Tasks, s.task(r, f))
	r.later(f, func() { r.frameEvent(f, s.started()) })
}

// task returns a frame's pending task for the driver.
func (s *taskState) task(r *run, f *frame) Task {
	return Task{
		ID: f.Task.ID, Execution: r.x.Options.ExecutionARN, State: s.name, Resource: s.resource, Arguments: f.Task.Arguments, RoleARN: f.Task.RoleARN, Attempt: f.RetryCount,
		Pattern: s.pattern, Submitted: f.Task.Submitted, Function: s.function,
		Timeout: seconds(f.Task.Timeout), Heartbeat: seconds(f.Task.Heartbeat), Deadline: f.Task.Deadline,
	}
}

func (s *taskState) succeeded(r *run, f *frame, output json.RawMessage) {
	result, err := compact(output)

	switch {
	case err != nil:
		s.failed(r, f, Failure{Error: ErrorRuntime, Cause: "The task's result is not JSON: " + err.Error()}, ErrorRuntime)

		return
	case len(result) > MaxDataBytes:
		s.failed(r, f, Failure{Error: ErrorDataLimit, Cause: dataLimit(s.resourceType).Error()}, ErrorDataLimit)

		return
	}

	token := f.Task.Token
	r.cancelTimers(f)
	f.stopWaiting()
	r.frameEvent(f, s.successEvent(result))

	value, err := jsonata.Decode(result)
	if err != nil {
		value = nil // It was validated as JSON above.
	}

	r.complete(f, r.newScope(f).withToken(token).with("result", value), result)
}

// failed records the failure of the task. name is the error name that ErrorEquals is
// compared with.
func (s *taskState) failed(r *run, f *frame, failure Failure, name string) {
	r.cancelTimers(f)
	f.stopWaiting()

	r.frameEvent(f, s.failureEvent(failure))
	r.fail(f, failure, name)
}

// cancelTimers cancels the timers of a frame whose task has ended by itself.
func (r *run) cancelTimers(f *frame) {
	f.Task = nil
	r.cancel(f)
}

// region returns the region in the execution's ARN: arn:aws:states:REGION:….
func (r *run) region() string {
	const partRegion, parts = 3, 5

	fields := strings.SplitN(r.x.Options.ExecutionARN, ":", parts)
	if len(fields) < parts {
		return ""
	}

	return fields[partRegion]
}

func seconds(count float64) time.Duration { return time.Duration(count * float64(time.Second)) }
