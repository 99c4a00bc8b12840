package jackson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"triptych/emulator/awsapi/jackson"
)

func TestCheck(t *testing.T) {
	t.Parallel()

	const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

	for text, want := range map[string]string{
		`invalid`:              "Unrecognized token 'invalid': was expecting " + values + "\n at [Source: (String)\"invalid\"; line: 1, column: 8]",
		`The quick brown fox`:  "Unrecognized token 'The': was expecting " + values + "\n at [Source: (String)\"The quick brown fox\"; line: 1, column: 4]",
		"{\"a\": tru}":         "Unrecognized token 'tru': was expecting " + values + "\n at [Source: (String)\"{\"a\": tru}\"; line: 1, column: 10]",
		`[{{,{"a":"b"}]`:       "Unexpected character ('{' (code 123)): was expecting double-quote to start field name\n at [Source: (String)\"[{{,{\"a\":\"b\"}]\"; line: 1, column: 4]",
		"{\n  \"a\" 1}":        "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value\n at [Source: (String)\"{\n  \"a\" 1}\"; line: 2, column: 8]",
		`{"a":1 "b":2}`:        "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries\n at [Source: (String)\"{\"a\":1 \"b\":2}\"; line: 1, column: 9]",
		`[1 2]`:                "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries\n at [Source: (String)\"[1 2]\"; line: 1, column: 5]",
		`{'a':1}`:              "Unexpected character (''' (code 39)): was expecting double-quote to start field name\n at [Source: (String)\"{'a':1}\"; line: 1, column: 3]",
		`{`:                    "Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"; line: 1, column: 1])\n at [Source: (String)\"{\"; line: 1, column: 2]",
		`{"a":`:                "Unexpected end-of-input within/between Object entries\n at [Source: (String)\"{\"a\":\"; line: 1, column: 6]",
		`"a`:                   "Unexpected end-of-input: was expecting closing quote for a string value\n at [Source: (String)\"\"a\"; line: 1, column: 3]",
		``:                     "No content to map due to end-of-input\n at [Source: (String)\"\"; line: 1, column: 0]",
		`012`:                  "Invalid numeric value: Leading zeroes not allowed\n at [Source: (String)\"012\"; line: 1, column: 2]",
		`-x`:                   "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value\n at [Source: (String)\"-x\"; line: 1, column: 3]",
		`}`:                    "Unexpected character ('}' (code 125)): expected a valid value " + values + "\n at [Source: (String)\"}\"; line: 1, column: 2]",
		`{"a":1} x`:            "Unrecognized token 'x': was expecting " + values + "\n at [Source: (String)\"{\"a\":1} x\"; line: 1, column: 10]",
		`"\x"`:                 "Unrecognized character escape 'x' (code 120)\n at [Source: (String)\"\"\\x\"\"; line: 1, column: 4]",
		strings.Repeat("x", 9): "Unrecognized token 'xxxxxxxxx': was expecting " + values + "\n at [Source: (String)\"xxxxxxxxx\"; line: 1, column: 10]",
	} {
		err := jackson.Check([]byte(text), jackson.String)
		if err == nil || err.Error() != want {
			t.Errorf("%q: got\n%v\nwant\n%s", text, err, want)
		}
	}
}

func TestCheck_longText(t *testing.T) {
	t.Parallel()

	err := jackson.Check([]byte(`[`+strings.Repeat("1,", 300)+`?]`), jackson.Bytes)
	if err == nil || !strings.Contains(err.Error(), `(byte[])"[1,1,`) || !strings.Contains(err.Error(), `"[truncated 103 bytes]; line: 1, column: 603]`) {
		t.Errorf("got %v", err)
	}
}

// A text has no error if and only if it is JSON.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e-3,"x\u00e9",true,null]}`, ` 1 `, `01`, `1.`, `"`, `[,]`, `{,}`, `[1,]`, `{"a":1,}`, `-`, `1e`, "\"\t\"", `nul`, `truex`, `1 2`, `"\ud800"`} {
		f.Add([]byte(seed))
	}

	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<10 {
			return
		}

		err := jackson.Check(text, jackson.String)
		if (err == nil) != json.Valid(text) {
			t.Errorf("%q: %v, and valid is %t", text, err, json.Valid(text))
		}
	})
}
