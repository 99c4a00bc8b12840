package expression_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/emulator/dynamodb/expression"
)

func TestProjections(t *testing.T) {
	tests := []struct{ projection, want string }{
		{"Title, Price", `{"Title": {"S": "Bicycle 123"}, "Price": {"N": "500"}}`},
		{"#Pictures.#front", `{"Pictures": {"M": {"FrontView": {"S": "http://example.com/1.jpg"}}}}`},
		{"#Pictures.#dotted, Pictures.x", `{"Pictures": {"M": {"a.b": {"S": "dotted"}}}}`},
		{"RelatedItems[2], RelatedItems[0], RelatedItems[9]", `{"RelatedItems": {"L": [{"N": "341"}, {"N": "649"}]}}`},
		{"ProductReviews.FiveStar[1]", `{"ProductReviews": {"M": {"FiveStar": {"L": [{"S": "Buy this."}]}}}}`},
		{"ProductReviews.OneStar", `{"ProductReviews": {"M": {"OneStar": {"L": []}}}}`},
		{"Absent, Title.x, Price[0], ProductReviews.OneStar[0]", `{}`},
	}

	item := parse(t, bicycle)

	for _, test := range tests {
		t.Run(test.projection, func(t *testing.T) {
			projection, err := expression.ParseProjection(test.projection, placeholders(t, test.projection))
			if err != nil {
				t.Fatal(err)
			}

			if diff := cmp.Diff(encode(t, parse(t, test.want)), encode(t, projection.Apply(item))); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProjectionErrors(t *testing.T) {
	tests := []struct{ projection, want string }{
		{"", "The expression can not be empty;"},
		{"a,", `Syntax error; token: "<EOF>", near: ","`},
		{"a b", `Syntax error; token: "b", near: "a b"`},
		{":a", `Syntax error; token: ":a", near: ":a"`},
		{"a[x]", `Syntax error; token: "x", near: "[x]"`},
		{"a, a", "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]"},
		{"a[0], a.b", "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [0]], path two: [a, b]"},
		{"name", "Attribute name is a reserved keyword; reserved keyword: name"},
	}

	for _, test := range tests {
		_, err := expression.ParseProjection(test.projection, placeholders(t, test.projection))
		if err == nil || err.Error() != "Invalid ProjectionExpression: "+test.want {
			t.Errorf("%q\n got %v\nwant Invalid ProjectionExpression: %s", test.projection, err, test.want)
		}
	}
}
