package asl

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
)

// A task token names the execution and the task that wait for it, so that a driver finds
// them without a list of tokens. It also has a random part, so that it cannot be guessed.
// The execution stores the token, so it is valid after a restart.

const tokenWords = 3 // The length of the random part, in words of 64 bits.

// newToken returns the token of a task.
func (r *run) newToken(taskID string) string {
	var secret []byte
	for range tokenWords {
		secret = binary.BigEndian.AppendUint64(secret, r.machine.random.Uint64())
	}

	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s\n%s\n%s", r.x.Options.ExecutionARN, taskID, secret))
}

// readToken returns the ARN of the execution and the ID of the task in a token.
func readToken(token string) (executionARN, taskID string, ok bool) {
	text, err := base64.StdEncoding.DecodeString(token)
	arn, rest, found := strings.Cut(string(text), "\n")
	id, secret, foundID := strings.Cut(rest, "\n")

	return arn, id, err == nil && found && foundID && len(secret) == tokenWords*8
}

// TokenExecution returns the ARN of the execution that a task token belongs to. It reports
// false if the text is not a task token.
func TokenExecution(token string) (string, bool) {
	arn, _, ok := readToken(token)

	return arn, ok
}

// awaiting returns the ID of the task that waits for a token.
func (m *Machine) awaiting(x *Execution, token string) (string, error) {
	if _, id, ok := readToken(token); ok {
		if _, f, _, err := m.waiting(x, id); err == nil && subtle.ConstantTimeCompare([]byte(f.Task.Token), []byte(token)) == 1 {
			return id, nil
		}
	}

	return "", fmt.Errorf("task token of %s: %w", x.state.Options.ExecutionARN, ErrNotPending)
}

// CallbackSucceeded ends the task that waits for a token with an output, which must be JSON.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
func (m *Machine) CallbackSucceeded(x *Execution, token string, output json.RawMessage) (Effects, error) {
	id, err := m.awaiting(x, token)
	if err != nil {
		return Effects{}, err
	}

	return m.TaskSucceeded(x, id, output)
}

// CallbackFailed ends the task that waits for a token with a failure.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
func (m *Machine) CallbackFailed(x *Execution, token string, failure Failure) (Effects, error) {
	id, err := m.awaiting(x, token)
	if err != nil {
		return Effects{}, err
	}

	return m.TaskFailed(x, id, failure)
}

// CallbackHeartbeat restarts the heartbeat timer of the task that waits for a token.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html
func (m *Machine) CallbackHeartbeat(x *Execution, token string) (Effects, error) {
	id, err := m.awaiting(x, token)
	if err != nil {
		return Effects{}, err
	}

	return m.TaskHeartbeat(x, id)
}

// TaskSubmitted reports the response of the call of a task that waits for a callback or for
// a job. [Machine.Pending] returns such a task with Submitted, and the driver does not make
// the call again.
func (m *Machine) TaskSubmitted(x *Execution, taskID string, output json.RawMessage) (Effects, error) {
	r, f, task, err := m.waiting(x, taskID)
	if err != nil {
		return Effects{}, err
	}

	result, err := compact(output)
	if err != nil {
		return Effects{}, fmt.Errorf("submit task %s: %w", taskID, err)
	}

	f.Task.Submitted = true
	r.frameEvent(f, HistoryEvent{Type: EventTaskSubmitted, TaskSubmitted: task.output(result)})

	return r.finish(), nil
}

// TaskSubmitFailed reports that the call of a task that waits for a callback or for a job
// has failed. Retry and Catch decide how the execution continues.
func (m *Machine) TaskSubmitFailed(x *Execution, taskID string, failure Failure) (Effects, error) {
	r, f, task, err := m.waiting(x, taskID)
	if err != nil {
		return Effects{}, err
	}

	r.cancelTimers(f)
	f.stopWaiting()
	r.frameEvent(f, HistoryEvent{Type: EventTaskSubmitFailed, TaskSubmitFailed: task.failure(failure)})
	r.fail(f, failure, failure.Error)

	return r.finish(), nil
}
