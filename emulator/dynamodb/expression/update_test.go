package expression_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

const beforeUpdate = `{
	"n": {"N": "10"}, "s": {"S": "text"}, "gone": {"S": "x"},
	"l": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]},
	"m": {"M": {"x": {"N": "1"}, "deep": {"M": {"l": {"L": [{"N": "1"}, {"M": {"k": {"S": "v"}}}]}}}}},
	"ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": ["AA=="]}
}`

const updateValues = `{
	":one": {"N": "1"}, ":half": {"N": "0.5"}, ":big": {"N": "9e125"}, ":text": {"S": "new"}, ":list": {"L": [{"S": "d"}, {"S": "e"}]}, ":empty": {"L": []},
	":ab": {"SS": ["a", "z"]}, ":all": {"SS": ["a", "b"]}, ":ns": {"NS": ["2.0", "3"]}, ":bs": {"BS": ["AA==", "AQ=="]},
	":map": {"M": {"k": {"S": "v"}}}, ":bool": {"BOOL": true}
}`

func applyUpdate(t *testing.T, text string) (attribute.Map, error) {
	t.Helper()

	p, err := expression.NewPlaceholders(map[string]string{"#n": "n", "#dot": "a.b"}, parse(t, updateValues))
	if err != nil {
		t.Fatal(err)
	}

	update, err := expression.ParseUpdate(text, p)
	if err != nil {
		return nil, err
	}

	before := parse(t, beforeUpdate)

	after, err := update.Apply(before)

	if diff := cmp.Diff(encode(t, parse(t, beforeUpdate)), encode(t, before)); diff != "" {
		t.Errorf("Apply changed its argument (-before +after):\n%s", diff)
	}

	return after, err
}

func encode(t *testing.T, item attribute.Map) string {
	t.Helper()

	encoded, err := json.MarshalIndent(item, "", " ")
	if err != nil {
		t.Fatal(err)
	}

	return string(encoded)
}

func TestUpdates(t *testing.T) {
	tests := []struct {
		name, update string
		// want has the attributes that differ afterwards; null means removed.
		want string
	}{
		{"set", "SET n = :text, fresh = :one", `{"n": {"S": "new"}, "fresh": {"N": "1"}}`},
		{"set from another", "SET fresh = s", `{"fresh": {"S": "text"}}`},
		{"swap", "SET n = s, s = n", `{"n": {"S": "text"}, "s": {"N": "10"}}`},
		{"plus", "SET n = n + :half", `{"n": {"N": "10.5"}}`},
		{"minus", "SET n = :one - #n", `{"n": {"N": "-9"}}`},
		{"parentheses", "SET n = (n + (:one))", `{"n": {"N": "11"}}`},
		{"if_not_exists finds", "SET n = if_not_exists(n, :text)", `{}`},
		{"if_not_exists misses", "SET fresh = if_not_exists(fresh, :text)", `{"fresh": {"S": "new"}}`},
		{"counter", "SET fresh = if_not_exists(fresh, :one) + :one", `{"fresh": {"N": "2"}}`},
		{"append", "SET l = list_append(l, :list)", `{"l": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}, {"S": "d"}, {"S": "e"}]}}`},
		{"prepend", "SET l = list_append(:list, l)", `{"l": {"L": [{"S": "d"}, {"S": "e"}, {"S": "a"}, {"S": "b"}, {"S": "c"}]}}`},
		{"append to nothing", "SET fresh = list_append(if_not_exists(fresh, :empty), :list)", `{"fresh": {"L": [{"S": "d"}, {"S": "e"}]}}`},
		{"element", "SET l[1] = :text", `{"l": {"L": [{"S": "a"}, {"S": "new"}, {"S": "c"}]}}`},
		{"elements behind the end, in order", "SET l[9] = :one, l[5] = :text", `{"l": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}, {"S": "new"}, {"N": "1"}]}}`},
		{"nested", "SET m.x = :text, m.deep.l[1].k = :one", `{"m": {"M": {"x": {"S": "new"}, "deep": {"M": {"l": {"L": [{"N": "1"}, {"M": {"k": {"N": "1"}}}]}}}}}}`},
		{"a name with a dot", "SET m.#dot = :one REMOVE m.deep", `{"m": {"M": {"x": {"N": "1"}, "a.b": {"N": "1"}}}}`},
		{"remove", "REMOVE gone, nothing", `{"gone": null}`},
		{"remove elements of the old list", "REMOVE l[0], l[1], l[7]", `{"l": {"L": [{"S": "c"}]}}`},
		{"remove and set elements", "REMOVE l[0] SET l[1] = :text, l[7] = :one", `{"l": {"L": [{"S": "new"}, {"S": "c"}, {"N": "1"}]}}`},
		{"remove nested", "REMOVE m.deep.l[0], m.x", `{"m": {"M": {"deep": {"M": {"l": {"L": [{"M": {"k": {"S": "v"}}}]}}}}}}`},
		{"add number", "ADD n :half, fresh :one", `{"n": {"N": "10.5"}, "fresh": {"N": "1"}}`},
		{"add to sets", "ADD ss :ab, ns :ns, bs :bs", `{"ss": {"SS": ["a", "b", "z"]}, "ns": {"NS": ["1", "2", "3"]}, "bs": {"BS": ["AA==", "AQ=="]}}`},
		{"add makes a set", "ADD fresh :ab", `{"fresh": {"SS": ["a", "z"]}}`},
		{"delete from sets", "DELETE ss :ab, ns :ns, nothing :ab", `{"ss": {"SS": ["b"]}, "ns": {"NS": ["1"]}}`},
		{"delete the whole set", "DELETE ss :all, bs :bs", `{"ss": null, "bs": null}`},
		{"all clauses, in any order and case", "delete ss :ab Add n :one remove gone seT s = :text",
			`{"ss": {"SS": ["b"]}, "n": {"N": "11"}, "gone": null, "s": {"S": "new"}}`},
	}

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := applyUpdate(t, test.update)
			if err != nil {
				t.Fatal(err)
			}

			var want, differing map[string]any

			for text, into := range map[string]*map[string]any{beforeUpdate: &want, test.want: &differing} {
				if err := json.Unmarshal([]byte(text), into); err != nil {
					t.Fatal(err)
				}
			}

			for name, value := range differing {
				if value == nil {
					delete(want, name)
				} else {
					want[name] = value
				}
			}

			wanted, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(encode(t, parse(t, string(wanted))), encode(t, got)); diff != "" {
				t.Errorf("item (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateErrors(t *testing.T) {
	const invalid = "Invalid UpdateExpression: "

	tests := []struct{ update, want string }{
		{"", invalid + "The expression can not be empty;"},
		{"n = :one", invalid + `Syntax error; token: "n", near: "n ="`},
		{"SET", invalid + `Syntax error; token: "<EOF>", near: "SET"`},
		{"SET = :one", invalid + `Syntax error; token: "=", near: "SET = :one"`},
		{"SET n :one", invalid + `Syntax error; token: ":one", near: "n :one"`},
		{"SET n = :one,", invalid + `Syntax error; token: "<EOF>", near: ","`},
		{"SET n = :one + :one + :one", invalid + `Syntax error; token: "+", near: ":one + :one"`},
		{"SET n = :one = :one", invalid + `Syntax error; token: "=", near: ":one = :one"`},
		{"ADD n :one + :one", invalid + `Syntax error; token: "+", near: ":one + :one"`},
		{"ADD n s", invalid + `Syntax error; token: "s", near: "n s"`},
		{"REMOVE n = :one", invalid + `Syntax error; token: "=", near: "n = :one"`},
		{"SET n = :one SET s = :one", invalid + `The "SET" section can only be used once in an update expression;`},
		{"SET n = :one, n = :text", invalid + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]"},
		{"SET m = :one REMOVE m.x", invalid + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m], path two: [m, x]"},
		{"SET m.x = :one, m[0] = :one", invalid + "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [0]]"},
		{"SET n = foo(n)", invalid + "Invalid function name; function: foo"},
		{"SET n = size(l)", invalid + "The function is not allowed in an update expression; function: size"},
		{"SET n = if_not_exists(n)", invalid + "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1"},
		{"SET n = if_not_exists(:one, n)", invalid + "Operator or function requires a document path; operator or function: if_not_exists"},
		{"SET n = n + :text", invalid + "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
		{"SET l = list_append(l, :one)", invalid + "Incorrect operand type for operator or function; operator or function: list_append, operand type: N"},
		{"ADD l :list", invalid + "Incorrect operand type for operator or function; operator: ADD, operand type: LIST"},
		{"DELETE n :one", invalid + "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"},
		{"SET status = :one", invalid + "Attribute name is a reserved keyword; reserved keyword: status"},
		{"SET n = :nope", invalid + "An expression attribute value used in expression is not defined; attribute value: :nope"},
		{"SET #nope = :one", invalid + "An expression attribute name used in the document path is not defined; attribute name: #nope"},

		// Errors that depend on the item.
		{"SET fresh = absent", "The provided expression refers to an attribute that does not exist in the item"},
		{"SET fresh = absent + :one", "The provided expression refers to an attribute that does not exist in the item"},
		{"SET n = s + :one", "An operand in the update expression has an incorrect data type"},
		{"SET n = list_append(s, :list)", "An operand in the update expression has an incorrect data type"},
		{"ADD s :one", "An operand in the update expression has an incorrect data type"},
		{"ADD ss :ns", "An operand in the update expression has an incorrect data type"},
		{"DELETE ss :ns", "An operand in the update expression has an incorrect data type"},
		{"SET absent.x = :one", "The document path provided in the update expression is invalid for update"},
		{"REMOVE absent.x", "The document path provided in the update expression is invalid for update"},
		{"SET m[0] = :one", "The document path provided in the update expression is invalid for update"},
		{"SET l.x = :one", "The document path provided in the update expression is invalid for update"},
		{"SET l[9].x = :one", "The document path provided in the update expression is invalid for update"},
		{"SET s.x = :one", "The document path provided in the update expression is invalid for update"},
		{"SET n = :big + :big", "Number overflow. Attempting to store a number with magnitude larger than supported range"},
	}

	for _, test := range tests {
		t.Run(test.update, func(t *testing.T) {
			got, err := applyUpdate(t, test.update)
			if err == nil {
				t.Fatalf("it is accepted and makes %s", encode(t, got))
			}

			if err.Error() != test.want {
				t.Errorf("error\n got %s\nwant %s", err, test.want)
			}
		})
	}
}

func FuzzUpdate(f *testing.F) {
	for _, seed := range []string{
		"SET n = n + :one, l[7] = :text REMOVE m.deep ADD ss :ab DELETE ns :ns",
		"SET l = list_append(if_not_exists(l, :empty), :list)", "REMOVE l[0], l[1]", "SET m.deep.l[1].k = (:one)", "ADD", "SET a=",
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, text string) {
		after, err := applyUpdate(t, text)
		if err != nil {
			return
		}

		// Every result of an update can be stored and read again.
		if again := parse(t, string(after.AppendJSON(nil))); !attribute.Equal(again, after) {
			t.Errorf("%q makes %s, which is read as %s", text, encode(t, after), encode(t, again))
		}
	})
}
