package asl

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Child is a child execution of a Map Run that the driver must start or redrive. It is an
// execution of [Machine.Child]. When it ends, the driver reports this to the parent by
// [Machine.ChildEnded] with its ID.
type Child struct {
	ID      string // Unique within the execution that starts it.
	Label   string // The label of the Map: it identifies the machine of [Machine.Child].
	Redrive bool   // The child exists and must be redriven.
	// Options are the parameters of its start. [Machine.Pending] returns no Input, because
	// the child was stored when it was started.
	Options StartOptions
}

// child describes a child execution by its number. Its name is made from the run and the
// number, so that it is always the same.
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
