package lambda

import (
	"sync"
	"time"
)

// Result is the result of an invocation.
type Result struct {
	Payload         []byte // The function's answer, or the error document.
	FunctionError   string // "Unhandled" if the function failed; otherwise empty.
	ExecutedVersion string
	RequestID       string
	TraceRoot       string // The root of the X-Ray trace.
	LogTail         []byte // The last 4 KB of the log; only with [WithLogTail].

	timedOut bool   // Lambda ended the invocation because it took too long.
	platform string // Lambda's own line about a failure that the function could not report.
}

// invocation is one request to a function.
type invocation struct {
	requestID string
	arn       string // As the caller named it, with the qualifier.
	payload   []byte
	timeout   time.Duration
	how       Injection // The fault to inject.
	version   string    // The version that the qualifier means.
	log       tail

	answered chan struct{} // Closed when result is set.
	freed    chan struct{} // Closed when the instance asks for the next one.

	mu       sync.Mutex
	taken    bool // The function has received it.
	deadline time.Time
	result   *Result
}

func newInvocation(requestID, arn string, payload []byte, timeout time.Duration) *invocation {
	return &invocation{
		requestID: requestID, arn: arn, payload: payload, timeout: timeout,
		answered: make(chan struct{}), freed: make(chan struct{}),
	}
}

// take marks the invocation as given to the function.
func (v *invocation) take() {
	v.mu.Lock()
	defer v.mu.Unlock()

	v.taken = true
}

func (v *invocation) wasTaken() bool {
	v.mu.Lock()
	defer v.mu.Unlock()

	return v.taken
}

// answer sets the result, if it is not set yet.
func (v *invocation) answer(result Result) {
	v.mu.Lock()
	defer v.mu.Unlock()

	if v.result == nil {
		v.result = &result
		close(v.answered)
	}
}

func (v *invocation) outcome() (Result, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()

	if v.result == nil {
		return Result{}, false
	}

	return *v.result, true
}
