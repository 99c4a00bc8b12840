package model_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// scenario describes one key: its history, and the executions that work on it.
type scenario struct {
	history history
	actors  func(w *environment) []execution
	// late returns the executions of the sweep. They run after all others have ended.
	late func(w *environment) []execution
	// dead means that an execution is not restarted after a death, so that the sweep has
	// objects to remove.
	dead bool
}

func scenarios() map[string]scenario {
	one, again := upload{at: 1, execution: "one"}, upload{at: 1, execution: "again"}
	restart := upload{at: 1, execution: "restart", replaces: "one"}
	two, three := upload{at: 2, execution: "two"}, upload{at: 3, execution: "three"}

	all := restorations()
	maps.Copy(all, failures())
	maps.Copy(all, sharedPurges())
	maps.Copy(all, map[string]scenario{
		"the same event twice": {
			history: history{uploads: []int{1}},
			actors: func(w *environment) []execution {
				return []execution{{tasks: w.process(one)}, {tasks: w.process(again)}}
			},
		},
		"two uploads": {
			history: history{uploads: []int{1, 2}},
			actors: func(w *environment) []execution {
				return []execution{{tasks: w.process(one)}, {tasks: w.process(two)}}
			},
		},
		"an event again, and a newer upload": {
			history: history{uploads: []int{1, 2}},
			actors: func(w *environment) []execution {
				return []execution{{tasks: w.process(one)}, {tasks: w.process(again)}, {tasks: w.process(two)}}
			},
		},
		"a restart, and a newer upload": {
			history: history{uploads: []int{1, 2}},
			actors: func(w *environment) []execution {
				failed := false
				fail := func(context.Context) error {
					failed = true

					return nil
				}

				return []execution{
					{tasks: append(w.prepare(one), w.resize(one, "small"), fail)},
					{tasks: w.process(restart), after: func() bool { return failed }},
					{tasks: w.process(two)},
				}
			},
		},
		"an upload and its deletion": {
			history: history{uploads: []int{1}, deleted: 2},
			actors: func(w *environment) []execution {
				return []execution{{tasks: w.process(one)}, {tasks: w.deleteKey(2)}}
			},
			late: func(w *environment) []execution { return []execution{{tasks: w.deleteKey(2)}} },
		},
		"a deletion and a newer upload": {
			history: history{uploads: []int{3}, deleted: 2},
			actors: func(w *environment) []execution {
				return []execution{{tasks: w.deleteKey(2)}, {tasks: w.process(three)}}
			},
			late: func(w *environment) []execution { return []execution{{tasks: w.deleteKey(2)}} },
		},
		"an upload, its deletion, a newer upload": {
			history: history{uploads: []int{1, 3}, deleted: 2},
			actors: func(w *environment) []execution {
				return []execution{{tasks: w.process(one)}, {tasks: w.deleteKey(2)}, {tasks: w.process(three)}}
			},
			late: func(w *environment) []execution { return []execution{{tasks: w.deleteKey(2)}} },
		},
		"two uploads, the newer one permanently deleted": {
			history: history{uploads: []int{1, 2}, permanent: []int{2}},
			actors: func(w *environment) []execution {
				return []execution{{tasks: w.process(one)}, {tasks: w.process(two)}, {tasks: w.deleteVersion(2)}}
			},
			late: func(w *environment) []execution {
				return []execution{{tasks: w.sweepVersion(2)}}
			},
		},
		"a deletion while two variants are made": {
			history: history{uploads: []int{1}, deleted: 2},
			actors: func(w *environment) []execution {
				return append(w.processTwo(one, w.resize(one, "large")), execution{tasks: w.deleteKey(2)})
			},
		},
		"a variant that cannot be created, and one that can": {
			history: history{uploads: []int{1}, rejected: []int{1}},
			actors: func(w *environment) []execution {
				return w.processTwo(one, w.reject(one))
			},
		},
		"everything at once": {
			history: history{uploads: []int{1, 3}, deleted: 2},
			actors: func(w *environment) []execution {
				return []execution{{tasks: w.process(one)}, {tasks: w.process(again)}, {tasks: w.deleteKey(2)}, {tasks: w.process(three)}}
			},
			late: func(w *environment) []execution { return []execution{{tasks: w.deleteKey(2)}} },
		},
	})

	return all
}

func (s scenario) play(w *environment, choose chooser) error {
	run(s.actors(w), func(running []int, last int) (int, bool) {
		next, dies := choose(running, last)
		w.died = w.died || dies

		return next, dies
	})

	// All executions that died were restarted, so there must be nothing left for the
	// sweep.
	if err := w.check(s.history); err != nil && !s.dead {
		return fmt.Errorf("before the sweep: %w", err)
	}

	// The state machine runs the sweep in two cases: an upload was in flight, or an
	// attempt died that may have known of an upload.
	if s.late != nil && (w.inFlight || w.died) {
		run(s.late(w), func(running []int, _ int) (int, bool) { return running[0], false })
	}

	if err := w.check(s.history); err != nil {
		return err
	}

	return w.checkPurges()
}

// bounds limits how often the schedule may switch away from an actor that can continue,
// and how often a process may die.
type bounds struct{ switches, deaths int }

// TestEveryOrderWithFewSwitches tries all orders of calls with few switches. Most orders
// result from very few switches between actors, and almost every error of a protocol
// shows with two switches, or with one switch and a death.
func TestEveryOrderWithFewSwitches(t *testing.T) {
	for name, story := range scenarios() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			fixture := newFixture(t)

			// Each additional actor multiplies the number of orders.
			tried := []bounds{{switches: 1}, {deaths: 1}}
			if few := len(story.actors(fixture.environment())) <= 3; few && !testing.Short() {
				tried = []bounds{{switches: 2}, {switches: 1, deaths: 1}}
			} else if !few && testing.Short() {
				t.Skip("thousands of orders: left to the long run")
			}

			for _, most := range tried {
				runs := 0

				explore(most, func(choose chooser) {
					runs++

					if err := story.play(fixture.environment(), choose); err != nil {
						t.Fatalf("order %d with %+v: %v", runs, most, err)
					}
				})
				t.Logf("%d orders with %+v", runs, most)
			}
		})
	}
}

// explore calls play with every chooser within the bounds. It identifies an order by its
// decisions, and finds the next order by changing the last decision that can be changed.
func explore(most bounds, play func(chooser)) {
	type decision struct{ options, taken int }

	var decisions []decision

	for {
		depth, left := 0, most

		play(func(running []int, last int) (int, bool) {
			actors := order(running, last)

			goesOn := last == actors[0]
			if goesOn && left.switches == 0 {
				actors = actors[:1]
			}

			if depth == len(decisions) {
				options := len(actors)
				if left.deaths > 0 {
					options *= 2 // Each actor may die instead.
				}

				decisions = append(decisions, decision{options: options})
			}

			taken := decisions[depth].taken
			next, dies := taken%len(actors), taken >= len(actors)
			depth++

			if goesOn && next > 0 {
				left.switches--
			}

			if dies {
				left.deaths--
			}

			return actors[next], dies
		})

		decisions = decisions[:depth]
		for len(decisions) > 0 && decisions[len(decisions)-1].taken+1 == decisions[len(decisions)-1].options {
			decisions = decisions[:len(decisions)-1]
		}

		if len(decisions) == 0 {
			return
		}

		decisions[len(decisions)-1].taken++
	}
}

// order moves the actor of the last call to the front, if it still runs.
func order(running []int, last int) []int {
	ordered := make([]int, 0, len(running))

	for _, actor := range running {
		if actor == last {
			ordered = append([]int{actor}, ordered...)
		} else {
			ordered = append(ordered, actor)
		}
	}

	return ordered
}

// TestRandomOrdersWithDeaths tries random orders of all scenarios, with processes that
// die between any two calls and are restarted.
func TestRandomOrdersWithDeaths(t *testing.T) {
	for name, story := range scenarios() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			fixture := newFixture(t)

			rapid.Check(t, func(t *rapid.T) {
				deaths := rapid.IntRange(0, 3).Draw(t, "deaths")
				turn := 0

				err := story.play(fixture.environment(), func(running []int, _ int) (int, bool) {
					turn++
					next := rapid.SampledFrom(running).Draw(t, fmt.Sprintf("turn %d", turn))

					dies := deaths > 0 && rapid.IntRange(0, 9).Draw(t, "dies") == 0
					if dies {
						deaths--
					}

					return next, dies
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}
