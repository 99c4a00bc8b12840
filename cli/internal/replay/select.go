package replay

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"triptych/shared/ledger"
)

// choose returns the entries that the user named by key or by execution. For a named key, it
// also adds the last upload if this upload is finished or was rejected. Such an upload can be
// retried only if the user names its key.
func (r *Replay) choose(ctx context.Context, found []work, names []string) ([]work, error) {
	var chosen []work

	for _, name := range names {
		matching := 0

		for i := range found {
			if found[i].isNamed(name) {
				matching++

				found[i].Asked = true
				chosen = append(chosen, found[i])
			}
		}

		more, err := r.lookUp(ctx, name, matching > 0)
		if err != nil {
			return nil, err
		}

		chosen = append(chosen, more...)
	}

	return join(chosen), nil
}

// isNamed reports whether a name matches an entry.
func (w *work) isNamed(name string) bool {
	return w.key() == name || slices.ContainsFunc(append([]string{w.last.ARN}, w.before...), func(arn string) bool {
		return arn != "" && (arn == name || Name(arn) == name)
	})
}

// lookUp searches for a name in the ledger and in Step Functions. It returns an error if the
// name is not listed and not found.
func (r *Replay) lookUp(ctx context.Context, name string, listed bool) ([]work, error) {
	items, err := r.Target.Ledger.Versions(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("find the key %q: %w", name, err)
	}

	if len(items) > 0 {
		last := slices.MaxFunc(items, func(a, b ledger.Item) int {
			return strings.Compare(a.Sequencer+a.UpdatedAt, b.Sequencer+b.UpdatedAt)
		})

		if listed && last.Status != ledger.Rejected {
			return nil, nil
		}

		seen := r.fromLedger(last)
		if last.Status == ledger.Processing && !needsReplay(last, time.Now()) {
			seen.Upload = nil // The owner of the lease decides: use its status, and ignore the item.
		}

		one, err := r.follow(ctx, Entry{Sighting: seen, Asked: true})

		return []work{one}, err
	}

	if listed {
		return nil, nil
	}

	for _, arn := range r.meant(name) {
		one, err := r.follow(ctx, Entry{Sighting: Sighting{Source: Execution, ExecutionARN: arn, At: time.Now()}, Asked: true})
		if err != nil || one.last.Exists {
			return []work{one}, err
		}
	}

	return nil, fmt.Errorf("%q: %w", name, ErrUnknown)
}

// meant returns the executions that a name or an ARN can refer to.
func (r *Replay) meant(name string) []string {
	if strings.HasPrefix(name, "arn:") {
		if machine := MachineARN(name); machine == "" || !slices.Contains(r.machines(), machine) {
			return nil
		}

		return []string{name}
	}

	var arns []string
	for _, machine := range r.machines() {
		arns = append(arns, ExecutionARN(machine, name))
	}

	return arns
}
