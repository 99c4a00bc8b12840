package asl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// PageReader reads a page of a DISTRIBUTED Map's items. Its error's text is the
// cause of States.ItemReaderFailed.
type PageReader func(ctx context.Context, read Read) (Page, error)

var errNoItems = errors.New("the Runner has no Items")

// readPage carries out a read.
func (d *driver) readPage(ctx context.Context, read Read) (Effects, error) {
	if d.runner.Items == nil {
		return Effects{}, errNoItems
	}

	page, failure := d.runner.Items(ctx, read)
	if failure != nil {
		return d.machine.ReadFailed(d.result.Execution, read.ID, failure.Error())
	}

	return d.machine.ItemsRead(d.result.Execution, read.ID, page)
}

// runChild drives a child execution to its end, before the next one begins.
func (d *driver) runChild(ctx context.Context, child Child) (Effects, error) {
	machine, found := d.machine.Child(child.Label)
	if !found {
		return Effects{}, fmt.Errorf("there is no Map with the label %q", child.Label)
	}

	below := &driver{runner: d.runner, machine: machine, clock: d.clock, result: &Result{}}

	var (
		effects Effects
		err     error
	)

	if child.Redrive {
		earlier := d.result.Children[child.ID]
		below.result.Execution, below.result.History = earlier.Execution, slices.Clone(earlier.History)
		effects, err = machine.Redrive(earlier.Execution)
	} else {
		below.result.Execution, effects, err = machine.Start(child.Options)
	}

	if err != nil {
		return Effects{}, err
	}

	ended, err := below.toEnd(ctx, effects)
	if err != nil {
		return Effects{}, err
	}

	d.keep(child.ID, ended)

	return d.machine.ChildEnded(d.result.Execution, child.ID, ended.Outcome)
}

// stopChildren stops child executions, none of which has begun: each runs to its end
// before the next one does.
func (d *driver) stopChildren(stopped []Child) {
	for _, one := range stopped {
		place := slices.IndexFunc(d.children, func(child Child) bool { return child.ID == one.ID })
		if place < 0 {
			continue
		}

		child := d.children[place]
		d.children = slices.Delete(d.children, place, place+1)

		machine, found := d.machine.Child(child.Label)
		if !found || child.Redrive { // As it was.
			continue
		}

		x, _, err := machine.Start(child.Options)
		if err != nil {
			continue // Its input is JSON, and small enough.
		}

		if _, err := machine.Stop(x, Failure{}); err == nil || x.Outcome() != nil {
			d.keep(child.ID, &Result{Execution: x, Outcome: *x.Outcome()})
		}
	}
}

func (d *driver) keep(id string, ended *Result) {
	if d.result.Children == nil {
		d.result.Children = map[string]*Result{}
	}

	d.result.Children[id] = ended
}

// childrenOf copies what the children of an earlier attempt came to.
func childrenOf(earlier *Result) map[string]*Result { return maps.Clone(earlier.Children) }
