package asl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// PageReader reads a page of a DISTRIBUTED Map's items. The text of its error is the cause
// of States.ItemReaderFailed.
type PageReader func(ctx context.Context, read Read) (Page, error)

var errNoItems = errors.New("the Runner has no Items")

// readPage runs a read.
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

// runChild runs a child execution to its end. The next child starts after that.
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

// stopChildren stops child executions. None of them has started, because each child runs to
// its end before the next one starts.
func (d *driver) stopChildren(stopped []Child) {
	for _, one := range stopped {
		index := slices.IndexFunc(d.children, func(child Child) bool { return child.ID == one.ID })
		if index < 0 {
			continue
		}

		child := d.children[index]
		d.children = slices.Delete(d.children, index, index+1)

		machine, found := d.machine.Child(child.Label)
		if !found || child.Redrive { // It stays unchanged.
			continue
		}

		x, _, err := machine.Start(child.Options)
		if err != nil {
			continue // The input is JSON and small enough, so there is no error.
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

// childrenOf copies the results of the children of an earlier run.
func childrenOf(earlier *Result) map[string]*Result { return maps.Clone(earlier.Children) }
