package stepfunctions

import (
	"fmt"
	"slices"

	"triptych/emulator/stepfunctions/asl"
)

// relatedChild is a child execution that changes in the same transaction as its parent. It is
// locked.
type relatedChild struct {
	e       *execution
	change  *change
	effects asl.Effects
	ended   bool // It could not be redriven, so its parent is told that it has ended.
}

// childKey returns the key of a child execution.
func childKey(child asl.Child) string {
	return child.Options.StateMachineName + ":" + child.Options.ExecutionName
}

// related prepares the changes to child executions that a parent's effects require: some are
// started, redriven or stopped. The child executions that it returns are locked, even if it
// returns an error. A parent locks its children, and a child never locks its parent.
func (s *Service) related(parent *execution, effects asl.Effects) ([]*relatedChild, error) {
	var related []*relatedChild

	for _, child := range effects.Children {
		one, err := s.newRelatedChild(parent, child)
		if one != nil {
			related = append(related, one)
		}

		if err != nil {
			return related, fmt.Errorf("start child execution %s: %w", childKey(child), err)
		}
	}

	for _, child := range effects.StoppedChildren {
		one, known := find(related, childKey(child))
		if !known {
			if one = s.locked(childKey(child)); one == nil {
				continue // It has ended by itself.
			}

			related = append(related, one)
		}

		if one.e.x.Outcome() != nil {
			continue
		}

		stopped, err := one.e.machine().Stop(one.e.x, asl.Failure{})
		if err != nil {
			return related, err
		}

		stopped.Events = append(one.effects.Events, stopped.Events...)
		one.effects = stopped
	}

	for _, one := range related {
		var err error
		if one.change, err = s.newChange(one.e.key, one.e.rev.hash, one.e.x, one.effects.Events); err != nil {
			return related, err
		}

		one.change.relist = true
	}

	return related, nil
}

func find(related []*relatedChild, key string) (*relatedChild, bool) {
	index := slices.IndexFunc(related, func(one *relatedChild) bool { return one.e.key == key })
	if index < 0 {
		return nil, false
	}

	return related[index], true
}

// locked returns a running child execution, locked, or nil if the child has ended by
// itself. If the service is starting and has not resumed the child yet, locked loads it, and
// [Service.Resume] skips it.
func (s *Service) locked(key string) *relatedChild {
	e, first := s.claim(key)
	if !first {
		e.mu.Lock()

		if e.gone {
			e.mu.Unlock()

			return nil
		}

		return &relatedChild{e: e}
	}

	x, rev, err := s.load(key)
	if err != nil || x == nil || x.Outcome() != nil {
		s.drop(e)
		e.mu.Unlock()

		return nil
	}

	e.x, e.rev = x, rev

	return &relatedChild{e: e}
}

// newRelatedChild starts or redrives a child execution in memory.
func (s *Service) newRelatedChild(parent *execution, child asl.Child) (*relatedChild, error) {
	key := childKey(child)

	e, first := s.claim(key)
	for !first { // The former execution with this key is ending.
		e.mu.Lock()
		e.mu.Unlock() //nolint:staticcheck // Locking waits for its end.

		e, first = s.claim(key)
	}

	one := &relatedChild{e: e}
	e.rev = parent.rev

	var err error

	if !child.Redrive {
		e.x, one.effects, err = e.machine().Start(child.Options)

		return one, err
	}

	if e.x, e.rev, err = s.stored(key); err != nil {
		return one, err
	}

	// The redrive uses the machine's role, whose permissions may not allow it.
	// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html#maprun-iam-permission
	mayRedrive := s.config.Authorize(s.as(e.rev.RoleARN), "states:RedriveExecution", s.arnOf(key)) == nil

	if status, _ := s.redriveStatus(e.x); status != redrivableByMapRun || !mayRedrive {
		one.ended = true

		return one, nil
	}

	one.effects, err = e.machine().Redrive(e.x)

	return one, err
}

// actOnRelated runs the tasks and timers of child executions whose changes are stored.
func (s *Service) actOnRelated(related []*relatedChild) {
	for _, one := range related {
		if one.ended {
			s.notifyParent(one.e)
			s.drop(one.e)

			continue
		}

		s.act(one.e, one.effects)

		if one.effects.Outcome != nil && one.effects.Outcome.Status != asl.StatusAborted {
			s.notifyParent(one.e) // The child ended as soon as it started.
		}
	}
}

// notifyParent reports the end of a child execution to its parent. It runs in the background
// later, so it does not lock either of them now.
func (s *Service) notifyParent(e *execution) {
	options, outcome := e.x.Options(), e.x.Outcome()
	if options.MapRunARN == "" {
		return
	}

	s.background(func() {
		record, found, err := s.mapRunRecord(options.MapRunARN)
		if err != nil || !found {
			s.config.Logger.Error("find the Map Run of a child execution", "execution", e.key, "error", err)

			return
		}

		s.mu.Lock()
		parent := s.live[record.Execution]
		s.mu.Unlock()

		if parent == nil {
			return // The parent has ended, or it reads the state of its children when it is resumed.
		}

		s.childEnded(parent, options.ChildID, *outcome)
	})
}

func (s *Service) childEnded(parent *execution, childID string, outcome asl.Outcome) {
	err := s.report(parent, func() (asl.Effects, error) {
		return parent.machine().ChildEnded(parent.x, childID, outcome)
	})
	s.unexpected(parent, err)
}

// reportEndedChildren reports child executions that have ended to a parent that was
// resumed, because the parent may not know of their end.
func (s *Service) reportEndedChildren(parent *execution, children []asl.Child) {
	for _, child := range children {
		s.background(func() {
			x, _, err := s.load(childKey(child))

			switch {
			case err != nil || x == nil:
				s.config.Logger.Error("read child execution", "execution", childKey(child), "error", err)
			case x.Outcome() != nil:
				s.childEnded(parent, child.ID, *x.Outcome())
			}
		})
	}
}
