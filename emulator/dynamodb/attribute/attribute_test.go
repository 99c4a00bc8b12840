package attribute_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/emulator/dynamodb/attribute"
)

func TestParseNumber(t *testing.T) {
	tests := []struct{ text, want string }{
		{"0", "0"},
		{"-0", "0"},
		{"0.000", "0"},
		{"0e500", "0"},
		{"007", "7"},
		{"+7", "7"},
		{"7.", "7"},
		{".5", "0.5"},
		{"-1.50", "-1.5"},
		{"100", "100"},
		{"1e2", "100"},
		{"1E+2", "100"},
		{"12345e-3", "12.345"},
		{"0.00012", "0.00012"},
		{"1e-130", "0." + strings.Repeat("0", 129) + "1"},
		{"9e125", "9" + strings.Repeat("0", 125)},
		{strings.Repeat("1", 38), strings.Repeat("1", 38)},
		{"0." + strings.Repeat("0", 50) + strings.Repeat("1", 38), "0." + strings.Repeat("0", 50) + strings.Repeat("1", 38)},
		{strings.Repeat("1", 38) + "000", strings.Repeat("1", 38) + "000"},
	}

	for _, test := range tests {
		got, err := attribute.ParseNumber(test.text)
		if err != nil || got.String() != test.want {
			t.Errorf("ParseNumber(%q) = %s, %v; want %s", test.text, got, err, test.want)
		}
	}

	for _, text := range []string{
		"", "-", ".", "e5", "1e", "1e5.0", "one", "1 ", " 1", "0x1", "1_000", "--1", "1.2.3", "Inf", "NaN", "١",
		"1e126", "1e-131", "1e999999999999999999999", "1" + strings.Repeat("0", 126), strings.Repeat("1", 39),
	} {
		if got, err := attribute.ParseNumber(text); err == nil {
			t.Errorf("ParseNumber(%q) = %s, want an error", text, got)
		}
	}
}

// decimals draws numbers that DynamoDB can store.
func decimals() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		mantissa := rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{0,17})?`).Draw(t, "mantissa")
		exponent := rapid.OneOf(rapid.Just("0"), rapid.StringMatching(`-?[0-9]{1,2}`)).Draw(t, "exponent")

		return mantissa + "e" + exponent
	})
}

func parse(t *rapid.T, text string) attribute.Number {
	n, err := attribute.ParseNumber(text)
	if err != nil {
		t.Fatal(err)
	}

	return n
}

func rational(t *rapid.T, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no rational", text)
	}

	return r
}

// TestNumber_compared_with_rationals compares numbers with math/big: value, order, sum and
// difference.
func TestNumber_compared_with_rationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, two := decimals().Draw(t, "one"), decimals().Draw(t, "two")
		a, b := parse(t, one), parse(t, two)
		x, y := rational(t, one), rational(t, two)

		if rational(t, a.String()).Cmp(x) != 0 {
			t.Fatalf("%s became %s", one, a)
		}

		if got, want := a.Compare(b), x.Cmp(y); got != want || (a == b) != (want == 0) {
			t.Fatalf("Compare(%s, %s) = %d, want %d", a, b, got, want)
		}

		for name, operation := range map[string]struct {
			ours   func(attribute.Number) (attribute.Number, error)
			theirs *big.Rat
		}{
			"+": {a.Add, new(big.Rat).Add(x, y)},
			"-": {a.Subtract, new(big.Rat).Sub(x, y)},
		} {
			got, err := operation.ours(b)
			if err != nil { // The exact result has too many digits.
				if text := operation.theirs.FloatString(400); significant(text) <= attribute.MaxNumberDigits {
					t.Fatalf("%s %s %s: %v, though it is %s", a, name, b, err, text)
				}

				continue
			}

			if rational(t, got.String()).Cmp(operation.theirs) != 0 {
				t.Fatalf("%s %s %s = %s", a, name, b, got)
			}
		}
	})
}

func significant(decimal string) int {
	digits := strings.NewReplacer("-", "", ".", "").Replace(decimal)

	return len(strings.Trim(digits, "0"))
}

func TestNumber_Add_out_of_range(t *testing.T) {
	number := func(text string) attribute.Number {
		n, err := attribute.ParseNumber(text)
		if err != nil {
			t.Fatal(err)
		}

		return n
	}

	for _, test := range []struct{ a, b string }{
		{"9e125", "9e125"},
		{"1e50", "1"},
		{"1e-130", "-1.1e-129"}, // in range: must succeed
	} {
		_, err := number(test.a).Add(number(test.b))
		if wantError := test.a != "1e-130"; (err != nil) != wantError {
			t.Errorf("%s + %s: error %v, want one: %t", test.a, test.b, err, wantError)
		}
	}
}

func keyValues() *rapid.Generator[attribute.Value] {
	short := rapid.StringOfN(rapid.RuneFrom([]rune{0, 1, 'a', 'b', 0xff, 0xffff}), 0, 5, -1)

	return rapid.Custom(func(t *rapid.T) attribute.Value {
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			return attribute.String(short.Draw(t, "string"))
		case 1:
			return attribute.Binary(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 0x7f, 0xfe, 0xff}), 0, 5).Draw(t, "binary"))
		default:
			return parse(t, decimals().Draw(t, "number"))
		}
	})
}

// TestAppendOrdered_order checks that encoded keys compare like their values, with and
// without another key after them, and that prefixes are prefixes.
func TestAppendOrdered_order(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := keyValues().Draw(t, "a"), keyValues().Draw(t, "b")

		order, ordered := attribute.Compare(a, b)
		if !ordered {
			t.Skip("different types never share an index")
		}

		x, _ := attribute.AppendOrdered([]byte("before"), a)
		y, _ := attribute.AppendOrdered([]byte("before"), b)

		if got := bytes.Compare(x, y); got != order {
			t.Fatalf("bytes of %v and %v compare %d, want %d", a, b, got, order)
		}

		if order != 0 && (bytes.HasPrefix(x, y) || bytes.HasPrefix(y, x)) {
			t.Fatalf("one of %x and %x begins with the other", x, y)
		}

		prefix, hasPrefixes := attribute.AppendOrderedPrefix([]byte("before"), a)
		if hasPrefixes && bytes.HasPrefix(y, prefix) != beginsWith(b, a) {
			t.Fatalf("%v begins with %v: %t by its bytes", b, a, bytes.HasPrefix(y, prefix))
		}
	})
}

func beginsWith(v, prefix attribute.Value) bool {
	if s, isString := v.(attribute.String); isString {
		return strings.HasPrefix(string(s), string(prefix.(attribute.String)))
	}

	return strings.HasPrefix(string(v.(attribute.Binary)), string(prefix.(attribute.Binary)))
}

func values(depth int) *rapid.Generator[attribute.Value] {
	return rapid.Custom(func(t *rapid.T) attribute.Value {
		kinds := 8
		if depth == 0 {
			kinds = 6
		}

		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return attribute.String(rapid.String().Draw(t, "s"))
		case 1:
			return parse(t, decimals().Draw(t, "n"))
		case 2:
			return attribute.Binary(rapid.SliceOf(rapid.Byte()).Draw(t, "b"))
		case 3:
			return attribute.Bool(rapid.Bool().Draw(t, "bool"))
		case 4:
			return attribute.Null{}
		case 5:
			return attribute.StringSet{attribute.String(rapid.String().Draw(t, "element"))}
		case 6:
			list := attribute.List{}
			for _, v := range rapid.SliceOfN(values(depth-1), 0, 3).Draw(t, "list") {
				list = append(list, v)
			}

			return list
		default:
			return attribute.Map(rapid.MapOfN(rapid.String(), values(depth-1), 0, 3).Draw(t, "map"))
		}
	})
}

// TestJSONRoundTrip checks that an encoded item decodes to the same item, and that clones
// share nothing that can change.
func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		item := attribute.Map(rapid.MapOfN(rapid.String(), values(3), 0, 4).Draw(t, "item"))

		encoded, err := json.Marshal(item)
		if err != nil {
			t.Fatal(err)
		}

		var wire attribute.JSONMap
		if err := json.Unmarshal(encoded, &wire); err != nil {
			t.Fatal(err)
		}

		decoded, err := wire.Map()
		if err != nil {
			t.Fatal(err)
		}

		if !attribute.Equal(item, decoded) || !attribute.Equal(item, item.Clone()) {
			t.Fatalf("%s became %v", encoded, decoded)
		}
	})
}

func TestSizes(t *testing.T) {
	number := func(text string) attribute.Number {
		n, err := attribute.ParseNumber(text)
		if err != nil {
			t.Fatal(err)
		}

		return n
	}

	tests := []struct {
		name string
		item attribute.Map
		want int
	}{
		// The example of the page:
		// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items
		{"shirt", attribute.Map{"shirt-color": attribute.String("R"), "shirt-size": attribute.String("M")}, 23},
		{"utf-8", attribute.Map{"é": attribute.String("é")}, 4},
		{"number", attribute.Map{"n": number("123.4500")}, 1 + 3 + 1},
		{"zero", attribute.Map{"n": number("0")}, 1 + 1},
		{"flags", attribute.Map{"a": attribute.Bool(true), "b": attribute.Null{}}, 4},
		{"empty list", attribute.Map{"l": attribute.List{}}, 1 + 3},
		{"list", attribute.Map{"l": attribute.List{attribute.String("ab"), attribute.Bool(true)}}, 1 + 3 + 3 + 2},
		{"map", attribute.Map{"m": attribute.Map{"ab": attribute.Binary("abc")}}, 1 + 3 + 1 + 5},
		{"set", attribute.Map{"s": attribute.StringSet{"a", "bc"}}, 1 + 3},
	}

	for _, test := range tests {
		if got := test.item.ItemSize(); got != test.want {
			t.Errorf("%s: %d bytes, want %d", test.name, got, test.want)
		}
	}
}

func TestSetsAndEquality(t *testing.T) {
	one := attribute.StringSet{"a", "c"}
	two := attribute.StringSet{"b", "c"}

	union, ok := attribute.Union(one, two)
	if diff := cmp.Diff(attribute.Value(attribute.StringSet{"a", "b", "c"}), union); diff != "" || !ok {
		t.Errorf("Union, %t (-want +got):\n%s", ok, diff)
	}

	left, ok := attribute.Difference(one, two)
	if diff := cmp.Diff(attribute.Value(attribute.StringSet{"a"}), left); diff != "" || !ok {
		t.Errorf("Difference, %t (-want +got):\n%s", ok, diff)
	}

	if left, ok := attribute.Difference(one, one); left != nil || !ok {
		t.Errorf("nothing is left, and yet %v, %t", left, ok)
	}

	if _, ok := attribute.Union(one, attribute.BinarySet{"a"}); ok {
		t.Error("sets of different types unite")
	}

	unequal := []attribute.Value{
		nil, attribute.String("1"), attribute.Binary("1"), attribute.NumberOf(1), attribute.Bool(true), attribute.Null{},
		attribute.List{}, attribute.Map{}, attribute.StringSet{"1"}, attribute.BinarySet{"1"}, attribute.NumberSet{attribute.NumberOf(1)},
	}
	for i, a := range unequal {
		for j, b := range unequal {
			if want := i == j && a != nil; attribute.Equal(a, b) != want {
				t.Errorf("Equal(%v, %v) = %t", a, b, !want)
			}
		}
	}
}
