package asl

import (
	"fmt"
	"math"
	"strings"
	"time"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// retrier is one entry of Retry.
// https://states-language.net/spec.html#retrying-after-error
type retrier struct {
	errorEquals     []string
	intervalSeconds float64
	maxAttempts     int
	backoffRate     float64
	maxDelaySeconds float64 // 0 if it is missing.
	fullJitter      bool
}

// catcher is one entry of Catch.
// https://states-language.net/spec.html#fallback-states
type catcher struct {
	errorEquals []string
	next        string
	assign      *template
	output      *template
	path        string
}

const (
	defaultMaxAttempts = 3
	defaultBackoffRate = 2.0
	maxRetryDelay      = 31_622_400 // The specification requires MaxDelaySeconds to be "less than 31622401".
)

// handlers parses Retry and Catch.
func (c *common) handlers(fields *object) {
	retries := fields.children("Retry")
	for i, entry := range retries {
		c.retry = append(c.retry, readRetrier(entry, i == len(retries)-1))
	}

	catches := fields.children("Catch")
	for i, entry := range catches {
		c.catch = append(c.catch, readCatcher(entry, i == len(catches)-1))
	}
}

func readRetrier(entry *object, last bool) retrier {
	out := retrier{
		errorEquals:     errorNames(entry, last),
		intervalSeconds: 1,
		maxAttempts:     defaultMaxAttempts,
		backoffRate:     defaultBackoffRate,
		maxDelaySeconds: entry.whole("MaxDelaySeconds", 1, maxRetryDelay),
	}

	if seconds := entry.whole("IntervalSeconds", 1, maxSeconds); seconds > 0 {
		out.intervalSeconds = seconds
	}

	if _, there := entry.fields["MaxAttempts"]; there {
		out.maxAttempts = int(entry.whole("MaxAttempts", 0, maxSeconds))
	}

	if value, there := entry.take("BackoffRate"); there {
		rate, ok := value.(float64)
		if !ok || rate < 1 {
			entry.problemf("BackoffRate", "BackoffRate must be a number of at least 1")
		}

		out.backoffRate = rate
	}

	if jitter := entry.text("JitterStrategy"); jitter != "" {
		entry.oneOf("JitterStrategy", jitter, "FULL", "NONE")
		out.fullJitter = jitter == "FULL"
	}

	entry.text("Comment")
	entry.finish()

	return out
}

func readCatcher(entry *object, last bool) catcher {
	if entry.parser.literal {
		entry.withoutJSONata("Output")
	}

	out := catcher{errorEquals: errorNames(entry, last), next: entry.text("Next"), path: entry.path}
	out.assign = assignment(entry, reach{errorOutput: true})
	out.output = entry.template("Output", reach{errorOutput: true})

	entry.require("Next")

	entry.text("Comment")
	entry.finish()

	return out
}

// errorNames parses ErrorEquals. States.ALL must be the only name, in the last entry.
func errorNames(entry *object, last bool) []string {
	entry.require("ErrorEquals")

	names := entry.strings("ErrorEquals")

	for i, name := range names {
		path := fmt.Sprintf("%s/%d", entry.at("ErrorEquals"), i)

		switch {
		case name == ErrorAll && len(names) > 1:
			entry.parser.problemf(path, "States.ALL must be the only name")
		case name == ErrorAll && !last:
			entry.parser.problemf(path, "States.ALL must be in the last entry")
		case strings.HasPrefix(name, "States.") && !isReserved(name):
			entry.parser.problemf(path, "there is no reserved error name %q", name)
		}
	}

	return names
}

// delay returns the delay before a retry. earlier is the number of earlier retries.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
func (t *retrier) delay(earlier int, random Random) time.Duration {
	seconds := t.intervalSeconds * math.Pow(t.backoffRate, float64(earlier))

	if t.maxDelaySeconds > 0 {
		seconds = min(seconds, t.maxDelaySeconds)
	}

	seconds = min(seconds, maxSeconds)

	if t.fullJitter {
		seconds *= random.Float64()
	}

	return time.Duration(seconds * float64(time.Second)).Truncate(time.Millisecond)
}

// fail handles the failure of a frame's current state: by a retry, by a catcher, or by
// failing the frame. name is the error name that ErrorEquals is compared with. It differs
// from the reported error only for a missed heartbeat.
func (r *run) fail(f *frame, failure Failure, name string) {
	r.cancel(f)

	if common := r.stateOf(f).facts(); !r.retry(f, common, name) {
		r.catch(f, common, failure, name)
	}
}

// failWhole is fail for a state that fails before its exit. A Map or a Parallel that is not
// retried has an event for this failure.
func (r *run) failWhole(f *frame, failure Failure) {
	r.cancel(f)

	common := r.stateOf(f).facts()
	if r.retry(f, common, failure.Error) {
		return
	}

	if common.kind == kindMap || common.kind == kindParallel {
		r.frameEvent(f, HistoryEvent{Type: EventType(common.kind + "StateFailed")})
	}

	r.catch(f, common, failure, failure.Error)
}

// catch continues with the first catcher that matches, or fails the frame.
func (r *run) catch(f *frame, common *common, failure Failure, name string) {
	for i, catch := range common.catch {
		if !matches(catch.errorEquals, name) {
			continue
		}

		errorOutput := jsonata.NewObject(2) //nolint:mnd // Error and Cause.
		errorOutput.Set("Error", failure.Error)
		errorOutput.Set("Cause", failure.Cause)

		output, err := jsonata.Encode(errorOutput)
		if err != nil {
			break // Two strings can always be encoded.
		}

		r.exitState(f, r.newScope(f).with("errorOutput", errorOutput), exit{
			assign: catch.assign, output: catch.output, next: catch.next,
			location: fmt.Sprintf("Catch[%d]/", i), at: atCatch,
		}, output)

		return
	}

	r.frameFailed(f, failure)
}

// retry sets the timer of a retry, if the first retrier that matches has attempts left.
func (r *run) retry(f *frame, common *common, name string) bool {
	for i := range common.retry {
		retrier := &common.retry[i]
		if !matches(retrier.errorEquals, name) {
			continue
		}

		if f.Retries == nil {
			f.Retries = make([]int, len(common.retry))
		}

		if f.Retries[i] >= retrier.maxAttempts {
			return false
		}

		delay := retrier.delay(f.Retries[i], r.machine.random)
		f.Retries[i]++
		f.RetryCount++
		f.Phase = phaseRetry
		f.Children, f.Run = nil, nil
		r.setTimer(f, timerRetry, r.now.Add(delay))

		return true
	}

	return false
}
