package expression_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

// parse decodes an item from DynamoDB's JSON.
func parse(tb testing.TB, text string) attribute.Map {
	tb.Helper()

	var wire attribute.JSONMap
	if err := json.Unmarshal([]byte(text), &wire); err != nil {
		tb.Fatal(err)
	}

	item, err := wire.Map()
	if err != nil {
		tb.Fatal(err)
	}

	return item
}

// bicycle is the sample item of the developer guide, shortened. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
const bicycle = `{
	"Id": {"N": "123"},
	"Title": {"S": "Bicycle 123"},
	"Brand": {"S": "Brand-Company C"},
	"Price": {"N": "500"},
	"Color": {"SS": ["Red", "Black"]},
	"Sizes": {"NS": ["1", "2"]},
	"Stamps": {"BS": ["AAE=", "AgM="]},
	"InStock": {"BOOL": true},
	"QuantityOnHand": {"NULL": true},
	"Picture": {"B": "AAEC"},
	"RelatedItems": {"L": [{"N": "341"}, {"N": "472"}, {"N": "649"}]},
	"Pictures": {"M": {"FrontView": {"S": "http://example.com/1.jpg"}, "a.b": {"S": "dotted"}}},
	"ProductReviews": {"M": {"FiveStar": {"L": [{"S": "Excellent!"}, {"S": "Buy this."}]}, "OneStar": {"L": []}}},
	"same1": {"N": "5"}, "same2": {"N": "5.0"}
}`

// placeholderValues has the values that the conditions below refer to.
const placeholderValues = `{
	":zero": {"N": "0"}, ":three": {"N": "3"}, ":five": {"N": "500.0"}, ":six": {"N": "600"}, ":n2": {"N": "2.0"},
	":title": {"S": "Bicycle 123"}, ":bi": {"S": "Bi"}, ":http": {"S": "http://"}, ":red": {"S": "Red"}, ":blue": {"S": "Blue"},
	":company": {"S": "Company"}, ":true": {"BOOL": true}, ":null": {"NULL": true},
	":S": {"S": "S"}, ":SS": {"S": "SS"}, ":L": {"S": "L"}, ":NULL": {"S": "NULL"}, ":bad": {"S": "X"},
	":colors": {"SS": ["Black", "Red"]}, ":b0": {"B": "AAE="}, ":b12": {"B": "AQI="}, ":472": {"N": "472"},
	":list": {"L": [{"N": "341"}, {"N": "472"}, {"N": "649"}]}, ":map": {"M": {}}
}`

const placeholderNames = `{"#Pictures": "Pictures", "#front": "FrontView", "#dotted": "a.b", "#size": "Sizes"}`

// placeholders gives an expression only the placeholders that it names, so that none is
// unused.
func placeholders(tb testing.TB, text string) *expression.Placeholders {
	tb.Helper()

	values := parse(tb, placeholderValues)
	for name := range values {
		if !strings.Contains(text, name) {
			delete(values, name)
		}
	}

	var names map[string]string
	if err := json.Unmarshal([]byte(placeholderNames), &names); err != nil {
		tb.Fatal(err)
	}

	p, err := expression.NewPlaceholders(names, values)
	if err != nil {
		tb.Fatal(err)
	}

	return p
}

func TestConditions(t *testing.T) {
	tests := []struct {
		condition string
		want      bool
	}{
		// Comparators.
		{"Price = :five", true},
		{"Price <> :five", false},
		{"Price < :six", true},
		{"Price <= :five", true},
		{"Price > :five", false},
		{"Price >= :five", true},
		{":six > Price", true},
		{"same1 = same2", true},
		{"Title = :title", true},
		{"Title > :bi", true},
		{"Picture > :b0", true},
		{"InStock = :true", true},
		{"QuantityOnHand = :null", true},
		{"Color = :colors", true},
		{"RelatedItems = :list", true},
		{"ProductReviews.OneStar = :list", false},

		// Other types, and missing values.
		{"Price = :title", false},
		{"Price <> :title", true},
		{"Price < :title", false},
		{"Price > :title", false},
		{"Nowhere = :five", false},
		{"Nowhere <> :five", true},
		{"Nowhere < :five", false},
		{"Nowhere = Absent", false},
		{"NOT Nowhere = :five", true},

		// BETWEEN and IN.
		{"Price BETWEEN :five AND :six", true},
		{"Price between :zero and :three", false},
		{"NOT Price BETWEEN :zero AND :three AND Price = :five", true},
		{":five BETWEEN same1 AND Price", true},
		{"Price IN (:zero, :five)", true},
		{"Price in(:zero)", false},
		{"Nowhere IN (:zero)", false},
		{"InStock IN (:null, :true)", true},

		// Functions.
		{"attribute_exists(Title)", true},
		{"attribute_exists(#Pictures.#front)", true},
		{"attribute_exists(#Pictures.#dotted)", true},
		{"attribute_exists(Pictures.a.b)", false},
		{"attribute_exists(RelatedItems[2])", true},
		{"attribute_exists(RelatedItems[3])", false},
		{"attribute_exists(Title[0])", false},
		{"attribute_exists(Title.x)", false},
		{"attribute_exists(Pictures[0])", false},
		{"attribute_exists(QuantityOnHand)", true},
		{"attribute_not_exists (Nowhere)", true},
		{"attribute_not_exists(Title)", false},
		{"attribute_type(Title, :S)", true},
		{"attribute_type(Title, :SS)", false},
		{"attribute_type(QuantityOnHand, :NULL)", true},
		{"attribute_type(ProductReviews.FiveStar, :L)", true},
		{"attribute_type(Nowhere, :S)", false},
		{"begins_with(Title, :bi)", true},
		{"begins_with(#Pictures.#front, :http)", true},
		{"begins_with(Title, :http)", false},
		{"begins_with(Price, :bi)", false},
		{"begins_with(Picture, :b0)", true},
		{"begins_with(Picture, :b12)", false},
		{"begins_with(Nowhere, :bi)", false},
		{"contains(Brand, :company)", true},
		{"contains(Brand, :red)", false},
		{"contains(Color, :red)", true},
		{"contains(Color, :blue)", false},
		{"contains(Sizes, :n2)", true},
		{"contains(Sizes, :red)", false},
		{"contains(Stamps, :b0)", true},
		{"contains(Picture, :b12)", true},
		{"contains(RelatedItems, :472)", true},
		{"contains(RelatedItems, :zero)", false},
		{"contains(Price, :five)", false},
		{"contains(:company, Brand)", false},
		{"size(Title) > :three", true},
		{"size(Picture) = :three", true},
		{"size(RelatedItems) = :three", true},
		{"size(#size) = :n2", true},
		{"size(Pictures) = :n2", true},
		{"size(ProductReviews.OneStar) = :zero", true},
		{"size(Price) = :zero", false},
		{"size(Nowhere) = :zero", false},
		{"size(Title) BETWEEN :three AND :six", true},
		{"size(Color) IN (size(Sizes))", true},

		// Precedence: NOT before AND before OR, parentheses first.
		{"InStock = :true OR Price = :zero AND Price = :three", true},
		{"(InStock = :true OR Price = :zero) AND Price = :three", false},
		{"NOT InStock = :true OR InStock = :true", true},
		{"NOT (InStock = :true OR InStock = :true)", false},
		{"NOT NOT InStock = :true", true},
		{"Price = :zero AND Price = :three OR InStock = :true", true},
		{"not Price=:zero and(not(Price=:three))", true},
		{"(Price) = (:five)", true},
		{"Price BETWEEN (:zero) AND (:six) AND (InStock) = :true", true},
		{"(attribute_exists(Title)) AND (Price = :five)", true},
		{"((Price = :five) AND (InStock = :true)) OR (Price = :zero)", true},
		{"\tPrice\n=\r:five ", true},
	}

	item := parse(t, bicycle)

	for _, test := range tests {
		t.Run(test.condition, func(t *testing.T) {
			condition, err := expression.ParseCondition(expression.ConditionExpression, test.condition, placeholders(t, test.condition))
			if err != nil {
				t.Fatal(err)
			}

			if got := condition.Match(item); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestConditionErrors(t *testing.T) {
	tests := []struct{ condition, want string }{
		{"", "The expression can not be empty;"},
		{"Price", `Syntax error; token: "<EOF>", near: "Price"`},
		{":five", `Syntax error; token: "<EOF>", near: ":five"`},
		{"Price = ", `Syntax error; token: "<EOF>", near: "="`},
		{"= :five", `Syntax error; token: "=", near: "= :five"`},
		{"Price = = :five", `Syntax error; token: "=", near: "= = :five"`},
		{"Price ! :five", `Syntax error; token: "!", near: "Price ! :five"`},
		{"Price = é", `Syntax error; token: "é", near: "= é"`},
		{"Price = 5", `Syntax error; token: "5", near: "= 5"`},
		{"Price = 5star", `Syntax error; token: "5star", near: "= 5star"`},
		{"_id = :five", `Syntax error; token: "_", near: "_id"`},
		{"Price = :", `Syntax error; token: ":", near: "= :"`},
		{"Price = :five)", `Syntax error; token: ")", near: ":five)"`},
		{"(Price = :five", `Syntax error; token: "<EOF>", near: ":five"`},
		{"Price = :five AND", `Syntax error; token: "<EOF>", near: "AND"`},
		{"AND Price = :five", `Syntax error; token: "AND", near: "AND Price"`},
		{"Price AND InStock", `Syntax error; token: "AND", near: "Price AND InStock"`},
		{"Price = :five AND InStock", `Syntax error; token: "<EOF>", near: "InStock"`},
		{"NOT Price", `Syntax error; token: "<EOF>", near: "Price"`},
		{"Price BETWEEN :zero OR :six", `Syntax error; token: "OR", near: ":zero OR :six"`},
		{"Price IN :five", `Syntax error; token: ":five", near: "IN :five"`},
		{"Price IN ()", `Syntax error; token: ")", near: "()"`},
		{"Price[-1] = :five", `Syntax error; token: "-", near: "[-1"`},
		{"Price[0.4] = :five", `Syntax error; token: ".", near: "0.4"`},
		{"Price[#size] = :five", `Syntax error; token: "#size", near: "[#size]"`},
		{"Price. = :five", `Syntax error; token: "=", near: ". = :five"`},
		{"(Price = :five) = :five", `Syntax error; token: "=", near: ") = :five"`},
		{"Price + :five = :five", `Syntax error; token: "+", near: "Price + :five"`},
		{"Price = :five, InStock = :true", `Syntax error; token: ",", near: ":five, InStock"`},

		{"((Price = :five))", "The expression has redundant parentheses;"},
		{"((Price)) = :five", "The expression has redundant parentheses;"},
		{"Price[99999999999] = :five", "List index is not within the allowable range; index: [99999999999]"},

		{"foo(Price)", "Invalid function name; function: foo"},
		{"Attribute_Exists(Price)", "Invalid function name; function: Attribute_Exists"},
		{"if_not_exists(Price, :five) = :five", "The function is not allowed in a condition expression; function: if_not_exists"},
		{"size(Price)", "The function is not allowed to be used this way in an expression; function: size"},
		{"NOT size(Price)", "The function is not allowed to be used this way in an expression; function: size"},
		{"attribute_exists(Price) = :true", "The function is not allowed to be used this way in an expression; function: attribute_exists"},
		{"begins_with(attribute_exists(Price), :bi)", "The function is not allowed to be used this way in an expression; function: attribute_exists"},
		{"attribute_exists(Price, InStock)", "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"},
		{"contains(Price)", "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1"},
		{"attribute_exists(:five)", "Operator or function requires a document path; operator or function: attribute_exists"},
		{"attribute_type(Price, :five)", "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"},
		{"attribute_type(Price, Title)", "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
		{"attribute_type(Price, :bad)", "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
		{"begins_with(Title, :five)", "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
		{"size(:five) > :zero", "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
		{"Price < :map", "Incorrect operand type for operator or function; operator or function: <, operand type: M"},
		{"Price BETWEEN :zero AND :title", "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:0}, upper bound operand: AttributeValue: {S:Bicycle 123}"},
		{"Price BETWEEN :six AND :zero", "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:600}, upper bound operand: AttributeValue: {N:0}"},
		{"Price = Price", "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [Price]"},
		{"contains(Pictures.x[0], Pictures.x[0])", "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [Pictures, x, [0]]"},

		{"status = :five", "Attribute name is a reserved keyword; reserved keyword: status"},
		{"Pictures.Size = :five", "Attribute name is a reserved keyword; reserved keyword: Size"},
		{"Price = :nope", "An expression attribute value used in expression is not defined; attribute value: :nope"},
		{"#nope = :five", "An expression attribute name used in the document path is not defined; attribute name: #nope"},

		{"Price = :five" + strings.Repeat(" ", 4096), "Expression size has exceeded the maximum allowed size; expression size: 4109"},
		{strings.Repeat("a=:x OR ", 200) + "a=:x", "The expression contains too many operators; operator count: 301"},
		{"a" + strings.Repeat("[0]", 33) + " = :five", "The document path has too many nesting elements; nested levels: 34"},
		{"a IN (" + strings.Repeat(":five,", 100) + ":five)", "The IN operator takes at most 100 operands; number of operands: 101"},
	}

	for _, test := range tests {
		t.Run(fmt.Sprintf("%.60s", test.condition), func(t *testing.T) {
			_, err := expression.ParseCondition(expression.FilterExpression, test.condition, placeholders(t, test.condition))
			if err == nil {
				t.Fatal("it is accepted")
			}

			if want := "Invalid FilterExpression: " + test.want; err.Error() != want {
				t.Errorf("error\n got %s\nwant %s", err, want)
			}
		})
	}
}

func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		"Price = :five", "NOT (a.b[0] <> :zero OR size(#size) IN (:three, :five))", "a BETWEEN :a AND :b", "((", "attribute_exists(", "a.#b[", ":",
	} {
		f.Add(seed)
	}

	item := parse(f, bicycle)

	f.Fuzz(func(t *testing.T, text string) {
		condition, err := expression.ParseCondition(expression.ConditionExpression, text, placeholders(t, text))
		if err != nil {
			return
		}

		matched := condition.Match(item)

		// The negation of a condition has the opposite result, and grouping changes
		// nothing.
		negated, err := expression.ParseCondition(expression.ConditionExpression, "NOT ("+text+")", placeholders(t, text))
		if err != nil {
			return // The text is one parenthesis, operator or byte above a limit.
		}

		if negated.Match(item) == matched {
			t.Errorf("%q and its negation are both %t", text, matched)
		}
	})
}
