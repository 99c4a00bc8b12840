package telemetry

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Invocation gathers what one invocation of a function has measured, and whom it
// was about, for the one line that ends it: a log line that is metrics too, see
// [Invocation.Line]. It is safe for concurrent use.
type Invocation struct {
	mu         sync.Mutex
	part       bool
	attributes []slog.Attr
	values     map[string]float64 // by the metric's name
	texts      map[string]string  // by the dimension's
}

type invocationKey struct{}

// Begin returns a context in which [Measure] and [Count] gather for the invocation,
// and [With] names what it is about. function is the short name, such as "resize".
func Begin(ctx context.Context, stack, function string) (context.Context, *Invocation) {
	invocation := &Invocation{values: map[string]float64{}, texts: map[string]string{Stack: stack, Function: function}}

	return context.WithValue(ctx, invocationKey{}, invocation), invocation
}

func invocationOf(ctx context.Context) *Invocation {
	invocation, _ := ctx.Value(invocationKey{}).(*Invocation)

	return invocation
}

// Measure adds a value to one of the context's invocation's metrics; without an
// invocation it does nothing.
func Measure(ctx context.Context, metric Metric, value float64) {
	if invocation := invocationOf(ctx); invocation != nil {
		invocation.measure(metric, value)
	}
}

// Count says how the context's invocation's image ended: see [Invocation.Count].
func Count(ctx context.Context, outcome Outcome, code string) {
	if invocation := invocationOf(ctx); invocation != nil {
		invocation.Count(outcome, code)
	}
}

// Part says that the context's invocation is one of several about the same image,
// so that [Invocation.Count] has nothing to count.
func Part(ctx context.Context) {
	if invocation := invocationOf(ctx); invocation != nil {
		invocation.mu.Lock()
		defer invocation.mu.Unlock()

		invocation.part = true
	}
}

// Count says how the image ended, once an image; code is a rejection's, or "".
func (i *Invocation) Count(outcome Outcome, code string) {
	if i.isPart() {
		return
	}

	i.name(OutcomeName, string(outcome))
	i.name(Code, code)
	i.measure(Images, 1)
}

func (i *Invocation) isPart() bool {
	i.mu.Lock()
	defer i.mu.Unlock()

	return i.part
}

// Fail counts an attempt that failed and is no image's fault, under its public code.
func (i *Invocation) Fail(code string) {
	i.name(Code, code)
	i.measure(Failures, 1)
}

// Line returns what stands on the invocation's last line: whom it was about, and
// its metrics in the embedded metric format, which CloudWatch reads out of the log.
// Where kept is false only the duration and the failure count: what an attempt has
// measured that will be made again would count twice.
func (i *Invocation) Line(now time.Time, took time.Duration, kept bool) []slog.Attr {
	i.measure(Duration, float64(took.Microseconds())/1000)

	i.mu.Lock()
	defer i.mu.Unlock()

	line := slices.Clone(i.attributes)

	return append(line, i.embedded(now, kept)...)
}

func (i *Invocation) measure(metric Metric, value float64) {
	i.mu.Lock()
	defer i.mu.Unlock()

	i.values[metric.Name] += value
}

func (i *Invocation) name(dimension, value string) {
	i.mu.Lock()
	defer i.mu.Unlock()

	if value != "" {
		i.texts[dimension] = value
	}
}

// about keeps attributes for the line; one that comes again is replaced.
func (i *Invocation) about(attributes []slog.Attr) {
	i.mu.Lock()
	defer i.mu.Unlock()

	for _, attribute := range attributes {
		i.attributes = slices.DeleteFunc(i.attributes, func(known slog.Attr) bool { return known.Key == attribute.Key })
		i.attributes = append(i.attributes, attribute)
	}
}
