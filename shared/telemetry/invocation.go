package telemetry

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Invocation collects the metrics of one invocation of a function, and the attributes
// that say which upload it processed. They are written to the last log line, which is
// also a metrics document: see [Invocation.Line]. It is safe for concurrent use.
type Invocation struct {
	mu         sync.Mutex
	part       bool
	attributes []slog.Attr
	values     map[string]float64 // by metric name
	texts      map[string]string  // by dimension name
}

type invocationKey struct{}

// Begin returns a context for an invocation. [Measure] and [Count] collect its metrics,
// and [With] adds its attributes. function is the short name, such as "resize".
func Begin(ctx context.Context, stack, function string) (context.Context, *Invocation) {
	invocation := &Invocation{values: map[string]float64{}, texts: map[string]string{Stack: stack, Function: function}}

	return context.WithValue(ctx, invocationKey{}, invocation), invocation
}

func invocationOf(ctx context.Context) *Invocation {
	invocation, _ := ctx.Value(invocationKey{}).(*Invocation)

	return invocation
}

// Measure adds a value to a metric of the context's invocation. Without an invocation it
// does nothing.
func Measure(ctx context.Context, metric Metric, value float64) {
	if invocation := invocationOf(ctx); invocation != nil {
		invocation.measure(metric, value)
	}
}

// Count records the outcome of the image of the context's invocation: see
// [Invocation.Count].
func Count(ctx context.Context, outcome Outcome, code string) {
	if invocation := invocationOf(ctx); invocation != nil {
		invocation.Count(outcome, code)
	}
}

// Part says that several invocations process the same image, and the context's invocation
// is one of them. [Invocation.Count] then counts nothing.
func Part(ctx context.Context) {
	if invocation := invocationOf(ctx); invocation != nil {
		invocation.mu.Lock()
		defer invocation.mu.Unlock()

		invocation.part = true
	}
}

// Count records the outcome of the image, once for each image; code is the code of a
// rejection, or "".
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

// Fail counts a failed attempt, under its public code. A rejected image is not a failed
// attempt.
func (i *Invocation) Fail(code string) {
	i.name(Code, code)
	i.measure(Failures, 1)
}

// Line returns the attributes of the invocation's last log line: the upload, and the
// metrics in the embedded metric format, which CloudWatch extracts from the log. If kept
// is false, only the duration and the number of failures are included: the attempt will
// be repeated, and its other metrics would count twice.
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

// about adds attributes to the line, and replaces attributes with the same name.
func (i *Invocation) about(attributes []slog.Attr) {
	i.mu.Lock()
	defer i.mu.Unlock()

	for _, attribute := range attributes {
		i.attributes = slices.DeleteFunc(i.attributes, func(known slog.Attr) bool { return known.Key == attribute.Key })
		i.attributes = append(i.attributes, attribute)
	}
}
