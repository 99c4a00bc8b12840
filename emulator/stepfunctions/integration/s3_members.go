package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"triptych/emulator/stepfunctions/asl"
)

// errTooLarge means that a result has more than 256 KiB.
var errTooLarge = errors.New("The state/task returned a result with a size exceeding the maximum number of bytes service limit.") //nolint:staticcheck,revive // AWS's text.

// readParameters decodes the Arguments of a task into an input structure of the SDK. A Body
// that is not text is sent as its JSON. A parameter that the structure does not have is an
// error.
func readParameters(arguments json.RawMessage, in any) error {
	parameters, err := members(arguments)
	if err != nil {
		return err
	}

	target := reflect.ValueOf(in).Elem()

	if field := target.FieldByName("Body"); field.IsValid() && parameters["Body"] != nil {
		text, err := asText(parameters["Body"])
		if err != nil {
			return err
		}

		var body string
		if err := json.Unmarshal(text, &body); err != nil {
			return fmt.Errorf("parameter Body: %w", err)
		}

		field.Set(reflect.ValueOf(bytes.NewReader([]byte(body))))
		delete(parameters, "Body")
	}

	for name, value := range parameters {
		field, known := target.Type().FieldByName(name)
		if !known || !field.IsExported() {
			return fmt.Errorf("the field %q is not supported by Step Functions", name)
		}

		if err := json.Unmarshal(value, target.FieldByIndex(field.Index).Addr().Interface()); err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
	}

	return nil
}

// membersOf converts an output structure of the SDK to the result of a task: the members
// that have a value. A body is returned as text.
func membersOf(out any) (any, error) {
	value := reflect.ValueOf(out)

	result, err := plain(value)
	if err != nil {
		return nil, err
	}

	object, ok := result.(map[string]any)
	if !ok {
		return map[string]any{}, nil
	}

	// The SDK for Java has an empty map for an object without metadata.
	if field := value.Elem().FieldByName("Metadata"); field.IsValid() && object["Metadata"] == nil {
		object["Metadata"] = map[string]any{}
	}

	return object, nil
}

// plain converts a value of the SDK to a value of JSON; nil means that it has no value.
func plain(value reflect.Value) (any, error) {
	switch special := value.Interface().(type) {
	case time.Time:
		return isoTime(special), nil
	case io.ReadCloser:
		return readBody(special)
	}

	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return nil, nil //nolint:nilnil // It has no value.
		}

		return plain(value.Elem())
	case reflect.Struct:
		return plainStruct(value)
	case reflect.Slice:
		return plainSlice(value)
	case reflect.Map:
		if value.Len() == 0 {
			return nil, nil //nolint:nilnil // It has no value.
		}

		return value.Interface(), nil
	case reflect.String:
		if value.Len() == 0 {
			return nil, nil //nolint:nilnil // An enumeration without a value.
		}

		return value.String(), nil
	default:
		return value.Interface(), nil
	}
}

func plainStruct(value reflect.Value) (any, error) {
	out := map[string]any{}

	for i := range value.NumField() {
		field := value.Type().Field(i)
		if !field.IsExported() || field.Anonymous || field.Name == "ResultMetadata" {
			continue
		}

		member, err := plain(value.Field(i))
		if err != nil {
			return nil, err
		}

		if member != nil {
			out[field.Name] = member
		}
	}

	return out, nil
}

func plainSlice(value reflect.Value) (any, error) {
	if value.Len() == 0 {
		return nil, nil //nolint:nilnil // It has no value.
	}

	out := make([]any, value.Len())

	for i := range value.Len() {
		var err error
		if out[i], err = plain(value.Index(i)); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// readBody reads the body of an object, up to the size that a result may have.
func readBody(body io.ReadCloser) (any, error) {
	defer func() { _ = body.Close() }() // It was read, or is not needed.

	text, err := io.ReadAll(io.LimitReader(body, asl.MaxDataBytes+1))

	switch {
	case err != nil:
		return nil, fmt.Errorf("read the object: %w", err)
	case len(text) > asl.MaxDataBytes:
		return nil, errTooLarge
	default:
		return string(text), nil
	}
}
