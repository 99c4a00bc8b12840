package execution

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"triptych/cli/internal/timeline"
)

// iterationsView is the list of a Map's iterations.
type iterationsView struct {
	Map    string
	Counts []iterationCount
	All    iterationLink
	Each   []iterationLink
	More   int // not listed
}

type iterationCount struct {
	Outcome string
	Tone    string
	Count   int
}

type iterationLink struct {
	Name, URL, Tone, Title string
	Chosen                 bool
}

// mostIterations is the maximum number of iterations with a link. Iterations that did not
// succeed are listed first.
const mostIterations = 60

func (v *visits) iterations() []iterationsView {
	var found []iterationsView

	for i := range v.states {
		around := &v.states[i]

		inside := map[int][]*timeline.State{}

		for j := range v.states {
			if v.states[j].Within == around.ID {
				inside[v.states[j].Iteration] = append(inside[v.states[j].Iteration], &v.states[j])
			}
		}

		if len(inside) > 0 {
			found = append(found, v.iterationsOf(around, inside))
		}
	}

	return found
}

func (v *visits) iterationsOf(around *timeline.State, inside map[int][]*timeline.State) iterationsView {
	chosen := v.choice.within == around.Name && v.choice.iteration >= 0
	whole := choice{arn: v.choice.arn, state: v.choice.state, iteration: -1}
	shown := iterationsView{Map: around.Name, All: iterationLink{Name: "All", URL: whole.address(), Chosen: !chosen}}
	counts := map[timeline.Outcome]int{}

	order := slices.Collect(maps.Keys(inside))
	slices.SortFunc(order, func(a, b int) int {
		if len(inside) <= mostIterations {
			return cmp.Compare(a, b)
		}

		return cmp.Or(cmp.Compare(severity(outcome(inside[b])), severity(outcome(inside[a]))), cmp.Compare(a, b))
	})

	for place, index := range order {
		said := outcome(inside[index])
		counts[said]++

		if place >= mostIterations {
			shown.More++

			continue
		}

		one := choice{arn: v.choice.arn, state: v.choice.state, within: around.Name, iteration: index}
		shown.Each = append(shown.Each, iterationLink{
			Name: strconv.Itoa(index), URL: one.address(), Tone: outcomeTone(said), Title: string(said),
			Chosen: chosen && v.choice.iteration == index,
		})
	}

	for _, said := range []timeline.Outcome{
		timeline.Succeeded, timeline.Running, timeline.Failed, timeline.TimedOut, timeline.Stopped, timeline.Caught,
	} {
		if counts[said] > 0 {
			shown.Counts = append(shown.Counts, iterationCount{string(said), outcomeTone(said), counts[said]})
		}
	}

	return shown
}
