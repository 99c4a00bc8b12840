package eventbridge_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"triptych/emulator/eventbridge"
)

// TestInject loses, duplicates and delays events, by their detail type.
func TestInject(t *testing.T) {
	t.Parallel()

	db := open(t, filepath.Join(t.TempDir(), "state.db"))

	synctest.Test(t, func(t *testing.T) {
		target := &recorder{}

		bus, err := eventbridge.New(eventbridge.Config{
			DB: db, Region: "us-east-1", Account: "000000000000",
			Rules: []eventbridge.Rule{{Name: "all", Pattern: []byte(`{"source":["test"]}`), Targets: []eventbridge.RuleTarget{{ID: "it", Target: target}}}},
			Inject: func(event eventbridge.Event) eventbridge.Injection {
				return map[string]eventbridge.Injection{
					"lose": {Lost: true}, "double": {Twice: true}, "late": {Delay: time.Minute},
				}[event.DetailType]
			},
		})
		if err != nil {
			t.Fatal(err)
		}

		defer bus.Close()

		if err := bus.Start(); err != nil {
			t.Fatal(err)
		}

		for _, kind := range []string{"late", "lose", "double", "plain"} {
			if err := bus.Put(t.Context(), eventbridge.Event{Source: "test", DetailType: kind}); err != nil {
				t.Fatal(err)
			}
		}

		synctest.Wait()

		// A delayed event is already stored, so it survives if the process ends now.
		if pending, err := bus.Pending(); err != nil || pending != 1 {
			t.Errorf("%d deliveries are pending, want the delayed one: %v", pending, err)
		}

		time.Sleep(time.Minute)
		synctest.Wait()

		counts, ids, last := map[string]int{}, map[string]bool{}, ""

		for _, text := range target.events {
			var event struct {
				ID         string `json:"id"`
				DetailType string `json:"detail-type"`
			}

			if err := json.Unmarshal(text, &event); err != nil {
				t.Fatal(err)
			}

			counts[event.DetailType]++
			ids[event.ID] = true
			last = event.DetailType
		}

		if counts["lose"] != 0 || counts["double"] != 2 || counts["plain"] != 1 || counts["late"] != 1 || last != "late" || len(ids) != 4 {
			t.Errorf("delivered: %v, %d ids, the last %s", counts, len(ids), last)
		}
	})
}
