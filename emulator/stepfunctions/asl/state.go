package asl

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// State types.
// https://states-language.net/spec.html#state-types
const (
	kindTask     = "Task"
	kindMap      = "Map"
	kindParallel = "Parallel"
	kindPass     = "Pass"
	kindChoice   = "Choice"
	kindWait     = "Wait"
	kindSucceed  = "Succeed"
	kindFail     = "Fail"
)

// state is one state of a definition.
type state interface {
	facts() *common
	// start runs the state. It is called after the state was entered, and for every retry.
	start(r *run, f *frame)
	// targets returns the states that the state can lead to.
	targets() []target
}

// target is a Next and its location.
type target struct{ name, path string }

// common holds the fields that all states share.
type common struct {
	name   string
	kind   string
	path   string
	next   string // Empty if End is set.
	assign *template
	output *template
	retry  []retrier
	catch  []catcher
}

func (c *common) facts() *common { return c }

func (c *common) targets() []target {
	var out []target
	if c.next != "" {
		out = append(out, target{name: c.next, path: c.path + "/Next"})
	}

	for _, catch := range c.catch {
		out = append(out, target{name: catch.next, path: catch.path + "/Next"})
	}

	return out
}

const maxNameLength = 80 // https://states-language.net/spec.html#states-fields

// state parses one state. assigned are the variables of this scope and the outer scopes.
func (p *parser) state(name string, fields *object, assigned []string) state {
	if utf8.RuneCountInString(name) > maxNameLength {
		p.report(CodeStateName, fields.path, fmt.Sprintf("a state's name has at most %d characters", maxNameLength))
	}

	base := &common{name: name, kind: fields.text("Type"), path: fields.path}

	fields.require("Type")
	fields.text("Comment")

	defer func(before bool) { p.literal = before }(p.literal)

	p.literal = p.languageOf(fields) == queryJSONPath

	var out state

	switch base.kind {
	case kindTask:
		out = p.taskState(base, fields)
	case kindMap:
		if isDistributed(fields) {
			out = p.distributedState(base, fields)
		} else {
			out = p.mapState(base, fields, assigned)
		}
	case kindParallel:
		out = p.parallelState(base, fields, assigned)
	case kindPass:
		out = p.passState(base, fields)
	case kindChoice:
		out = p.choiceState(base, fields)
	case kindWait:
		out = p.waitState(base, fields)
	case kindSucceed:
		out = p.succeedState(base, fields)
	case kindFail:
		out = p.failState(base, fields)
	default:
		if base.kind != "" {
			fields.problemf("Type", "there is no state type %q", base.kind)
		}

		return &passState{common: base}
	}

	fields.finish()

	return out
}

// languageOf returns the query language of a state, and reports the fields that belong to
// the other one.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#querylanguage-field
func (p *parser) languageOf(fields *object) string {
	language := fields.text("QueryLanguage")

	switch {
	case language == "":
		language = p.language
	case language == queryJSONPath && p.language == queryJSONata:
		p.problemf(fields.path, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")

		language = queryJSONata
	default:
		fields.oneOf("QueryLanguage", language, queryJSONata, queryJSONPath)
	}

	if language == queryJSONPath {
		fields.withoutJSONata("Arguments", "Items", "Output")
	} else {
		for _, name := range sortedKeys(fields.fields) {
			if jsonPathFields[name] {
				fields.notIn(queryJSONata, name, queryJSONPath)
			}
		}
	}

	return language
}

// continues parses Next or End.
func (c *common) continues(fields *object) {
	c.next = fields.text("Next")
	end, hasEnd := fields.take("End")

	switch ends := end == true; {
	case hasEnd && !ends && end != false:
		fields.problemf("End", "End must be true or false")
	case ends && c.next != "":
		fields.problemf("End", "a state has either Next or End")
	case !ends && c.next == "":
		fields.problemf("Next", "a state of this type needs Next or End")
	}
}

// variableName matches approximately the identifiers of UAX #31 that JSONata can also read.
var variableName = regexp.MustCompile(`^[\p{L}_][\p{L}\p{Nd}_]*$`)

// assignment parses an Assign.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
func assignment(fields *object, reach reach) *template {
	raw, there := fields.fields["Assign"]
	if !there {
		return nil
	}

	object, ok := raw.(map[string]any)
	if !ok {
		fields.read["Assign"] = true
		fields.problemf("Assign", "Assign must be an object")

		return nil
	}

	for _, name := range sortedKeys(object) {
		switch {
		case name == "states":
			fields.parser.problemf(fields.at("Assign")+"/states", "$states is reserved")
		case strings.HasSuffix(name, ".$"):
			fields.parser.problemf(fields.at("Assign")+"/"+pointerToken(name), "a name ending in .$ belongs to JSONPath")
		case !variableName.MatchString(name) || utf8.RuneCountInString(name) > maxNameLength:
			fields.parser.problemf(fields.at("Assign")+"/"+pointerToken(name), "this is not a valid variable name")
		}
	}

	return fields.template("Assign", reach)
}
