package asl_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/emulator/stepfunctions/asl"
)

// listing is a machine that reads a bucket in batches.
const listing = `{"QueryLanguage": "JSONata", "StartAt": "Each", "States": {
  "Each": {"Type": "Map", "Label": "each", "MaxConcurrency": %d, "ToleratedFailureCount": %d,
    "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Arguments": {"Bucket": "b"}},
    "ItemBatcher": {"MaxItemsPerBatch": %d},
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Do", "States": {"Do": {"Type": "Pass", "End": true}}},
    "Output": "{%% $sum($append($states.result, 0)) %%}", "End": true}}}`

// bucket simulates S3 and the child executions for one parent.
type bucket struct {
	t       *rapid.T
	machine *asl.Machine
	x       *asl.Execution
	objects int
	given   map[string]int      // The number of items, by child.
	ended   map[string]bool     // Child → whether it succeeded.
	open    map[string]struct{} // Reads and children in progress.
	last    asl.MapRun
	reloads bool
	history int64
}

func (b *bucket) took(effects asl.Effects, err error) {
	b.t.Helper()

	if err != nil {
		b.t.Fatal(err)
	}

	for _, event := range effects.Events {
		if b.history++; event.ID != b.history || event.PreviousEventID >= event.ID {
			b.t.Fatalf("event %d after %d: %+v", event.ID, event.PreviousEventID, event)
		}
	}

	for _, read := range effects.Reads {
		b.open[read.ID] = struct{}{}
	}

	for _, child := range effects.Children {
		b.open[child.ID] = struct{}{}

		if _, known := b.given[child.ID]; known != child.Redrive {
			b.t.Fatalf("child %s: redrive %t, known %t", child.ID, child.Redrive, known)
		}

		if !child.Redrive {
			var input struct{ Items []json.RawMessage }
			if err := json.Unmarshal(child.Options.Input, &input); err != nil || len(input.Items) == 0 {
				b.t.Fatalf("child input %s: %v", child.Options.Input, err)
			}

			b.given[child.ID] = len(input.Items)
		}
	}

	for _, child := range effects.StoppedChildren {
		delete(b.open, child.ID)
	}

	if len(effects.MapRuns) > 0 {
		b.last = effects.MapRuns[len(effects.MapRuns)-1]
	}

	if b.reloads {
		b.x = reload(b.t, b.x)
	}
}

// check checks the conditions that must always hold.
func (b *bucket) check(concurrency, batch int) asl.Effects {
	b.t.Helper()

	pending := b.machine.Pending(b.x)
	listed := map[string]struct{}{}

	for _, read := range pending.Reads {
		listed[read.ID] = struct{}{}
	}

	for _, child := range pending.Children {
		listed[child.ID] = struct{}{}

		if child.Options.Input != nil {
			b.t.Fatalf("Pending returns an input for %s", child.ID)
		}
	}

	if b.x.Outcome() != nil {
		clear(b.open) // The reads of an execution that has ended are dropped.
	}

	if diff := cmp.Diff(b.open, listed); diff != "" {
		b.t.Fatalf("effects do not add up to what is pending: %s", diff)
	}

	if len(pending.Children) > concurrency {
		b.t.Fatalf("%d children are running, the limit is %d", len(pending.Children), concurrency)
	}

	items := b.last.Items
	if sum := items.Pending + items.Running + items.Succeeded + items.Failed + items.TimedOut + items.Aborted + items.PendingRedrive; sum != items.Total {
		b.t.Fatalf("the counts do not add up: %+v", items)
	}

	// The size depends on a page and a batch, not on the length of the listing.
	const itemBytes, restBytes, pageItems = 12, 4 << 10, 1000

	text, err := json.Marshal(b.x)
	if most := (pageItems+batch)*itemBytes + 50*len(b.given) + restBytes; err != nil || len(text) > most {
		b.t.Fatalf("the state has %d bytes, more than %d: %v", len(text), most, err)
	}

	return pending
}

// For any results of the children, in any order, with stops and redrives: every item is in
// exactly one child, and all children succeed as soon as there are no more failures. An
// execution that is encoded and decoded after each report behaves in the same way.
func TestMapRun_everyItemOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		objects, batch := rapid.IntRange(0, 3000).Draw(t, "objects"), rapid.IntRange(20, 400).Draw(t, "batch")
		concurrency, tolerated := rapid.IntRange(1, 9).Draw(t, "concurrency"), rapid.IntRange(0, 500).Draw(t, "tolerated")

		definition, err := asl.Parse(fmt.Appendf(nil, listing, concurrency, tolerated, batch))
		if err != nil {
			t.Fatal(err)
		}

		b := &bucket{
			t: t, objects: objects, given: map[string]int{}, ended: map[string]bool{}, open: map[string]struct{}{}, reloads: rapid.Bool().Draw(t, "reloads"),
			machine: asl.New(definition, asl.NewVirtualClock(time.Unix(0, 0)), rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))),
		}

		x, effects, err := b.machine.Start(options(`{}`))
		b.x = x
		b.took(effects, err)

		const hardTimes = 60

		for step := 0; ; step++ {
			const enough = 20_000
			if step > enough {
				t.Fatal("the execution does not end")
			}

			pending := b.check(concurrency, batch)

			if outcome := b.x.Outcome(); outcome != nil {
				if outcome.Status == asl.StatusSucceeded {
					break
				}

				b.took(b.machine.Redrive(b.x))

				if b.x.RedriveCount() > 0 && b.last.RedriveCount == 0 { // The run started again.
					clear(b.given)
					clear(b.ended)
				}

				continue
			}

			b.act(pending, step < hardTimes)
		}

		total := 0

		for id, items := range b.given {
			if b.ended[id] {
				total += items
			}
		}

		items := b.last.Items
		if items.Total != int64(objects) || items.Succeeded != int64(total) || items.Succeeded+items.Failed+items.TimedOut+items.Aborted != items.Total {
			t.Fatalf("%d objects, of which %d succeeded: %+v", objects, total, items)
		}

		if want := strconv.Itoa(total); string(b.x.Outcome().Output) != want {
			t.Fatalf("the output is %s, want %s", b.x.Outcome().Output, want)
		}
	})
}

// act chooses and does one of the possible next actions.
func (b *bucket) act(pending asl.Effects, hard bool) {
	b.t.Helper()

	if hard && rapid.IntRange(0, 40).Draw(b.t, "stop") == 0 {
		b.took(b.machine.Stop(b.x, asl.Failure{Error: "Stopped"}))

		return
	}

	if len(pending.Reads) > 0 && (len(pending.Children) == 0 || rapid.Bool().Draw(b.t, "read")) {
		b.read(pending.Reads[0], hard)

		return
	}

	child := rapid.SampledFrom(pending.Children).Draw(b.t, "child")
	outcome := asl.Outcome{Status: asl.StatusSucceeded, Output: json.RawMessage(strconv.Itoa(b.given[child.ID]))}

	if hard && rapid.IntRange(0, 8).Draw(b.t, "failure") == 0 {
		outcome = asl.Outcome{Status: rapid.SampledFrom([]asl.Status{asl.StatusFailed, asl.StatusTimedOut, asl.StatusAborted}).Draw(b.t, "status")}
	}

	delete(b.open, child.ID)

	if b.ended[child.ID] {
		b.t.Fatalf("child %s runs again, although it has succeeded", child.ID)
	}

	b.ended[child.ID] = outcome.Status == asl.StatusSucceeded
	b.took(b.machine.ChildEnded(b.x, child.ID, outcome))

	if _, err := b.machine.ChildEnded(b.x, child.ID, outcome); !errors.Is(err, asl.ErrNotPending) {
		if !b.isOpen(child.ID) {
			b.t.Fatalf("the end of a child was accepted twice: %v", err)
		}
	}
}

func (b *bucket) isOpen(id string) bool {
	_, open := b.open[id]

	return open
}

func (b *bucket) read(read asl.Read, hard bool) {
	b.t.Helper()

	delete(b.open, read.ID)

	if hard && rapid.IntRange(0, 20).Draw(b.t, "read fails") == 0 {
		b.took(b.machine.ReadFailed(b.x, read.ID, "Slow Down"))

		return
	}

	begin, _ := strconv.Atoi(read.Token)
	end := min(b.objects, begin+rapid.IntRange(0, read.Limit).Draw(b.t, "page"))
	page := asl.Page{}

	for i := begin; i < end; i++ {
		page.Items = append(page.Items, json.RawMessage(fmt.Sprintf(`"%d"`, i)))
	}

	if end < b.objects {
		page.Next = strconv.Itoa(end)
	}

	b.took(b.machine.ItemsRead(b.x, read.ID, page))
}
