package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"triptych/emulator/eventbridge"
)

// recorder is a target whose first deliveries fail.
type recorder struct {
	mu     sync.Mutex
	fail   int
	events []json.RawMessage
	times  []time.Time
	rules  []string
}

var errRefused = errors.New("not now")

func (r *recorder) Deliver(_ context.Context, ruleARN string, event json.RawMessage) error {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.times = append(r.times, time.Now())

	if r.fail > 0 {
		r.fail--

		return errRefused
	}

	r.events = append(r.events, event)
	r.rules = append(r.rules, ruleARN)

	return nil
}

func (r *recorder) accepted() int {
	r.mu.Lock()
	defer r.mu.Unlock()

	return len(r.events)
}

func open(t *testing.T, path string) *bbolt.DB {
	t.Helper()

	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() }) // Some tests have already closed it.

	return db
}

func newBus(t *testing.T, db *bbolt.DB, rules ...eventbridge.Rule) *eventbridge.Bus {
	t.Helper()

	bus, err := eventbridge.New(eventbridge.Config{DB: db, Region: "us-east-1", Account: "000000000000", Rules: rules})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	})

	return bus
}

func uploads(name string, target eventbridge.Target) eventbridge.Rule {
	return eventbridge.Rule{
		Name: name, Pattern: json.RawMessage(`{"source": ["aws.s3"], "detail-type": ["Object Created"]}`),
		Targets: []eventbridge.RuleTarget{{ID: "machine", ARN: "arn:machine", Target: target}},
	}
}

func created(key string) eventbridge.Event {
	detail, _ := json.Marshal(map[string]any{"object": map[string]any{"key": key}}) // A map of strings can always be marshaled.

	return eventbridge.Event{Source: "aws.s3", DetailType: "Object Created", Detail: detail}
}

func pending(t *testing.T, bus *eventbridge.Bus) int {
	t.Helper()

	count, err := bus.Pending()
	if err != nil {
		t.Fatal(err)
	}

	return count
}

func TestEvent_envelope(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		target := &recorder{}
		bus := newBus(t, open(t, filepath.Join(t.TempDir(), "db")), uploads("uploads", target))

		if err := bus.Start(); err != nil {
			t.Fatal(err)
		}

		event := created("a&b.jpg")
		event.ID, event.Resources = "17793124-05d4-b198-2fde-7ededc63b103", []string{"arn:aws:s3:::triptych-uploads"}
		event.Time = time.Date(2026, 11, 12, 1, 2, 3, 999, time.FixedZone("elsewhere", 3600))

		if err := bus.Put(t.Context(), event); err != nil {
			t.Fatal(err)
		}

		synctest.Wait()

		want := `{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":"Object Created","source":"aws.s3",` +
			`"account":"000000000000","time":"2026-11-12T00:02:03Z","region":"us-east-1","resources":["arn:aws:s3:::triptych-uploads"],` +
			`"detail":{"object":{"key":"a\u0026b.jpg"}}}`
		if target.accepted() != 1 || string(target.events[0]) != want {
			t.Errorf("got %s\nwant %s", target.events, want)
		}

		if diff := cmp.Diff([]string{"arn:aws:events:us-east-1:000000000000:rule/uploads"}, target.rules); diff != "" {
			t.Errorf("rules (-want +got):\n%s", diff)
		}
	})
}

func TestBus_deliversMatchesOnly(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		first, second := &recorder{}, &recorder{}
		other := eventbridge.Rule{
			Name: "status", Pattern: json.RawMessage(`{"source": ["aws.states"]}`),
			Targets: []eventbridge.RuleTarget{{ID: "queue", Target: second}},
		}
		bus := newBus(t, open(t, filepath.Join(t.TempDir(), "db")), uploads("uploads", first), other)

		if err := bus.Start(); err != nil {
			t.Fatal(err)
		}

		for _, event := range []eventbridge.Event{created("a"), {Source: "aws.states", DetailType: "x"}, created("b"), {Source: "else", DetailType: "x"}} {
			if err := bus.Put(t.Context(), event); err != nil {
				t.Fatal(err)
			}
		}

		synctest.Wait()

		if first.accepted() != 2 || second.accepted() != 1 || pending(t, bus) != 0 {
			t.Errorf("delivered %d and %d, %d pending; want 2, 1, 0", first.accepted(), second.accepted(), pending(t, bus))
		}
	})
}

func TestBus_retriesWithBackoff(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		target := &recorder{fail: 15}
		bus := newBus(t, open(t, filepath.Join(t.TempDir(), "db")), uploads("uploads", target))

		if err := bus.Start(); err != nil {
			t.Fatal(err)
		}

		if err := bus.Put(t.Context(), created("a")); err != nil {
			t.Fatal(err)
		}

		time.Sleep(6 * time.Hour)
		synctest.Wait()

		if target.accepted() != 1 || pending(t, bus) != 0 {
			t.Fatalf("%d accepted, %d pending", target.accepted(), pending(t, bus))
		}

		previous := time.Duration(0)

		for i := 1; i < len(target.times); i++ {
			delay := target.times[i].Sub(target.times[i-1])
			if delay > 10*time.Minute || (delay < previous/2 && previous < 5*time.Minute) {
				t.Errorf("attempt %d came %v after the previous one, which came after %v", i, delay, previous)
			}

			previous = delay
		}
	})
}

func TestOutbox_survivesRestart(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "db")
		db := open(t, path)
		stubborn := &recorder{fail: 1 << 30}
		bus := newBus(t, db, uploads("uploads", stubborn), uploads("gone", stubborn))

		if err := bus.Start(); err != nil {
			t.Fatal(err)
		}

		for i := range 100 {
			if err := bus.Put(t.Context(), created(fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}

		time.Sleep(time.Second)
		synctest.Wait()

		if err := db.Close(); err != nil { // The bus is not closed first.
			t.Fatal(err)
		}

		if err := bus.Put(t.Context(), created("late")); err == nil {
			t.Error("an event that cannot be stored was accepted")
		}

		target := &recorder{}
		again := newBus(t, open(t, path), uploads("uploads", target))

		if got := pending(t, again); got != 200 {
			t.Errorf("%d deliveries survived, want 200", got)
		}

		if err := again.Put(t.Context(), created("before the start")); err != nil {
			t.Fatal(err)
		}

		if err := again.Start(); err != nil {
			t.Fatal(err)
		}

		synctest.Wait()

		if target.accepted() != 101 || pending(t, again) != 0 {
			t.Errorf("%d accepted, %d pending; want 101, 0", target.accepted(), pending(t, again))
		}
	})
}

func TestConfig_invalid(t *testing.T) {
	t.Parallel()

	db := open(t, filepath.Join(t.TempDir(), "db"))
	twice := uploads("uploads", &recorder{})
	bad := twice
	bad.Pattern = json.RawMessage(`{"a": [{"like": "b"}]}`)

	for name, rules := range map[string][]eventbridge.Rule{"a name twice": {twice, twice}, "a bad pattern": {bad}, "no target": {uploads("x", nil)}} {
		if _, err := eventbridge.New(eventbridge.Config{DB: db, Region: "r", Account: "a", Rules: rules}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
