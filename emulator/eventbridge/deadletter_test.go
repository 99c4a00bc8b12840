package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge"
)

const undelivered = "arn:aws:sqs:us-east-1:000000000000:undelivered"

// refuser is a target that always fails and counts its calls.
type refuser struct {
	mu    sync.Mutex
	err   error
	tries int
	last  time.Time
}

func (r *refuser) Deliver(context.Context, string, json.RawMessage) error {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.tries++
	r.last = time.Now()

	return r.err
}

// fakeQueue is a queue whose first sends fail.
type fakeQueue struct {
	mu       sync.Mutex
	failures []error
	sent     []letter
}

type letter struct {
	queue, body string
	attributes  map[string]string
	at          time.Time
}

func (l *fakeQueue) Send(_ context.Context, queueARN, body string, attributes map[string]string) error {
	l.mu.Lock()
	defer l.mu.Unlock()

	if len(l.failures) > 0 {
		err := l.failures[0]
		l.failures = l.failures[1:]

		return err
	}

	l.sent = append(l.sent, letter{queueARN, body, attributes, time.Now()})

	return nil
}

// bounded returns a rule whose target has a retry policy and a dead-letter queue.
func bounded(name string, target eventbridge.Target, policy *eventbridge.RetryPolicy) eventbridge.Rule {
	rule := uploads(name, target)
	rule.Targets[0].Retry, rule.Targets[0].DeadLetterARN = policy, undelivered

	return rule
}

func startBus(t *testing.T, db *bbolt.DB, queues eventbridge.Queues, rules ...eventbridge.Rule) *eventbridge.Bus {
	t.Helper()

	bus, err := eventbridge.New(eventbridge.Config{DB: db, Region: "us-east-1", Account: "000000000000", Rules: rules, Queues: queues})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	})

	if err := bus.Start(); err != nil {
		t.Fatal(err)
	}

	return bus
}

// An event that cannot be delivered within the policy goes to the dead-letter queue: the
// body is the unchanged event, and the attributes give the reason.
func TestDeadLetter_attributes(t *testing.T) {
	t.Parallel()

	throttled := awsapi.Errorf("ThrottlingException", "Rate exceeded")

	tests := map[string]struct {
		refusal  error
		policy   *eventbridge.RetryPolicy
		tries    int // 0: as many as time allows
		code     string
		message  string
		gaveUp   string
		earliest time.Duration
		latest   time.Duration
	}{
		"after the attempts": {
			errRefused, &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 3}, 4,
			"INTERNAL_ERROR", "not now", "MaximumRetryAttempts", 0, time.Minute,
		},
		"without retries": {
			throttled, &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 60}, 1,
			"THROTTLING", "Rate exceeded", "MaximumRetryAttempts", 0, 0,
		},
		"at the end of its age": {
			throttled, &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 185}, 0,
			"THROTTLING", "Rate exceeded", "MaximumEventAgeInSeconds", time.Minute, time.Minute,
		},
		"within a day":      {errRefused, nil, 0, "INTERNAL_ERROR", "not now", "*", time.Hour, 24 * time.Hour},
		"a target too slow": {fmt.Errorf("call: %w", context.DeadlineExceeded), &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 60}, 1, "TIMEOUT", "call: context deadline exceeded", "MaximumRetryAttempts", 0, 0},
		"no target":         {awsapi.Errorf("StateMachineDoesNotExist", "gone"), nil, 1, "NO_RESOURCE", "gone", "", 0, 0},
		"no queue":          {awsapi.Errorf("QueueDoesNotExist", "gone"), nil, 1, "NO_RESOURCE", "gone", "", 0, 0},
		"no permission":     {awsapi.Errorf("AccessDeniedException", "no"), nil, 1, "NO_PERMISSIONS", "no", "", 0, 0},
		"a bad event":       {awsapi.Errorf("InvalidExecutionInput", "too long"), nil, 1, "INVALID_PARAMETER", "too long", "", 0, 0},
		"a broken target":   {&awsapi.Error{Code: "InternalFailure", Status: 500}, &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 2}, 3, "ERROR_FROM_TARGET", "InternalFailure: ", "MaximumRetryAttempts", 0, time.Minute},
		"a long message":    {awsapi.Errorf("AccessDenied", "%s", strings.Repeat("é", 1000)), nil, 1, "NO_PERMISSIONS", strings.Repeat("é", 512), "", 0, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				target, queue := &refuser{err: test.refusal}, &fakeQueue{}
				bus := startBus(t, open(t, filepath.Join(t.TempDir(), "db")), queue, bounded("uploads", target, test.policy))
				put := time.Now()

				if err := bus.Put(t.Context(), created("a&b.jpg")); err != nil {
					t.Fatal(err)
				}

				time.Sleep(48 * time.Hour)
				synctest.Wait()

				if len(queue.sent) != 1 || pending(t, bus) != 0 {
					t.Fatalf("%d undelivered events, %d pending", len(queue.sent), pending(t, bus))
				}

				got := queue.sent[0]
				if took := got.at.Sub(put); took < test.earliest || took > test.latest || !target.last.Equal(got.at) {
					t.Errorf("attempts ended after %v, want %v to %v, at the last attempt", took, test.earliest, test.latest)
				}

				if test.tries != 0 && target.tries != test.tries {
					t.Errorf("%d attempts, want %d", target.tries, test.tries)
				}

				want := map[string]string{
					"RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/uploads", "TARGET_ARN": "arn:machine",
					"ERROR_CODE": test.code, "ERROR_MESSAGE": test.message, "RETRY_ATTEMPTS": fmt.Sprint(target.tries - 1),
				}

				switch test.gaveUp {
				case "":
				case "*":
					want["EXHAUSTED_RETRY_CONDITION"] = got.attributes["EXHAUSTED_RETRY_CONDITION"]
				default:
					want["EXHAUSTED_RETRY_CONDITION"] = test.gaveUp
				}

				if diff := cmp.Diff(want, got.attributes); diff != "" || got.queue != undelivered {
					t.Errorf("to %s, attributes (-want +got):\n%s", got.queue, diff)
				}

				var event struct {
					Detail struct{ Object struct{ Key string } }
				}
				if err := json.Unmarshal([]byte(got.body), &event); err != nil || event.Detail.Object.Key != "a&b.jpg" {
					t.Errorf("the body is %s, %v", got.body, err)
				}
			})
		})
	}
}

// The number of attempts and the time of acceptance survive the death of the process.
func TestAttempts_surviveRestart(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "db")
		target, queue := &refuser{err: errRefused}, &fakeQueue{}
		policy := &eventbridge.RetryPolicy{MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 9}
		deaths := 0

		for ; len(queue.sent) == 0; deaths++ {
			db := open(t, path)
			bus := startBus(t, db, queue, bounded("uploads", target, policy))

			if deaths == 0 {
				if err := bus.Put(t.Context(), created("a")); err != nil {
					t.Fatal(err)
				}
			}

			time.Sleep(250 * time.Millisecond)
			synctest.Wait()

			if err := db.Close(); err != nil { // The bus is not closed first.
				t.Fatal(err)
			}
		}

		if target.tries != 10 || deaths < 3 || queue.sent[0].attributes["RETRY_ATTEMPTS"] != "9" {
			t.Errorf("%d attempts in %d processes, the undelivered event reports %s", target.tries, deaths, queue.sent[0].attributes["RETRY_ATTEMPTS"])
		}
	})
}

// After a long pause of the process, an event is tried once more before its attempts end.
func TestEventAge_survivesRestart(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "db")
		target, queue := &refuser{err: errRefused}, &fakeQueue{}
		db := open(t, path)
		bus := startBus(t, db, queue, bounded("uploads", target, nil), bounded("gone", target, nil))

		if err := bus.Put(t.Context(), created("a")); err != nil {
			t.Fatal(err)
		}

		synctest.Wait()

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}

		time.Sleep(25 * time.Hour)

		before := target.tries
		again := startBus(t, open(t, path), queue, bounded("uploads", target, nil)) // The rule "gone" does not exist any more.

		synctest.Wait()

		why := map[string]string{}
		for _, letter := range queue.sent {
			why[letter.attributes["RULE_ARN"]] = letter.attributes["ERROR_CODE"] + " " + letter.attributes["EXHAUSTED_RETRY_CONDITION"]
		}

		want := map[string]string{
			"arn:aws:events:us-east-1:000000000000:rule/uploads": "INTERNAL_ERROR MaximumEventAgeInSeconds",
			"arn:aws:events:us-east-1:000000000000:rule/gone":    "NO_RESOURCE ",
		}
		if diff := cmp.Diff(want, why); diff != "" || target.tries != before+1 || pending(t, again) != 0 {
			t.Errorf("%d more attempts, %d pending (-want +got):\n%s", target.tries-before, pending(t, again), diff)
		}
	})
}

// If a queue cannot accept an undelivered event now, the bus sends it again later. If the queue
// rejects it, the bus does not send it again.
func TestDeadLetterQueue_fails(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		failures []error
		sent     int
	}{
		"temporary errors": {[]error{errors.New("busy"), errors.New("busy")}, 1},
		"permanent error":  {[]error{awsapi.Errorf("QueueDoesNotExist", "gone")}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				queue := &fakeQueue{failures: test.failures}
				bus := startBus(t, open(t, filepath.Join(t.TempDir(), "db")), queue, bounded("uploads", &refuser{err: awsapi.Errorf("AccessDenied", "no")}, nil))

				if err := bus.Put(t.Context(), created("a")); err != nil {
					t.Fatal(err)
				}

				time.Sleep(time.Hour)
				synctest.Wait()

				if len(queue.sent) != test.sent || pending(t, bus) != 0 {
					t.Errorf("%d undelivered events, %d pending; want %d, 0", len(queue.sent), pending(t, bus), test.sent)
				}
			})
		})
	}
}

func TestRetryPolicy_invalid(t *testing.T) {
	t.Parallel()

	db := open(t, filepath.Join(t.TempDir(), "db"))
	noQueues := bounded("uploads", &refuser{}, nil)

	for name, policy := range map[string]eventbridge.RetryPolicy{
		"too short": {MaximumEventAgeInSeconds: 59}, "too long": {MaximumEventAgeInSeconds: 86401},
		"too often": {MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 186}, "never": {MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: -1},
	} {
		rule := bounded("uploads", &refuser{}, &policy)
		if _, err := eventbridge.New(eventbridge.Config{DB: db, Region: "r", Account: "a", Queues: &fakeQueue{}, Rules: []eventbridge.Rule{rule}}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}

	if _, err := eventbridge.New(eventbridge.Config{DB: db, Region: "r", Account: "a", Rules: []eventbridge.Rule{noQueues}}); err == nil {
		t.Error("a dead-letter queue without queues: no error")
	}
}
