package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"triptych/shared/telemetry"
)

func TestNewLogger_contextAttributes(t *testing.T) {
	var out bytes.Buffer

	log := telemetry.NewLogger(&out)
	ctx := telemetry.With(context.Background(), telemetry.Execution, "arn:1", telemetry.Key, "a b.jpg")
	inner := telemetry.With(ctx, telemetry.Version, "0123456789ab")

	log.With("function", "resize").InfoContext(inner, "done", "millis", 3)
	log.InfoContext(ctx, "outer")

	decoder := json.NewDecoder(&out)

	for _, want := range []map[string]any{
		{"msg": "done", "execution": "arn:1", "key": "a b.jpg", "version": "0123456789ab", "function": "resize", "millis": 3.0},
		{"msg": "outer", "execution": "arn:1", "key": "a b.jpg", "version": nil},
	} {
		var line map[string]any
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err)
		}

		for name, value := range want {
			if line[name] != value {
				t.Errorf("%s: %v, want %v in %v", name, line[name], value, line)
			}
		}
	}
}
