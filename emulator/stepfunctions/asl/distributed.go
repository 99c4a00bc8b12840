package asl

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// distributedState is a Map in DISTRIBUTED mode. It runs as a Map Run, whose iterations are
// separate executions.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
type distributedState struct {
	*common

	label               string
	items               *template
	reader              *itemReader   // Replaces items; nil without an ItemReader.
	writer              *resultWriter // nil without a ResultWriter.
	itemSelector        *template
	batcher             *itemBatcher // nil without an ItemBatcher.
	maxConcurrency      *template
	toleratedCount      *template
	toleratedPercentage *template
	processor           *Definition // The definition of the child executions.
}

const (
	modeInline      = "INLINE"
	modeDistributed = "DISTRIBUTED"
	// distributedConcurrency is the maximum number of concurrent child executions.
	distributedConcurrency = 10_000
	maxLabelLength         = 40
	wholePercent           = 100
)

// isDistributed reports whether a Map is in DISTRIBUTED mode. It is called before the Map
// is parsed.
func isDistributed(fields *object) bool {
	processor, _ := fields.fields["ItemProcessor"].(map[string]any)
	config, _ := processor["ProcessorConfig"].(map[string]any)

	return config["Mode"] == modeDistributed
}

func (p *parser) distributedState(base *common, fields *object) state {
	out := &distributedState{common: base, reader: p.itemReader(fields), batcher: p.itemBatcher(fields), writer: p.resultWriter(fields)}

	out.items = fields.template("Items", reach{})
	if out.items != nil && out.reader != nil {
		fields.problemf("Items", "a Map has either Items or an ItemReader")
	}

	out.itemSelector = fields.template("ItemSelector", reach{})
	out.maxConcurrency = fields.seconds("MaxConcurrency", 0)
	out.toleratedCount = fields.seconds("ToleratedFailureCount", 0)
	out.toleratedPercentage = fields.percentage("ToleratedFailurePercentage")

	out.label = p.label(base.name, fields)
	out.processor = p.childDefinition(fields.child("ItemProcessor"))

	if p.children == nil {
		p.children = map[string]*Definition{}
	}

	if _, taken := p.children[out.label]; taken {
		p.report(CodeDuplicateLabel, fields.at("Label"), fmt.Sprintf("the label %q is already used: labels must be unique in the whole machine", out.label))
	}

	p.children[out.label] = out.processor

	base.assign = assignment(fields, reach{result: true})
	base.output = fields.template("Output", reach{result: true})
	base.continues(fields)
	base.handlers(fields)

	return out
}

// childDefinition parses an ItemProcessor. Its states do not see the variables of outer
// scopes.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope
func (p *parser) childDefinition(processor *object) *Definition {
	config := processor.child("ProcessorConfig")
	config.text("Mode")

	switch kind := config.text("ExecutionType"); kind {
	case "STANDARD":
	case "EXPRESS":
		config.problemf("ExecutionType", "child executions of type EXPRESS are not supported: only STANDARD")
	default:
		config.problemf("ExecutionType", "a DISTRIBUTED Map needs the ExecutionType STANDARD")
	}

	config.finish()
	processor.text("Comment")

	if p.distributed {
		config.problemf("Mode", "a DISTRIBUTED Map inside another one is not supported")
	}

	p.distributed = true
	definition := &Definition{root: p.flow(processor, nil)}
	p.distributed = false

	processor.finish()

	return definition
}

// label returns the Label. If there is none, the label is made from the state's name, so
// that it is the same whenever the definition is parsed.
func (p *parser) label(name string, fields *object) string {
	label := fields.text("Label")
	if label == "" {
		const made = 16 // In bytes: 32 hex digits.

		sum := sha256.Sum256([]byte(name))

		return hex.EncodeToString(sum[:made])
	}

	forbidden := func(letter rune) bool {
		return unicode.IsSpace(letter) || unicode.IsControl(letter) || strings.ContainsRune("?*<>{}[]:;,\\|^~$#%&`\"/", letter)
	}

	if utf8.RuneCountInString(label) > maxLabelLength || strings.ContainsFunc(label, forbidden) {
		p.report(CodeLabel, fields.at("Label"), fmt.Sprintf("a label has at most %d characters, no whitespace and none of ?*<>{}[]:;,\\|^~$#%%&`\"/", maxLabelLength))
	}

	return label
}

// start evaluates the fields and starts a new Map Run.
func (s *distributedState) start(r *run, f *frame) {
	f.Run = nil

	begun, items, err := s.evaluate(r, f)
	if err != nil {
		r.evaluationFailed(f, err, atStart)

		return
	}

	// With an ItemReader, the number of items is not known yet.
	r.frameEvent(f, HistoryEvent{Type: EventMapStateStarted, MapStateStarted: &MapStateStartedDetails{Length: len(items)}})

	f.Phase = phaseMapRun
	f.Run = begun
	r.frameEvent(f, HistoryEvent{Type: EventMapRunStarted, MapRunStarted: &MapRunStartedDetails{MapRunARN: s.arn(r, f)}})

	if s.reader == nil {
		begun.ReadAll = true

		s.receive(r, f, items)
	}

	s.proceed(r, f)
}

// evaluate returns a Map Run that has not started. Without an ItemReader, it also returns
// the items.
func (s *distributedState) evaluate(r *run, f *frame) (*mapRun, []any, error) {
	scope := r.newScope(f)
	out := &mapRun{ID: jsonata.NewUUID(r.machine.random), Started: r.now, Status: StatusRunning, Concurrency: distributedConcurrency}

	concurrency, err := optionalNumber(s.maxConcurrency, scope, "MaxConcurrency", 0)
	if err != nil {
		return nil, nil, err
	}

	if concurrency != nil && *concurrency > 0 {
		out.Concurrency = int(min(distributedConcurrency, *concurrency))
	}

	if out.ToleratedCount, err = optionalNumber(s.toleratedCount, scope, "ToleratedFailureCount", 0); err != nil {
		return nil, nil, err
	}

	if s.toleratedPercentage != nil {
		percentage, err := s.toleratedPercentage.number(scope, "ToleratedFailurePercentage", 0, wholePercent)
		if err != nil {
			return nil, nil, err
		}

		out.ToleratedPercentage = &percentage
	}

	if err := s.batcher.evaluate(r, scope, out); err != nil {
		return nil, nil, err
	}

	if s.reader != nil {
		return out, nil, s.reader.evaluate(r, scope, out)
	}

	items, err := listOf(s.items, f, scope)

	return out, items, err
}

// optionalNumber evaluates an optional field. It returns nil if the field is missing.
func optionalNumber(field *template, s *scope, location string, least float64) (*float64, error) {
	if field == nil {
		return nil, nil //nolint:nilnil // The field is missing.
	}

	number, err := field.seconds(s, location, least)

	return &number, err
}

// arn returns the ARN of a Map Run: arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:ID.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#map-state-distributed-additional-fields
func (s *distributedState) arn(r *run, f *frame) string {
	return s.resource(r, "mapRun") + f.Run.ID
}

// resource returns the start of the ARN of a Map Run, or of an execution in it.
func (s *distributedState) resource(r *run, kind string) string {
	const account = 5 // The number of parts of an ARN up to and including the account.

	parts := strings.SplitN(r.x.Options.ExecutionARN, ":", account+1)

	return strings.Join(parts[:min(account, len(parts))], ":") + ":" + kind + ":" + r.x.Options.StateMachineName + "/" + s.label + ":"
}
