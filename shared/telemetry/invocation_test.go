package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/shared/telemetry"
)

// line returns the last log line of an invocation of "resize" in the stack "shop". kept
// means that the invocation did not fail.
func line(t interface{ Fatal(args ...any) }, kept bool, during func(ctx context.Context, i *telemetry.Invocation)) map[string]any {
	ctx, invocation := telemetry.Begin(context.Background(), "shop", "resize")
	during(ctx, invocation)

	var out bytes.Buffer

	at := time.UnixMilli(1764072000123)
	telemetry.NewLogger(&out).LogAttrs(ctx, slog.LevelInfo, "done", invocation.Line(at, 12500*time.Microsecond, kept)...)

	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(out.String(), err)
	}

	delete(got, "time")

	return got
}

// The expected members are those that the specification of CloudWatch's embedded metric
// format defines.
func TestInvocation_Line_embeddedMetricFormat(t *testing.T) {
	got := line(t, true, func(ctx context.Context, _ *telemetry.Invocation) {
		ctx = telemetry.With(ctx, telemetry.Key, "a.jpg")
		telemetry.With(ctx, telemetry.Version, "0123456789ab")
		telemetry.Count(ctx, telemetry.Rejected, "CORRUPT")
		telemetry.Measure(ctx, telemetry.BytesIn, 40)
		telemetry.Measure(ctx, telemetry.BytesIn, 2)
	})

	want := map[string]any{
		"level": "INFO", "msg": "done", "key": "a.jpg", "version": "0123456789ab",
		"Stack": "shop", "Function": "resize", "Outcome": "rejected", "Code": "CORRUPT",
		"Duration": 12.5, "Images": 1.0, "BytesIn": 42.0,
		"_aws": map[string]any{
			"Timestamp": 1764072000123.0,
			"CloudWatchMetrics": []any{
				directive("Duration", "Milliseconds", []any{"Stack", "Function"}),
				directive("Images", "Count", []any{"Stack", "Outcome"}, []any{"Stack", "Code"}),
				directive("BytesIn", "Bytes", []any{"Stack"}),
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func directive(name, unit string, dimensions ...any) map[string]any {
	return map[string]any{
		"Namespace": "Triptych", "Dimensions": dimensions, "Metrics": []any{map[string]any{"Name": name, "Unit": unit}},
	}
}

func TestInvocation_Line_metrics(t *testing.T) {
	tests := map[string]struct {
		kept   bool
		during func(ctx context.Context, i *telemetry.Invocation)
		want   []string // metrics
	}{
		"no metrics": {true, func(context.Context, *telemetry.Invocation) {}, []string{"Duration"}},
		"measured by a failed attempt": {false, func(ctx context.Context, i *telemetry.Invocation) {
			telemetry.Measure(ctx, telemetry.BytesOut, 1)
			i.Fail("TRANSIENT")
		}, []string{"Duration", "Failures"}},
		"one of several invocations for an image": {true, func(ctx context.Context, _ *telemetry.Invocation) {
			telemetry.Part(ctx)
			telemetry.Count(ctx, telemetry.Superseded, "")
		}, []string{"Duration"}},
		"without a code": {true, func(ctx context.Context, _ *telemetry.Invocation) {
			telemetry.Count(ctx, telemetry.Ready, "")
		}, []string{"Duration", "Images"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, metrics(line(t, test.kept, test.during))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func metrics(line map[string]any) (names []string) {
	for _, one := range line["_aws"].(map[string]any)["CloudWatchMetrics"].([]any) {
		for _, metric := range one.(map[string]any)["Metrics"].([]any) {
			names = append(names, metric.(map[string]any)["Name"].(string))
		}
	}

	return names
}

// Every metric and every dimension that a directive names is a member of the line.
// Metrics are numbers, and dimensions are texts that are not empty. Otherwise CloudWatch
// drops the whole line without an error.
func TestInvocation_Line_directivesNameExistingMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := rapid.Bool().Draw(t, "kept")
		chosen := rapid.SliceOf(rapid.SampledFrom(telemetry.All())).Draw(t, "metrics")
		outcome := rapid.SampledFrom([]telemetry.Outcome{"", telemetry.Ready, telemetry.Rejected}).Draw(t, "outcome")
		code := rapid.SampledFrom([]string{"", "CORRUPT"}).Draw(t, "code")

		got := line(t, kept, func(ctx context.Context, i *telemetry.Invocation) {
			for _, metric := range chosen {
				telemetry.Measure(ctx, metric, 1)
			}

			if outcome != "" {
				telemetry.Count(ctx, outcome, code)
			}

			if !kept {
				i.Fail("TRANSIENT")
			}
		})

		for _, one := range got["_aws"].(map[string]any)["CloudWatchMetrics"].([]any) {
			for _, name := range metrics(got) {
				if _, isNumber := got[name].(float64); !isNumber {
					t.Errorf("%s is %v in %v", name, got[name], slices.Sorted(maps.Keys(got)))
				}
			}

			for _, set := range one.(map[string]any)["Dimensions"].([]any) {
				for _, dimension := range set.([]any) {
					if text, isText := got[dimension.(string)].(string); !isText || text == "" {
						t.Errorf("%s is %v", dimension, got[dimension.(string)])
					}
				}
			}
		}
	})
}

// In tests, handlers are called with a context that has no invocation.
func TestMeasure_withoutInvocation(t *testing.T) {
	telemetry.Measure(t.Context(), telemetry.BytesIn, 1)
	telemetry.Count(t.Context(), telemetry.Ready, "")
	telemetry.Part(t.Context())
}
