package asl

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"time"
)

type flow struct{ startAt string }

type executionState struct {
	Options      StartOptions
	Started      time.Time
	Stopped      time.Time
	RedriveCount int
	RedriveDate  time.Time
	Outcome      *Outcome
}

func (s *executionState) status() Status {
	if s.Outcome == nil {
		return StatusRunning
	}

	return s.Outcome.Status
}

type processRandom struct{}

func (processRandom) Float64() float64 { return rand.Float64() }
func (processRandom) Uint64() uint64   { return rand.Uint64() }

// Error implements error: one problem a line.
func (e *DefinitionError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, problem := range e.Problems {
		lines[i] = problem.Path + ": " + problem.Message
	}

	return strings.Join(lines, "\n")
}

var errBuilding = errors.New("under construction")

func parse([]byte) (*Definition, error) { return nil, errBuilding }
func (m *Machine) start(StartOptions) (*Execution, Effects, error) {
	return nil, Effects{}, errBuilding
}
func (m *Machine) taskSucceeded(*Execution, string, json.RawMessage) (Effects, error) {
	return Effects{}, errBuilding
}
func (m *Machine) taskFailed(*Execution, string, Failure) (Effects, error) {
	return Effects{}, errBuilding
}
func (m *Machine) taskHeartbeat(*Execution, string) (Effects, error) { return Effects{}, errBuilding }
func (m *Machine) timerFired(*Execution, string) (Effects, error)    { return Effects{}, errBuilding }
func (m *Machine) stop(*Execution, Failure) (Effects, error)         { return Effects{}, errBuilding }
func (m *Machine) redrive(*Execution) (Effects, error)               { return Effects{}, errBuilding }
func (m *Machine) pending(*Execution) Effects                        { return Effects{} }
func (e HistoryEvent) withoutData() HistoryEvent                     { return e }
func (r *Result) path() []string                                     { return nil }
func (r *Runner) run(context.Context, StartOptions) (*Result, error) { return nil, errBuilding }
