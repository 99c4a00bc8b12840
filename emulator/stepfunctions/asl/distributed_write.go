package asl

import (
	"encoding/json"
	"fmt"
	"strings"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// PutObject is the Resource of the ResultWriter that writes the results of a Map Run to
// files. Its Arguments are {Bucket, Prefix}.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
const PutObject = "arn:aws:states:::s3:putObject"

// Transformations of results.
const (
	ResultsWhole   = "NONE"    // The child executions with their metadata.
	ResultsCompact = "COMPACT" // The outputs of the child executions.
	ResultsFlatten = "FLATTEN" // As ResultsCompact, with the elements of arrays instead of the arrays.
)

// resultWriter formats the results of a Map Run, and writes them to files if it has a
// resource.
type resultWriter struct {
	resource       string // PutObject, or "".
	arguments      *template
	transformation string
	outputType     string // InputJSON or InputJSONL.
}

// Write asks the driver to write the results of a Map Run: a manifest, and a file for each
// status of its child executions. The driver reports the end to [Machine.ResultsWritten] or
// [Machine.WriteFailed] with the ID. It may write the same files again.
type Write struct {
	ID             string
	MapRunARN      string
	RunID          string // A UUID.
	Arguments      json.RawMessage
	Transformation string // Of the successful child executions.
	OutputType     string
}

// pendingWrite is a write that the driver has not reported yet.
type pendingWrite struct {
	ID        string          `json:"id"`
	Arguments json.RawMessage `json:"arguments"`
}

func (p *parser) resultWriter(fields *object) *resultWriter {
	writer := fields.child("ResultWriter")
	if writer == nil {
		return nil
	}

	out := &resultWriter{resource: writer.text("Resource"), arguments: writer.template("Arguments", reach{}), outputType: InputJSON}

	if out.resource != "" {
		writer.oneOf("Resource", out.resource, PutObject)
	}

	if (out.resource == "") != (out.arguments == nil) {
		writer.problemf("Arguments", "a ResultWriter has both or none of Resource and Arguments with a Bucket")
	}

	out.transformation = ResultsCompact
	if out.resource != "" {
		out.transformation = ResultsWhole
	}

	config := writer.child("WriterConfig")

	switch {
	case config == nil && out.resource == "":
		fields.problemf("ResultWriter", "a ResultWriter needs a WriterConfig, or Resource and Arguments")
	case config != nil:
		out.configure(config)
	}

	writer.finish()

	return out
}

func (w *resultWriter) configure(config *object) {
	if transformation := config.text("Transformation"); transformation != "" {
		config.oneOf("Transformation", transformation, ResultsWhole, ResultsCompact, ResultsFlatten)

		if w.transformation = transformation; transformation == ResultsWhole && w.resource == "" {
			config.problemf("Transformation", "the emulator supports NONE only for results that are written to files")
		}
	}

	if kind := config.text("OutputType"); kind != "" {
		config.oneOf("OutputType", kind, InputJSON, InputJSONL)

		if w.outputType = kind; kind == InputJSONL && w.resource == "" {
			config.problemf("OutputType", "the emulator supports JSONL only for results that are written to files")
		}
	}

	config.finish()
}

// exports reports whether the results are written to files.
func (w *resultWriter) exports() bool { return w != nil && w.resource != "" }

// transform returns the result of a Map without files.
func (w *resultWriter) transform(outputs []json.RawMessage) (json.RawMessage, error) {
	if w == nil || w.transformation != ResultsFlatten {
		return jsonata.Encode(outputs)
	}

	flat := []json.RawMessage{}
	for _, output := range outputs {
		flat = append(flat, Flatten(output)...)
	}

	return jsonata.Encode(flat)
}

// Flatten returns the elements of an output that is an array, or the output itself.
func Flatten(output json.RawMessage) []json.RawMessage {
	var elements []json.RawMessage
	if json.Unmarshal(output, &elements) == nil && elements != nil {
		return elements
	}

	return []json.RawMessage{output}
}

// export evaluates the Arguments at the end of a run and asks the driver to write the
// results. The run has its final status already.
func (s *distributedState) export(r *run, f *frame) {
	arguments, err := r.evaluate(s.writer.arguments, r.newScope(f), "ResultWriter/Arguments")
	if err != nil {
		s.evaluationFailed(r, f, err)

		return
	}

	f.Run.Writing = &pendingWrite{ID: r.newID("write"), Arguments: arguments}
	r.effects.Writes = append(r.effects.Writes, s.write(r, f))
}

// write returns a run's pending write for the driver.
func (s *distributedState) write(r *run, f *frame) Write {
	return Write{
		ID: f.Run.Writing.ID, MapRunARN: s.arn(r, f), RunID: f.Run.ID, Arguments: f.Run.Writing.Arguments,
		Transformation: s.writer.transformation, OutputType: s.writer.outputType,
	}
}

// Place returns where the manifest of the results is written, and the key that the names of
// all files begin with.
func (w Write) Place() (at WrittenResults, prefix string, err error) {
	var arguments struct{ Bucket, Prefix string }
	if err := json.Unmarshal(w.Arguments, &arguments); err != nil {
		return WrittenResults{}, "", fmt.Errorf("read the Arguments of putObject: %w", err)
	}

	if prefix = strings.TrimSuffix(arguments.Prefix, "/"); prefix != "" {
		prefix += "/"
	}

	prefix += w.RunID + "/"

	return WrittenResults{Bucket: arguments.Bucket, Key: prefix + "manifest.json"}, prefix, nil
}

// WrittenResults is the place of the manifest of written results.
type WrittenResults struct {
	Bucket string
	Key    string
}

// ResultsWritten reports the end of a [Write].
func (m *Machine) ResultsWritten(x *Execution, writeID string, at WrittenResults) (Effects, error) {
	r, f, s, err := m.writing(x, writeID)
	if err != nil {
		return Effects{}, err
	}

	f.Run.Writing, f.Run.Written = nil, true
	s.changed(r, f)

	if f.Run.Failure != nil {
		s.failed(r, f, *f.Run.Failure)

		return r.finish(), nil
	}

	result, err := jsonata.Encode(struct {
		MapRunArn           string
		ResultWriterDetails WrittenResults
	}{s.arn(r, f), at})
	if err != nil {
		return Effects{}, err
	}

	s.succeed(r, f, result)

	return r.finish(), nil
}

// WriteFailed reports that results could not be written. The Map fails with
// States.ResultWriterFailed, unless it has failed before.
func (m *Machine) WriteFailed(x *Execution, writeID, cause string) (Effects, error) {
	r, f, s, err := m.writing(x, writeID)
	if err != nil {
		return Effects{}, err
	}

	f.Run.Writing = nil

	if f.Run.Failure == nil {
		f.Run.Failure = &Failure{Error: ErrorResultWriter, Cause: cause}
		f.Run.Status = StatusFailed
		s.changed(r, f)
	}

	s.failed(r, f, *f.Run.Failure)

	return r.finish(), nil
}

func (m *Machine) writing(x *Execution, writeID string) (*run, *frame, *distributedState, error) {
	if x.state.Outcome == nil {
		f := x.state.Root.find(func(f *frame) bool { return f.Run != nil && f.Run.Writing != nil && f.Run.Writing.ID == writeID })
		if f != nil {
			r := m.begin(&x.state)
			if s, ok := r.stateOf(f).(*distributedState); ok {
				return r, f, s, nil
			}
		}
	}

	return nil, nil, nil, fmt.Errorf("write %s of %s: %w", writeID, x.state.Options.ExecutionARN, ErrNotPending)
}
