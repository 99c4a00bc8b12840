package stepfunctions

import (
	"fmt"
	"slices"

	"triptych/emulator/stepfunctions/asl"
)

// relative is a child execution that changes together with its parent. It is locked.
type relative struct {
	e       *execution
	change  *change
	effects asl.Effects
	ended   bool // It could not be redriven: its parent is told so.
}

// childKey is a child execution's key.
func childKey(child asl.Child) string {
	return child.Options.StateMachineName + ":" + child.Options.ExecutionName
}

// family prepares what the effects of a parent do to its child executions: they are
// started, redriven and stopped. All of them are locked, whatever the error is. A
// parent locks its children, never the other way round.
func (s *Service) family(parent *execution, effects asl.Effects) ([]*relative, error) {
	var family []*relative

	for _, child := range effects.Children {
		one, err := s.newRelative(parent, child)
		if one != nil {
			family = append(family, one)
		}

		if err != nil {
			return family, fmt.Errorf("begin %s: %w", childKey(child), err)
		}
	}

	for _, child := range effects.StoppedChildren {
		one, known := find(family, childKey(child))
		if !known {
			if one = s.locked(childKey(child)); one == nil {
				continue // It has ended by itself.
			}

			family = append(family, one)
		}

		if one.e.x.Outcome() != nil {
			continue
		}

		stopped, err := one.e.machine().Stop(one.e.x, asl.Failure{})
		if err != nil {
			return family, err
		}

		stopped.Events = append(one.effects.Events, stopped.Events...)
		one.effects = stopped
	}

	for _, one := range family {
		var err error
		if one.change, err = s.newChange(one.e.key, one.e.rev.hash, one.e.x, one.effects.Events); err != nil {
			return family, err
		}

		one.change.relist = true
	}

	return family, nil
}

func find(family []*relative, key string) (*relative, bool) {
	place := slices.IndexFunc(family, func(one *relative) bool { return one.e.key == key })
	if place < 0 {
		return nil, false
	}

	return family[place], true
}

// locked is a child execution that runs; nil if it has ended by itself. During a
// start it may not have been resumed yet: then it is not, any more.
func (s *Service) locked(key string) *relative {
	e, first := s.claim(key)
	if !first {
		e.mu.Lock()

		if e.gone {
			e.mu.Unlock()

			return nil
		}

		return &relative{e: e}
	}

	x, rev, err := s.load(key)
	if err != nil || x == nil || x.Outcome() != nil {
		s.drop(e)
		e.mu.Unlock()

		return nil
	}

	e.x, e.rev = x, rev

	return &relative{e: e}
}

// newRelative starts, or redrives, a child execution in memory.
func (s *Service) newRelative(parent *execution, child asl.Child) (*relative, error) {
	key := childKey(child)

	e, first := s.claim(key)
	for !first { // It is on its way out.
		e.mu.Lock()
		e.mu.Unlock() //nolint:staticcheck // Its end was waited for.

		e, first = s.claim(key)
	}

	one := &relative{e: e}
	e.rev = parent.rev

	var err error

	if !child.Redrive {
		e.x, one.effects, err = e.machine().Start(child.Options)

		return one, err
	}

	if e.x, e.rev, err = s.stored(key); err != nil {
		return one, err
	}

	// The machine's role redrives, and may be denied it.
	// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html#maprun-iam-permission
	mayRedrive := s.config.Authorize(s.as(e.rev.RoleARN), "states:RedriveExecution", s.arnOf(key)) == nil

	if status, _ := s.redriveStatus(e.x); status != redrivableByMapRun || !mayRedrive {
		one.ended = true

		return one, nil
	}

	one.effects, err = e.machine().Redrive(e.x)

	return one, err
}

// actFamily acts upon what has been written of child executions.
func (s *Service) actFamily(family []*relative) {
	for _, one := range family {
		if one.ended {
			s.tellParent(one.e)
			s.drop(one.e)

			continue
		}

		s.act(one.e, one.effects)

		if one.effects.Outcome != nil && one.effects.Outcome.Status != asl.StatusAborted {
			s.tellParent(one.e) // It came to its end at once.
		}
	}
}

// tellParent reports the end of a child execution to its parent. Neither is locked by
// that: it happens later.
func (s *Service) tellParent(e *execution) {
	options, outcome := e.x.Options(), e.x.Outcome()
	if options.MapRunARN == "" {
		return
	}

	s.background(func() {
		record, found, err := s.mapRunRecord(options.MapRunARN)
		if err != nil || !found {
			s.config.Logger.Error("a child execution's Map Run is not known", "execution", e.key, "error", err)

			return
		}

		s.mu.Lock()
		parent := s.live[record.Execution]
		s.mu.Unlock()

		if parent == nil {
			return // It is over; or it asks after its children when it is resumed.
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

// askAfter tells a parent that was resumed of the children that have ended, and
// whose end it may not have been told.
func (s *Service) askAfter(parent *execution, children []asl.Child) {
	for _, child := range children {
		s.background(func() {
			x, _, err := s.load(childKey(child))

			switch {
			case err != nil || x == nil:
				s.config.Logger.Error("a child execution cannot be read", "execution", childKey(child), "error", err)
			case x.Outcome() != nil:
				s.childEnded(parent, child.ID, *x.Outcome())
			}
		})
	}
}
