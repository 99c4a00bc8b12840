package telemetry

import (
	"log/slog"
	"time"
)

// Namespace is the CloudWatch namespace of all metrics of Triptych. Terraform's alarms
// and dashboard use the same name.
const Namespace = "Triptych"

// The dimensions of the metrics.
const (
	Stack       = "Stack"
	Function    = "Function" // short name of the function: "resize"
	OutcomeName = "Outcome"
	Code        = "Code" // public code of an error: "NOT_AN_IMAGE"
)

// Metric is one metric that functions report.
type Metric struct {
	Name string
	// Unit is a CloudWatch unit, see MetricDatum in its API reference.
	Unit string
	// Dimensions are the dimension sets of the metric. CloudWatch stores, and charges for,
	// one metric for each combination of values. A set is used only if all of its
	// dimensions have a value.
	Dimensions [][]string
	// If Attempt is true, the metric is reported for every attempt. Otherwise it is
	// reported only for attempts that did not fail.
	Attempt bool
}

// The metrics. [All] lists them.
var (
	// Duration is the duration of an invocation, in milliseconds.
	Duration = Metric{"Duration", "Milliseconds", [][]string{{Stack, Function}}, true}
	// Failures counts attempts that failed and are retried, by code.
	Failures = Metric{"Failures", "Count", [][]string{{Stack, Code}}, true}
	// Images counts images by outcome, and rejected images by code.
	Images = Metric{"Images", "Count", [][]string{{Stack, OutcomeName}, {Stack, Code}}, false}
	// BytesIn is the size of originals. It is reported after Validate has claimed them.
	BytesIn = Metric{"BytesIn", "Bytes", [][]string{{Stack}}, false}
	// BytesOut is the size of masters and variants.
	BytesOut = Metric{"BytesOut", "Bytes", [][]string{{Stack}}, false}
	// UploadToReady is the time from S3's event to the published manifest, in
	// milliseconds. It includes queueing, retries and replays. The time of the event is
	// in whole seconds.
	UploadToReady = Metric{"UploadToReady", "Milliseconds", [][]string{{Stack}}, false}
)

// All returns the metrics, in their order on a log line.
func All() []Metric { return []Metric{Duration, Failures, Images, BytesIn, BytesOut, UploadToReady} }

// Outcome is the outcome of an image.
type Outcome string

// Unexpected is the code of metrics for an error without a code, which is a bug.
const Unexpected = "UNEXPECTED"

// The outcomes. Failed executions are not among them, because no function of the pipeline
// runs after a failure. Step Functions has a metric for them.
const (
	Ready       Outcome = "ready"
	Rejected    Outcome = "rejected"
	Superseded  Outcome = "superseded"
	AlreadyDone Outcome = "already-done"
)

// directive and the types that it contains are defined by the embedded metric format.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
type directive struct {
	Namespace  string       `json:"Namespace"`
	Dimensions [][]string   `json:"Dimensions"`
	Metrics    []definition `json:"Metrics"`
}

type definition struct {
	Name string `json:"Name"`
	Unit string `json:"Unit"`
}

// embedded returns the metrics as members of the log line's object. The member `_aws`
// says which of the other members are metrics and which are dimensions.
func (i *Invocation) embedded(now time.Time, kept bool) []slog.Attr {
	var (
		directives []directive
		figures    []slog.Attr
		named      = map[string]bool{}
	)

	for _, metric := range All() {
		value, measured := i.values[metric.Name]
		if !measured || !kept && !metric.Attempt {
			continue
		}

		sets := i.sets(metric)
		if len(sets) == 0 {
			continue
		}

		directives = append(directives, directive{Namespace, sets, []definition{{metric.Name, metric.Unit}}})
		figures = append(figures, slog.Float64(metric.Name, value))

		for _, set := range sets {
			for _, dimension := range set {
				if !named[dimension] {
					named[dimension] = true
					figures = append(figures, slog.String(dimension, i.texts[dimension]))
				}
			}
		}
	}

	about := slog.Group("_aws", slog.Int64("Timestamp", now.UnixMilli()), slog.Any("CloudWatchMetrics", directives))

	return append(figures, about)
}

// sets returns the dimension sets of the metric in which every dimension has a value.
func (i *Invocation) sets(metric Metric) [][]string {
	var sets [][]string

	for _, set := range metric.Dimensions {
		known := true
		for _, dimension := range set {
			known = known && i.texts[dimension] != ""
		}

		if known {
			sets = append(sets, set)
		}
	}

	return sets
}
