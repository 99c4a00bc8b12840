package telemetry

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Invocation collects the metrics of one invocation of a function, and the attributes that
// identify the upload. Both are written to the last log line of the invocation, which is
// also a metrics document: see [Invocation.Line]. An Invocation is safe for concurrent use.
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

// Measure adds a value to a metric of the context's invocation. If the context has no
// invocation, Measure does nothing.
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

// Part records that the context's invocation is one of several that process the same image.
// Then [Invocation.Count] does nothing, so that the image is not counted several times.
func Part(ctx context.Context) {
	if invocation := invocationOf(ctx); invocation != nil {
		invocation.mu.Lock()
		defer invocation.mu.Unlock()

		invocation.part = true
	}
}

// Count records the outcome of the image. Each image is counted once: see [Part]. The
// parameter code is the public code of a rejection; for other outcomes it is "".
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

// Fail counts a failed attempt. The parameter code is the public code of the error. A
// rejected image is not a failed attempt.
func (i *Invocation) Fail(code string) {
	i.name(Code, code)
	i.measure(Failures, 1)
}

// Line returns the attributes of the invocation's last log line. They identify the upload,
// and contain the metrics in the embedded metric format. CloudWatch extracts the metrics
// from the log. If kept is false, Line includes only the metrics of attempts: the attempt
// will be repeated, and the other metrics would be counted twice.
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
