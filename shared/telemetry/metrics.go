package telemetry

import (
	"log/slog"
	"time"
)

// Namespace is CloudWatch's name for all of Triptych's metrics; Terraform's alarms
// and dashboard have it too.
const Namespace = "Triptych"

// The dimensions that metrics are told apart by.
const (
	Stack       = "Stack"
	Function    = "Function" // its short name: "resize"
	OutcomeName = "Outcome"
	Code        = "Code" // a fault's public code: "NOT_AN_IMAGE"
)

// Metric is one of the figures that functions report.
type Metric struct {
	Name string
	// Unit is one of CloudWatch's, see MetricDatum in its API reference.
	Unit string
	// Dimensions are the sets by which the figure is kept: each set of values is a
	// metric of its own, which CloudWatch charges for. A set counts only where all of
	// its dimensions have a value.
	Dimensions [][]string
	// Attempt figures are of an attempt, whatever becomes of it; the others count
	// only where the attempt was not in vain.
	Attempt bool
}

// The metrics. [All] lists them.
var (
	// Duration is how long a function took, in milliseconds.
	Duration = Metric{"Duration", "Milliseconds", [][]string{{Stack, Function}}, true}
	// Failures counts attempts that failed and are retried, by code.
	Failures = Metric{"Failures", "Count", [][]string{{Stack, Code}}, true}
	// Images counts images by how they ended, and rejected ones by their code.
	Images = Metric{"Images", "Count", [][]string{{Stack, OutcomeName}, {Stack, Code}}, false}
	// BytesIn is the size of originals, once they are claimed.
	BytesIn = Metric{"BytesIn", "Bytes", [][]string{{Stack}}, false}
	// BytesOut is the size of what is made of them, masters and variants.
	BytesOut = Metric{"BytesOut", "Bytes", [][]string{{Stack}}, false}
	// UploadToReady is the time from S3's event, which has whole seconds, to the
	// published manifest, in milliseconds: with queues, retries and replays.
	UploadToReady = Metric{"UploadToReady", "Milliseconds", [][]string{{Stack}}, false}
)

// All returns the metrics, in the order in which they stand on a line.
func All() []Metric { return []Metric{Duration, Failures, Images, BytesIn, BytesOut, UploadToReady} }

// Outcome is how an image ended.
type Outcome string

// Unexpected is the code of an error that is no fault: a bug.
const Unexpected = "UNEXPECTED"

// The outcomes. What fails is counted by Step Functions: nobody is left to say so.
const (
	Ready       Outcome = "ready"
	Rejected    Outcome = "rejected"
	Superseded  Outcome = "superseded"
	AlreadyDone Outcome = "already-done"
)

// directive and what it is made of are the embedded metric format's own.
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

// embedded puts the metrics into members of the line's own object: `_aws` says
// which of the others are figures, and which dimensions.
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

// sets are the metric's sets of dimensions all of which are known.
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
