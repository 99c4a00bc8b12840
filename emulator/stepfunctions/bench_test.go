package stepfunctions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/eventbridge"
	"triptych/emulator/lambda"
	"triptych/emulator/stepfunctions"
	"triptych/statemachine"
)

// BenchmarkExecution runs executions of one task from start to end, 256 at once.
func BenchmarkExecution(b *testing.B) {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "state.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}

	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()

	service, err := stepfunctions.New(stepfunctions.Config{
		DB: db, Region: "us-east-1", Account: "000000000000", Lambda: echo,
		Machines: []stepfunctions.Machine{{Name: "triptych-pipeline", Definition: []byte(oneTask)}},
	})
	if err != nil {
		b.Fatal(err)
	}

	const atOnce = 128

	b.SetParallelism(atOnce)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, _, err := service.Start(b.Context(), machineARN, "", json.RawMessage(`{}`)); err != nil {
				b.Error(err)
			}
		}
	})

	if err := service.Close(); err != nil { // Close waits for the started work.
		b.Fatal(err)
	}
}

// BenchmarkPipelineExecution runs an execution of the shipped pipeline as the emulator
// does: every step is stored, and its status changes are emitted. The functions return at
// once. The engine should take less than 5 ms of CPU time for each execution.
func BenchmarkPipelineExecution(b *testing.B) {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "state.db"), 0o600, &bbolt.Options{
		NoSync: true, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType, // The emulator opens it with these options.
	})
	if err != nil {
		b.Fatal(err)
	}

	definition, err := statemachine.Render(statemachine.Pipeline(), map[string]string{
		"validate_arn": "validate", "sanitize_arn": "sanitize", "resize_arn": "resize", "record_arn": "record",
		"recipe": statemachine.JSONText(`{"variants": [{"name": "thumbnail"}, {"name": "medium"}, {"name": "large"}]}`),
	})
	if err != nil {
		b.Fatal(err)
	}

	plan := lambda.Result{Payload: []byte(`{"upload": {"bucket": "uploads", "key": "a/b.jpg", "versionId": "v1", "sequencer": "0A"}, "version": "0123456789ab",
		"image": {"format": "jpeg", "width": 4000, "height": 3000, "bytes": 4000000, "orientation": 6},
		"variants": [{"name": "thumbnail", "width": 160, "height": 160, "fit": "cover", "format": "jpeg", "quality": 80}, {"name": "medium", "width": 800, "fit": "inside", "format": "jpeg", "quality": 80}, {"name": "large", "width": 1600, "fit": "inside", "format": "jpeg", "quality": 80}]}`)}
	answer := lambda.Result{Payload: []byte(`{"key": "a/b.jpg/-/0123456789ab/thumbnail.jpg", "width": 160, "height": 160, "bytes": 9700, "contentType": "image/jpeg"}`)}

	ended := make(chan struct{}, 1)

	service, err := stepfunctions.New(stepfunctions.Config{
		DB: db, Region: "us-east-1", Account: "000000000000",
		Machines: []stepfunctions.Machine{{Name: "triptych-pipeline", Definition: []byte(definition)}},
		Lambda: invoker(func(_ context.Context, function string, _ []byte) (lambda.Result, error) {
			if function == "validate" {
				return plan, nil
			}

			return answer, nil
		}),
		Emit: func(_ context.Context, event eventbridge.Event) error {
			switch {
			case bytes.Contains(event.Detail, []byte(`"status":"RUNNING"`)):
			case bytes.Contains(event.Detail, []byte(`"status":"SUCCEEDED"`)):
				ended <- struct{}{}
			default:
				b.Errorf("it failed: %s", event.Detail)

				ended <- struct{}{}
			}

			return nil
		},
	})
	if err != nil {
		b.Fatal(err)
	}

	input := json.RawMessage(`{"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created", "source": "aws.s3", "account": "000000000000",
		"time": "2026-01-02T03:04:05Z", "region": "us-east-1", "resources": ["arn:aws:s3:::uploads"],
		"detail": {"version": "0", "bucket": {"name": "uploads"}, "object": {"key": "a/b.jpg", "size": 4000000, "etag": "e", "version-id": "v1", "sequencer": "0A"}, "reason": "PutObject"}}`)

	before := cpuTime(b)

	for b.Loop() {
		if _, _, err := service.Start(b.Context(), machineARN, "", input); err != nil {
			b.Fatal(err)
		}

		<-ended
	}

	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(b.N)/1000, "cpu-ms/op")

	if err := errors.Join(service.Close(), db.Close()); err != nil {
		b.Fatal(err)
	}
}

// cpuTime returns the CPU time that the process has used. On a shared machine the elapsed
// time says little.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()

	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}

	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
