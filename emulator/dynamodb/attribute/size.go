package attribute

// MaxItemBytes is the largest item: 400 KB with names and values.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items
const MaxItemBytes = 400 << 10

// What the containers cost beside their content.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
const (
	containerBytes = 3
	elementBytes   = 1
	flagBytes      = 1
)

// ItemSize is what an item counts towards [MaxItemBytes]: its names and values,
// without the overhead that a nested map has.
func (m Map) ItemSize() int {
	total := 0
	for name, value := range m {
		total += len(name) + value.Size()
	}

	return total
}

// Size implements [Value]: the UTF-8 bytes.
func (s String) Size() int { return len(s) }

// Size implements [Value]: the raw bytes.
func (b Binary) Size() int { return len(b) }

// Size implements [Value].
func (Bool) Size() int { return flagBytes }

// Size implements [Value].
func (Null) Size() int { return flagBytes }

// Size implements [Value]: a byte for two digits, and one more.
func (n Number) Size() int { return (len(n.digits)+1)/2 + 1 }

// Size implements [Value].
func (l List) Size() int {
	total := containerBytes
	for _, element := range l {
		total += elementBytes + element.Size()
	}

	return total
}

// Size implements [Value].
func (m Map) Size() int { return containerBytes + len(m)*elementBytes + m.ItemSize() }

// Size implements [Value].
func (s StringSet) Size() int { return sumSizes(s) }

// Size implements [Value].
func (s NumberSet) Size() int { return sumSizes(s) }

// Size implements [Value].
func (s BinarySet) Size() int { return sumSizes(s) }

func sumSizes[S ~[]E, E Value](set S) int {
	total := 0
	for _, element := range set {
		total += element.Size()
	}

	return total
}

// Depth is the nesting depth of an item's lists and maps: 0 if it has none.
func (m Map) Depth() int {
	deepest := 0
	for _, value := range m {
		deepest = max(deepest, depth(value))
	}

	return deepest
}

func depth(v Value) int {
	switch v := v.(type) {
	case Map:
		return 1 + v.Depth()
	case List:
		deepest := 0
		for _, element := range v {
			deepest = max(deepest, depth(element))
		}

		return 1 + deepest
	default:
		return 0
	}
}
