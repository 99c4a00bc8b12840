package doctor

import (
	"context"
	"fmt"
	"sync"

	"triptych/cli/internal/target"
)

// Doctor examines one stack.
type Doctor struct {
	Target *target.Target
	// Concurrency is the number of keys that are examined in parallel; at least 1.
	Concurrency int

	// Tell is called with each finding, one call at a time. Looked is called after each
	// key, and may be nil.
	Tell   func(Finding) error
	Looked func()

	telling  sync.Mutex
	problems int
}

// Run examines the stack, and returns the number of problems.
func (d *Doctor) Run(ctx context.Context) (int, error) {
	readable, err := d.reach(ctx)
	if err != nil || !readable {
		return d.problems, err
	}

	before := d.problems

	count, err := d.images(ctx)
	if err != nil {
		return d.problems, err
	}

	if d.problems == before {
		err = d.report(fine(checkImages, fmt.Sprintf("%d checked: ledger, originals and variants are consistent", count)))
	}

	return d.problems, err
}

func (d *Doctor) report(finding Finding) error {
	d.telling.Lock()
	defer d.telling.Unlock()

	if finding.Status == Problem {
		d.problems++
	}

	return d.Tell(finding)
}
