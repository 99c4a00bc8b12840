package lambda

import (
	"sync"
	"time"
)

// Result is what an invocation came to.
type Result struct {
	Payload         []byte // The function's answer, or the error document.
	FunctionError   string // "Unhandled" if the function failed; else empty.
	ExecutedVersion string
	RequestID       string

	timedOut bool   // Lambda ended it, because it took too long.
	platform string // What Lambda itself says of a failure that the function could not report.
}

// invocation is one request on its way through an instance.
type invocation struct {
	requestID string
	arn       string // As the caller named it, with the qualifier.
	payload   []byte
	timeout   time.Duration
	how       Injection // What is to go wrong with it.

	answered chan struct{} // Closed when result is set.
	freed    chan struct{} // Closed when the instance asks for the next one.

	mu       sync.Mutex
	taken    bool // The function has been given it.
	deadline time.Time
	result   *Result
}

func newInvocation(requestID, arn string, payload []byte, timeout time.Duration) *invocation {
	return &invocation{
		requestID: requestID, arn: arn, payload: payload, timeout: timeout,
		answered: make(chan struct{}), freed: make(chan struct{}),
	}
}

// take marks the invocation as handed to the function.
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

// answer sets the result, if there is none yet.
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
