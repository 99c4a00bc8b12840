package asl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"triptych/emulator/awsapi/jackson"
	"triptych/emulator/stepfunctions/asl/jsonata"
)

// flow is a StartAt with its States: the machine itself, a Parallel's branch, or a Map's
// ItemProcessor.
type flow struct {
	startAt  string
	hasStart bool // There is a StartAt.
	states   map[string]state
}

// parser collects the problems of a definition.
type parser struct {
	problems    []Problem
	names       map[string]string // State name → path. Names are unique in the whole machine.
	children    map[string]*Definition
	text        any  // The definition, with the members of its objects in their order.
	distributed bool // Inside a DISTRIBUTED Map.
	language    string
	literal     bool // Inside a JSONPath state, where {% %} has no meaning.
}

func (p *parser) problemf(path, format string, args ...any) {
	if path == "" {
		path = "/"
	}

	p.problems = append(p.problems, Problem{Path: path, Code: CodeSchema, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) report(code Code, path, message string) {
	p.problems = append(p.problems, Problem{Path: path, Code: code, Message: message})
}

// Error implements error. It returns one problem on each line.
func (e *DefinitionError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, problem := range e.Problems {
		if lines[i] = problem.Message; problem.Path != "" {
			lines[i] = problem.Path + ": " + problem.Message
		}
	}

	return strings.Join(lines, "\n")
}

// pointerToken escapes a key for a JSON pointer (RFC 6901).
func pointerToken(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

const (
	queryJSONata  = "JSONata"
	queryJSONPath = "JSONPath"
	maxSeconds    = 99_999_999 // The limit of "TimeoutSeconds", "HeartbeatSeconds" and "Seconds" in the specification.
)

// Parse parses a definition: the JSON text of a state machine whose states have the query
// language JSONata, or no field that depends on the query language. It reports all problems
// that it finds, as a *DefinitionError.
func Parse(text []byte) (*Definition, error) {
	p := &parser{names: map[string]string{}, language: queryJSONPath}

	fields, problem := read(text)
	if problem != nil {
		return nil, &DefinitionError{Problems: []Problem{*problem}}
	}

	var err error
	if p.text, err = jsonata.DecodeAsRead(text); err != nil {
		p.text = nil // An empty text is an empty definition.
	}

	machine := p.object("", fields)
	definition := &Definition{comment: machine.text("Comment")}

	machine.text("Version")

	if language := machine.text("QueryLanguage"); language != "" {
		machine.oneOf("QueryLanguage", language, queryJSONata, queryJSONPath)

		p.language = language
	}

	definition.timeoutSeconds = machine.whole("TimeoutSeconds", 1, maxSeconds)
	definition.root = p.flow(machine, nil)
	definition.children = p.children

	machine.finish()

	if len(p.problems) > 0 {
		return nil, &DefinitionError{Problems: p.problems}
	}

	return definition, nil
}

// read decodes the text of a definition. AWS treats a text without content as an object
// without fields.
func read(text []byte) (map[string]any, *Problem) {
	fields := map[string]any{}
	if len(bytes.TrimSpace(text)) == 0 {
		return fields, nil
	}

	if err := jackson.Check(text, jackson.String); err != nil {
		return nil, &Problem{Code: CodeJSON, Message: err.Error()}
	}

	if err := json.Unmarshal(text, &fields); err != nil || fields == nil {
		return nil, &Problem{Path: "/", Code: CodeSchema, Message: "the definition must be a JSON object"}
	}

	return fields, nil
}

// flow parses StartAt and States. outer are the variables that outer scopes assign.
func (p *parser) flow(fields *object, outer []string) *flow {
	fields.require("StartAt", "States")

	out := &flow{startAt: fields.text("StartAt"), states: map[string]state{}}
	_, out.hasStart = fields.fields["StartAt"]

	states := fields.child("States")
	if states == nil {
		return out
	}

	if len(states.fields) == 0 {
		p.problemf(states.path, "States must be an object with at least one state")

		return out
	}

	names := sortedKeys(states.fields)
	assigned := append(slices.Clone(outer), p.assignedNames(states, outer)...)

	for _, name := range names {
		path := states.path + "/" + pointerToken(name)

		if other, taken := p.names[name]; taken {
			p.report(CodeDuplicateState, path, fmt.Sprintf("the name is already used by %s: state names must be unique in the whole machine", other))
		}

		p.names[name] = path

		if child := states.child(name); child != nil {
			out.states[name] = p.state(name, child, assigned)
		}
	}

	p.checkTargets(fields.path, out)

	return out
}

// checkTargets checks that StartAt and every Next name a state of the flow. It also reports
// a flow that has no end, or otherwise the states that no transition leads to. The words
// are AWS's. AWS writes 'Next' even if the field is Default or StartAt.
func (p *parser) checkTargets(path string, out *flow) {
	missing := func(path, name string) { p.report(CodeTarget, path, "Missing 'Next' target: "+name) }

	if _, ok := out.states[out.startAt]; !ok && out.hasStart {
		missing(path+"/StartAt", out.startAt)
	}

	ends := false

	for _, name := range sortedKeys(out.states) {
		for _, target := range out.states[name].targets() {
			if _, ok := out.states[target.name]; !ok && target.name != "" {
				missing(target.path, target.name)
			}
		}

		facts := out.states[name].facts()
		ends = ends || (facts.next == "" && facts.kind != kindChoice)
	}

	if !out.hasStart {
		return // No state is reachable.
	}

	if !ends {
		p.report(CodeEndState, "", "Workflow has no terminal state")

		return
	}

	reached := out.reached()

	for _, name := range sortedKeys(out.states) {
		if !reached[name] {
			p.report(CodeTarget, path+"/States/"+pointerToken(name), fmt.Sprintf("State %q is not reachable.", name))
		}
	}
}

// reached returns the states that can be reached from StartAt.
func (f *flow) reached() map[string]bool {
	reached := map[string]bool{}

	var follow func(name string)

	follow = func(name string) {
		next, ok := f.states[name]
		if !ok || reached[name] {
			return
		}

		reached[name] = true

		for _, target := range next.targets() {
			follow(target.name)
		}
	}
	follow(f.startAt)

	return reached
}

// assignedNames returns the variables that the states of one flow assign. It rejects a name
// that an outer scope also assigns. The variables of a Catch do not count: AWS accepts the
// same variable in a branch of a Parallel and in its Catch.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope
func (p *parser) assignedNames(states *object, outer []string) []string {
	var names []string

	collect := func(path string, value any) {
		assign, ok := value.(map[string]any)
		if !ok {
			return
		}

		for _, name := range sortedKeys(assign) {
			if slices.Contains(outer, name) {
				p.problemf(path+"/Assign/"+pointerToken(name), "the variable is assigned in an outer scope, so an inner scope cannot assign it")
			}

			names = append(names, name)
		}
	}

	for _, name := range sortedKeys(states.fields) {
		fields, ok := states.fields[name].(map[string]any)
		if !ok {
			continue
		}

		path := states.path + "/" + pointerToken(name)
		collect(path, fields["Assign"])

		entries, _ := fields["Choices"].([]any)
		for i, entry := range entries {
			if entry, ok := entry.(map[string]any); ok {
				collect(fmt.Sprintf("%s/Choices/%d", path, i), entry["Assign"])
			}
		}
	}

	return names
}
