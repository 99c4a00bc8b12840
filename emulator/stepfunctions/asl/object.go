package asl

import (
	"fmt"
	"slices"
	"strings"
)

// object is a JSON object that is being parsed. It knows its position in the definition,
// and which of its fields have not been read yet.
type object struct {
	parser *parser
	path   string
	fields map[string]any
	read   map[string]bool
}

func (p *parser) object(path string, fields map[string]any) *object {
	return &object{parser: p, path: path, fields: fields, read: map[string]bool{}}
}

// take returns a field's value, and whether the field exists.
func (o *object) take(name string) (any, bool) {
	o.read[name] = true
	value, ok := o.fields[name]

	return value, ok
}

func (o *object) at(name string) string { return o.path + "/" + pointerToken(name) }

func (o *object) problemf(name, format string, args ...any) {
	o.parser.problemf(o.at(name), format, args...)
}

// text returns an optional string.
func (o *object) text(name string) string {
	value, ok := o.take(name)
	if !ok {
		return ""
	}

	text, ok := value.(string)
	if !ok {
		o.problemf(name, "%s must be a string", name)
	}

	return text
}

// whole returns an optional whole number within limits; 0 if it is missing.
func (o *object) whole(name string, least, most float64) float64 {
	value, ok := o.take(name)
	if !ok {
		return 0
	}

	number, ok := value.(float64)
	if !ok || number != float64(int64(number)) || number < least || number > most {
		o.problemf(name, "%s must be a whole number between %.0f and %.0f", name, least, most)
	}

	return number
}

// child returns an optional object; nil if it is missing.
func (o *object) child(name string) *object {
	value, ok := o.take(name)
	if !ok {
		return nil
	}

	fields, ok := value.(map[string]any)
	if !ok {
		o.problemf(name, "%s must be an object", name)

		return nil
	}

	return o.parser.object(o.at(name), fields)
}

// children returns an optional array of objects.
func (o *object) children(name string) []*object {
	value, ok := o.take(name)
	if !ok {
		return nil
	}

	items, ok := value.([]any)
	if !ok {
		o.problemf(name, "%s must be an array", name)

		return nil
	}

	var out []*object

	for i, item := range items {
		path := fmt.Sprintf("%s/%d", o.at(name), i)

		fields, ok := item.(map[string]any)
		if !ok {
			o.parser.problemf(path, "must be an object")

			continue
		}

		out = append(out, o.parser.object(path, fields))
	}

	return out
}

// template returns an optional JSON value with expressions; nil if it is missing.
func (o *object) template(name string, reach reach) *template {
	value, ok := o.take(name)
	if !ok {
		return nil
	}

	if o.parser.literal {
		return &template{literal: value}
	}

	return o.parser.compileTemplate(o.at(name), value, reach)
}

// seconds returns an optional whole number, or an expression for it.
func (o *object) seconds(name string, least float64) *template {
	switch value := o.fields[name].(type) {
	case nil:
		o.read[name] = true

		return nil
	case string:
		if isExpression(value) && !o.parser.literal {
			return o.template(name, reach{})
		}
	case float64:
		return &template{literal: o.whole(name, least, maxSeconds)}
	}

	o.read[name] = true
	o.problemf(name, "%s must be a whole number or an expression", name)

	return nil
}

// strings returns an optional array of strings.
func (o *object) strings(name string) []string {
	value, ok := o.take(name)
	if !ok {
		return nil
	}

	items, _ := value.([]any)

	var out []string

	for _, item := range items {
		if text, ok := item.(string); ok {
			out = append(out, text)
		}
	}

	if len(out) == 0 || len(out) != len(items) {
		o.problemf(name, "%s must be an array of at least one string", name)
	}

	return out
}

// jsonPathFields are the fields of states that only JSONPath has.
var jsonPathFields = map[string]bool{
	"InputPath": true, "OutputPath": true, "ResultPath": true, "Parameters": true, "ResultSelector": true, "ItemsPath": true,
	"SecondsPath": true, "TimestampPath": true, "TimeoutSecondsPath": true, "HeartbeatSecondsPath": true, "MaxConcurrencyPath": true,
	"ErrorPath": true, "CausePath": true, "Variable": true, "Result": true, "ToleratedFailureCountPath": true,
	"ToleratedFailurePercentagePath": true,
}

// unsupported are the fields that AWS supports and this package does not.
var unsupported = map[string]string{
	"Iterator": "is superseded by ItemProcessor", "ItemReader": distributedOnly, "ItemBatcher": distributedOnly,
	"ResultWriter": distributedOnly, "Label": distributedOnly,
}

const (
	jsonPathOnly    = "belongs to JSONPath, and the emulator supports JSONata: set QueryLanguage to JSONata"
	distributedOnly = "belongs to a DISTRIBUTED Map, and the mode of this one is INLINE"
)

// notIn reports a field that the query language of its state does not have.
func (o *object) notIn(language, name, other string) {
	if _, there := o.take(name); there {
		o.parser.problemf(o.path, "The QueryLanguage is set to '%s', but field '%s' is only supported for the '%s' QueryLanguage", language, name, other)
	}
}

// withoutJSONata reports the fields of a JSONPath state that only JSONata has. It also
// reports Assign, whose values JSONPath writes in another way.
func (o *object) withoutJSONata(names ...string) {
	for _, name := range names {
		o.notIn(queryJSONPath, name, queryJSONata)
	}

	if _, there := o.take("Assign"); there {
		delete(o.fields, "Assign")
		o.problemf("Assign", "Assign %s", jsonPathOnly)
	}
}

// require reports the fields that are missing.
func (o *object) require(names ...string) {
	var missing []string

	for _, name := range names {
		if _, there := o.fields[name]; !there {
			missing = append(missing, name)
		}
	}

	if len(missing) > 0 {
		o.parser.problemf(o.path, "These fields are required: [%s]", strings.Join(missing, ", "))
	}
}

// finish reports the fields that were not read.
func (o *object) finish() {
	for _, name := range sortedKeys(o.fields) {
		if o.read[name] {
			continue
		}

		switch reason, known := unsupported[name]; {
		case known:
			o.problemf(name, "%s %s", name, reason)
		case jsonPathFields[name]:
			o.problemf(name, "%s %s", name, jsonPathOnly)
		default:
			o.parser.problemf(o.path, "Field '%s' is not supported", name)
		}
	}
}

// oneOf reports a string that is not one of the values.
func (o *object) oneOf(name, value string, values ...string) {
	if !slices.Contains(values, value) {
		o.problemf(name, "%s must be one of %q", name, values)
	}
}
