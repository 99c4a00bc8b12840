package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"triptych/emulator/stepfunctions"
)

// While the disk hangs, a delivery lasts no longer than its context. If the execution is
// created later, the next delivery finds it.
func TestTarget_stopsWithContext(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		const hang, within = time.Minute, time.Second

		service := start(t, newDB(t), oneTask, stepfunctions.Config{})
		service.InterceptUpdates(func(update func() error) error {
			time.Sleep(hang)

			return update()
		})

		target := service.Target(machineARN)
		event := json.RawMessage(`{"id":"17793124-05d4-b198-2fde-7ededc63b103"}`)

		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()

		begun := time.Now()
		if err := target.Deliver(ctx, "arn:rule", event); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != within {
			t.Errorf("%v after %v", err, time.Since(begun))
		}

		time.Sleep(time.Hour)

		if err := target.Deliver(t.Context(), "arn:rule", event); err != nil {
			t.Error(err)
		}

		var list struct{ Executions []struct{ Status string } }

		ask(t, service, "ListExecutions", map[string]any{"stateMachineArn": machineARN}, &list)

		if len(list.Executions) != 1 || list.Executions[0].Status != "SUCCEEDED" {
			t.Errorf("got %+v", list)
		}
	})
}
