package asl

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Child is a child execution of a Map Run for the driver to start, or to redrive. It
// is an execution of [Machine.Child], and its end is told to the parent by
// [Machine.ChildEnded] with its ID.
type Child struct {
	ID      string // Unique within the execution that starts it.
	Label   string // Of the Map: which Child machine it is an execution of.
	Redrive bool   // It is there, and to be redriven.
	// Options are what to start it with. [Machine.Pending] gives no Input: the child
	// was written when it was started.
	Options StartOptions
}

// child describes a child execution by its number. Its name is made of the run and
// the number, so that it is the same whenever it is asked for.
func (s *distributedState) child(r *run, f *frame, index int) Child {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", f.Run.ID, index))
	digits := hex.EncodeToString(sum[:])
	name := digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:32]
	parent := r.x.Options

	id := fmt.Sprintf("%s %d", f.Run.ID, index)

	return Child{
		ID: id, Label: s.label,
		Options: StartOptions{
			MapRunARN: s.arn(r, f), ChildID: id,
			ExecutionARN: s.resource(r, "execution") + name, ExecutionName: name, RoleARN: parent.RoleARN,
			StateMachineARN: parent.StateMachineARN + "/" + s.label, StateMachineName: parent.StateMachineName + "/" + s.label,
		},
	}
}
