package attribute

import (
	"cmp"
	"fmt"
	"strings"
)

// MaxDepth is the deepest nesting of lists and maps. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes
const MaxDepth = 32

// JSON is one value in the API's form, {"S": "text"}. encoding/json decodes it, and
// [JSON.Value] checks it. These are two steps because DynamoDB answers an error of the
// first with SerializationException and an error of the second with ValidationException.
type JSON struct {
	S    *string
	N    *string
	B    *[]byte
	BOOL *bool
	NULL *bool
	L    *[]JSON
	M    *map[string]JSON
	SS   *[]string
	NS   *[]string
	BS   *[][]byte
}

// JSONMap is an item, a key or a set of expression values in the API's form.
type JSONMap map[string]JSON

// Map checks all values and returns them. The error for the first invalid value is an
// *Error.
func (m JSONMap) Map() (Map, error) { return decodeMap(m, 0) }

// Value checks the value and returns it. The error for an invalid value is an *Error.
func (j JSON) Value() (Value, error) { return j.decode(0) }

func decodeMap(m map[string]JSON, depth int) (Map, error) {
	decoded := make(Map, len(m))

	for name, value := range m {
		v, err := value.decode(depth)
		if err != nil {
			return nil, err
		}

		decoded[name] = v
	}

	return decoded, nil
}

func (j JSON) decode(depth int) (Value, error) {
	if depth > MaxDepth {
		return nil, refuse("Nesting Levels have exceeded supported limits")
	}

	switch j.datatypes() {
	case 0:
		return nil, refuse("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case 1:
		return j.decodeOnly(depth)
	default:
		return nil, refuse("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
}

func (j JSON) datatypes() int {
	count := 0

	for _, present := range []bool{
		j.S != nil, j.N != nil, j.B != nil, j.BOOL != nil, j.NULL != nil,
		j.L != nil, j.M != nil, j.SS != nil, j.NS != nil, j.BS != nil,
	} {
		if present {
			count++
		}
	}

	return count
}

// decodeOnly decodes the one member that is set.
func (j JSON) decodeOnly(depth int) (Value, error) {
	switch {
	case j.S != nil:
		return String(*j.S), nil
	case j.N != nil:
		return wrapNumber(ParseNumber(*j.N))
	case j.B != nil:
		return Binary(*j.B), nil
	case j.BOOL != nil:
		return Bool(*j.BOOL), nil
	case j.NULL != nil:
		if !*j.NULL {
			return nil, refuse("One or more parameter values were invalid: Null attribute value types must have the value of true")
		}

		return Null{}, nil
	case j.L != nil:
		return decodeList(*j.L, depth+1)
	case j.M != nil:
		return wrapMap(decodeMap(*j.M, depth+1))
	case j.SS != nil:
		return decodeStrings(*j.SS)
	case j.NS != nil:
		return decodeNumbers(*j.NS)
	default:
		return decodeBinaries(*j.BS)
	}
}

// wrapNumber returns a nil Value, and not a Number, after a failed parse.
func wrapNumber(n Number, err error) (Value, error) {
	if err != nil {
		return nil, err
	}

	return n, nil
}

func wrapMap(m Map, err error) (Value, error) {
	if err != nil {
		return nil, err
	}

	return m, nil
}

func decodeList(elements []JSON, depth int) (Value, error) {
	list := make(List, len(elements))

	for i, element := range elements {
		v, err := element.decode(depth)
		if err != nil {
			return nil, err
		}

		list[i] = v
	}

	return list, nil
}

func decodeStrings(elements []string) (Value, error) {
	set := make(StringSet, len(elements))
	for i, element := range elements {
		set[i] = String(element)
	}

	set = sorted(set, cmp.Compare)
	if err := checkSet(len(elements), len(set), func() string {
		return fmt.Sprintf("One or more parameter values were invalid: Input collection [%s] contains duplicates.",
			strings.Join(elements, ", "))
	}); err != nil {
		return nil, err
	}

	return set, nil
}

func decodeNumbers(elements []string) (Value, error) {
	set := make(NumberSet, len(elements))

	for i, element := range elements {
		number, err := ParseNumber(element)
		if err != nil {
			return nil, err
		}

		set[i] = number
	}

	set = sorted(set, Number.Compare)
	if err := checkSet(len(elements), len(set), func() string {
		return "Input collection contains duplicates"
	}); err != nil {
		return nil, err
	}

	return set, nil
}

func decodeBinaries(elements [][]byte) (Value, error) {
	set := make(BinarySet, len(elements))
	for i, element := range elements {
		set[i] = Binary(element)
	}

	set = sorted(set, cmp.Compare)
	if err := checkSet(len(elements), len(set), func() string {
		return "One or more parameter values were invalid: Input collection of type BS contains duplicates."
	}); err != nil {
		return nil, err
	}

	return set, nil
}

// checkSet rejects a set without elements, and a set with duplicate elements.
func checkSet(given, distinct int, duplicates func() string) error {
	switch {
	case given == 0:
		return refuse("One or more parameter values were invalid: An AttributeValue may not contain an empty set")
	case distinct < given:
		return &Error{Message: duplicates()}
	default:
		return nil
	}
}
