package awsapi

import (
	"encoding/xml"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// plain returns a CBOR value as encoding/json writes it.
func plain(value cbor.Value) any {
	switch value := value.(type) {
	case cbor.Uint:
		return uint64(value)
	case cbor.NegInt:
		return -int64(value) //nolint:gosec // AWS's numbers fit.
	case cbor.String:
		return string(value)
	case cbor.Slice:
		return []byte(value)
	case cbor.Bool:
		return bool(value)
	case cbor.Float32:
		return float32(value)
	case cbor.Float64:
		return float64(value)
	case *cbor.Tag:
		return plain(value.Value)
	case cbor.List:
		list := []any{}
		for _, one := range value {
			list = append(list, plain(one))
		}

		return list
	case cbor.Map:
		object := map[string]any{}
		for name, one := range value {
			object[name] = plain(one)
		}

		return object
	default:
		return nil
	}
}

var timeType = reflect.TypeFor[Time]()

// eachField calls visit for each member of a structure that an answer has.
func eachField(value reflect.Value, visit func(name string, field reflect.Value)) {
	for i := range value.NumField() {
		field := value.Type().Field(i)

		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			eachField(value.Field(i), visit)

			continue
		}

		if name == "" {
			name = field.Name
		}

		if !field.IsExported() || name == "-" || strings.Contains(options, "omitempty") && empty(value.Field(i)) {
			continue
		}

		visit(name, value.Field(i))
	}
}

func empty(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Slice, reflect.Map:
		return value.Len() == 0
	default:
		return value.IsZero()
	}
}

// cborOf returns a value of an answer in CBOR.
func cborOf(value reflect.Value) cbor.Value {
	if value.Type() == timeType {
		const milli = 1000

		at := value.Interface().(Time) //nolint:forcetypeassert // The type was compared.

		return &cbor.Tag{ID: 1, Value: cbor.Float64(float64(time.Time(at).UnixMilli()) / milli)}
	}

	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return &cbor.Nil{}
		}

		return cborOf(value.Elem())
	case reflect.Struct:
		object := cbor.Map{}

		eachField(value, func(name string, field reflect.Value) { object[name] = cborOf(field) })

		return object
	case reflect.Map:
		object := cbor.Map{}
		for _, key := range value.MapKeys() {
			object[key.String()] = cborOf(value.MapIndex(key))
		}

		return object
	case reflect.Slice:
		list := cbor.List{}
		for i := range value.Len() {
			list = append(list, cborOf(value.Index(i)))
		}

		return list
	case reflect.Bool:
		return cbor.Bool(value.Bool())
	case reflect.Int, reflect.Int64:
		if value.Int() < 0 {
			return cbor.NegInt(uint64(-value.Int())) //nolint:gosec // The value is negative.
		}

		return cbor.Uint(uint64(value.Int())) //nolint:gosec // The value is not negative.
	case reflect.Float64:
		return cbor.Float64(value.Float())
	default:
		return cbor.String(value.String())
	}
}

// xmlValue is a value of an answer in the XML of AWS Query.
type xmlValue struct{ value reflect.Value }

// MarshalXML implements [xml.Marshaler].
func (x xmlValue) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	value := x.value

	if value.Type() == timeType {
		at := value.Interface().(Time) //nolint:forcetypeassert // The type was compared.

		return e.EncodeElement(time.Time(at).UTC().Format("2006-01-02T15:04:05.000Z"), start)
	}

	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return nil
		}

		return xmlValue{value.Elem()}.MarshalXML(e, start)
	case reflect.Struct, reflect.Slice:
	default:
		return e.EncodeElement(fmt.Sprint(value.Interface()), start)
	}

	if err := e.EncodeToken(start); err != nil {
		return err
	}

	var err error

	child := func(name string, value reflect.Value) {
		if err == nil {
			err = xmlValue{value}.MarshalXML(e, xml.StartElement{Name: xml.Name{Local: name}})
		}
	}

	if value.Kind() == reflect.Struct {
		eachField(value, child)
	} else {
		for i := range value.Len() {
			child("member", value.Index(i))
		}
	}

	if err != nil {
		return err
	}

	return e.EncodeToken(start.End())
}
