package asl

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// taskState calls a service.
// https://states-language.net/spec.html#task-state
type taskState struct {
	*common

	resource     string
	resourceType string // "lambda" for LambdaInvoke.
	action       string // "invoke" for LambdaInvoke.
	arguments    *template
	timeout      *template
	heartbeat    *template
}

// serviceResource matches the ARN of a service integration. Its account and region may be
// empty.
var serviceResource = regexp.MustCompile(`^arn:[a-z-]+:states:[^:]*:[^:]*:((?:[a-z0-9-]+:)?[A-Za-z0-9-]+):([A-Za-z0-9.-]+(?::[0-9]+)?)$`)

func (p *parser) taskState(base *common, fields *object) state {
	out := &taskState{common: base, resource: fields.text("Resource")}
	out.readResource(fields)
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

func (s *taskState) readResource(fields *object) {
	parts := serviceResource.FindStringSubmatch(s.resource)

	switch {
	case s.resource == "":
		fields.problemf("Resource", "a Task needs a Resource")
	case strings.Contains(s.resource, ":lambda:") && strings.Contains(s.resource, ":function:"):
		fields.problemf("Resource", "a function's own ARN is not supported: use %s", LambdaInvoke)
	case strings.Contains(s.resource, ":activity:"):
		fields.problemf("Resource", "activities are not supported")
	case strings.Contains(s.resource, ".sync"), strings.Contains(s.resource, ".waitForTaskToken"):
		fields.problemf("Resource", "the integration patterns .sync and .waitForTaskToken are not supported")
	case parts == nil:
		fields.problemf("Resource", "%q is not a service integration; an example is %s", s.resource, LambdaInvoke)
	default:
		s.resourceType, s.action = parts[1], parts[2]
	}
}

func (s *taskState) start(r *run, f *frame) {
	scope := r.newScope(f)
	task := &pendingTask{ID: r.newID("task")}

	var err error

	task.Arguments = f.Input
	if s.arguments != nil {
		task.Arguments, err = r.evaluate(s.arguments, scope, "Arguments")
	}

	if err == nil && len(task.Arguments) > MaxDataBytes {
		err = dataLimit(f.State)
	}

	if err == nil && s.timeout != nil {
		task.Timeout, err = s.timeout.seconds(scope, "TimeoutSeconds", 1)
	}

	if err == nil && s.heartbeat != nil {
		task.Heartbeat, err = s.heartbeat.seconds(scope, "HeartbeatSeconds", 1)
	}

	if err != nil {
		r.evaluationFailed(f, err, false)

		return
	}

	s.schedule(r, f, task)
}

func (s *taskState) schedule(r *run, f *frame, task *pendingTask) {
	r.frameEvent(f, HistoryEvent{Type: EventTaskScheduled, TaskScheduled: &TaskScheduledDetails{
		ResourceType: s.resourceType, Resource: s.action, Region: r.region(), Parameters: string(task.Arguments),
		TimeoutInSeconds: int64(task.Timeout), HeartbeatInSeconds: int64(task.Heartbeat),
	}})

	f.Phase = phaseTask
	f.Task = task

	if task.Timeout > 0 {
		task.Deadline = r.now.Add(seconds(task.Timeout))
		r.setTimer(f, timerTimeout, task.Deadline)
	}

	if task.Heartbeat > 0 {
		r.setTimer(f, timerHeartbeat, r.now.Add(seconds(task.Heartbeat)))
	}

	r.effects.Tasks = append(r.effects.Tasks, s.task(f))
	r.later(f, func() {
		r.frameEvent(f, HistoryEvent{Type: EventTaskStarted, TaskStarted: &TaskStartedDetails{ResourceType: s.resourceType, Resource: s.action}})
	})
}

// task returns a frame's pending task for the driver.
func (s *taskState) task(f *frame) Task {
	return Task{
		ID: f.Task.ID, State: s.name, Resource: s.resource, Arguments: f.Task.Arguments, Attempt: f.RetryCount,
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

	r.cancelTimers(f)
	f.stopWaiting()
	r.frameEvent(f, HistoryEvent{Type: EventTaskSucceeded, TaskSucceeded: &TaskSucceededDetails{
		ResourceType: s.resourceType, Resource: s.action, Output: string(result), OutputDetails: &DataDetails{},
	}})

	value, err := jsonata.Decode(result)
	if err != nil {
		value = nil // It was validated as JSON above.
	}

	r.complete(f, r.newScope(f).with("result", value), result)
}

// failed records the failure of the task. name is the error name that ErrorEquals is
// compared with.
func (s *taskState) failed(r *run, f *frame, failure Failure, name string) {
	r.cancelTimers(f)
	f.stopWaiting()

	details := &TaskFailedDetails{ResourceType: s.resourceType, Resource: s.action, Error: failure.Error, Cause: failure.Cause}
	if failure.Error == ErrorTimeout {
		r.frameEvent(f, HistoryEvent{Type: EventTaskTimedOut, TaskTimedOut: details})
	} else {
		r.frameEvent(f, HistoryEvent{Type: EventTaskFailed, TaskFailed: details})
	}

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
