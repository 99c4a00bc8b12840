package pattern_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"triptych/emulator/eventbridge/pattern"
)

const objectCreated = `{
	"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created", "source": "aws.s3",
	"account": "000000000000", "time": "2026-11-12T00:00:00Z", "region": "us-east-1", "resources": ["arn:aws:s3:::triptych-uploads"],
	"detail": {
		"version": "0", "bucket": {"name": "triptych-uploads"},
		"object": {"key": "a b/ü+%.jpg", "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184", "sequencer": "00617F08299329D189"},
		"source-ip-address": "10.0.0.17", "reason": "PutObject", "weight": 3.5, "none": null, "yes": true,
		"tags": ["red", "green"], "empty": [], "parts": [{"n": 1, "ok": true}, {"n": 2, "ok": false}]
	}
}`

func TestPattern_Match(t *testing.T) {
	t.Parallel()

	cases := []struct {
		name, pattern string
		want          bool
	}{
		{"exact", `{"source": ["aws.s3"], "detail": {"bucket": {"name": ["triptych-uploads"]}}}`, true},
		{"one of several", `{"detail": {"reason": ["CopyObject", "PutObject"]}}`, true},
		{"none of several", `{"detail": {"reason": ["CopyObject", "CompleteMultipartUpload"]}}`, false},
		{"all fields must match", `{"source": ["aws.s3"], "region": ["eu-west-1"]}`, false},
		{"case counts", `{"source": ["AWS.S3"]}`, false},
		{"null", `{"detail": {"none": [null]}}`, true},
		{"null is not absent", `{"detail": {"nope": [null]}}`, false},
		{"boolean", `{"detail": {"yes": [true]}}`, true},
		{"number", `{"detail": {"object": {"size": [5]}}}`, true},
		{"number written otherwise", `{"detail": {"object": {"size": [5.0]}}}`, false},
		{"number is not text", `{"detail": {"object": {"size": ["5"]}}}`, false},
		{"array: one element", `{"detail": {"tags": ["green"]}}`, true},
		{"array: no element", `{"detail": {"tags": ["blue"]}}`, false},
		{"array of objects: one of them", `{"detail": {"parts": {"n": [2], "ok": [false]}}}`, true},
		{"array of objects: not across them", `{"detail": {"parts": {"n": [1], "ok": [false]}}}`, false},
		{"prefix", `{"detail": {"object": {"key": [{"prefix": "a b/"}]}}}`, true},
		{"prefix with another case", `{"detail": {"object": {"key": [{"prefix": "A B/"}]}}}`, false},
		{"prefix ignoring case", `{"detail": {"object": {"key": [{"prefix": {"equals-ignore-case": "A B/Ü"}}]}}}`, true},
		{"suffix", `{"detail": {"object": {"key": [{"suffix": ".jpg"}]}}}`, true},
		{"suffix ignoring case", `{"detail": {"object": {"key": [{"suffix": {"equals-ignore-case": ".JPG"}}]}}}`, true},
		{"suffix longer than the text", `{"source": [{"suffix": "the aws.s3"}]}`, false},
		{"equals ignoring case", `{"detail-type": [{"equals-ignore-case": "object created"}]}`, true},
		{"wildcard", `{"detail": {"object": {"key": [{"wildcard": "a*/*.jpg"}]}}}`, true},
		{"wildcard without room", `{"source": [{"wildcard": "aws.s*s3"}]}`, false},
		{"wildcard with an escape", `{"source": [{"wildcard": "aws\\*s3"}]}`, false},
		{"anything-but", `{"detail": {"reason": [{"anything-but": "CopyObject"}]}}`, true},
		{"anything-but the value", `{"detail": {"reason": [{"anything-but": ["CopyObject", "PutObject"]}]}}`, false},
		{"anything-but a number", `{"detail": {"object": {"size": [{"anything-but": [4, 6]}]}}}`, true},
		{"anything-but of what is absent", `{"detail": {"nope": [{"anything-but": "x"}]}}`, false},
		{"anything-but a prefix", `{"detail": {"object": {"key": [{"anything-but": {"prefix": ["x/", "a b/"]}}]}}}`, false},
		{"anything-but a suffix", `{"detail": {"object": {"key": [{"anything-but": {"suffix": ".png"}}]}}}`, true},
		{"anything-but ignoring case", `{"source": [{"anything-but": {"equals-ignore-case": ["AWS.S3"]}}]}`, false},
		{"anything-but a wildcard", `{"source": [{"anything-but": {"wildcard": "*.ec2"}}]}`, true},
		{"numeric", `{"detail": {"object": {"size": [{"numeric": ["=", 5.0]}]}}}`, true},
		{"numeric range", `{"detail": {"weight": [{"numeric": [">", 3, "<=", 3.5]}]}}`, true},
		{"outside of the range", `{"detail": {"weight": [{"numeric": [">", 3, "<", 3.5]}]}}`, false},
		{"numeric of text", `{"detail": {"reason": [{"numeric": [">", 0]}]}}`, false},
		{"exists", `{"detail": {"reason": [{"exists": true}]}}`, true},
		{"exists, but does not", `{"detail": {"nope": [{"exists": true}]}}`, false},
		{"does not exist", `{"detail": {"nope": [{"exists": false}]}}`, true},
		{"does not exist, nor what holds it", `{"detail": {"nope": {"never": [{"exists": false}]}}}`, true},
		{"exists is about leaves", `{"detail": {"bucket": [{"exists": true}]}}`, false},
		{"an empty array has no leaves", `{"detail": {"empty": [{"exists": false}]}}`, true},
		{"address", `{"detail": {"source-ip-address": [{"cidr": "10.0.0.0/24"}]}}`, true},
		{"address elsewhere", `{"detail": {"source-ip-address": [{"cidr": "10.0.1.0/24"}]}}`, false},
		{"or", `{"$or": [{"source": ["aws.ec2"]}, {"detail": {"reason": ["PutObject"]}}]}`, true},
		{"or: neither", `{"source": ["aws.s3"], "$or": [{"region": ["eu-west-1"]}, {"detail": {"reason": ["CopyObject"]}}]}`, false},
		{"or inside", `{"detail": {"$or": [{"nope": [1]}, {"yes": [true]}]}}`, true},
	}

	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()

			parsed, err := pattern.Parse([]byte(c.pattern))
			if err != nil {
				t.Fatal(err)
			}

			got, err := parsed.Match([]byte(objectCreated))
			if err != nil || got != c.want {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestParse_invalid(t *testing.T) {
	t.Parallel()

	cases := []struct{ name, pattern, want string }{
		{"not JSON", `{`, "not JSON"},
		{"two values", `{"a": ["b"]} {}`, "not JSON"},
		{"not an object", `["a"]`, "must be an object"},
		{"empty", `{}`, "Empty objects are not allowed"},
		{"an empty array", `{"a": []}`, "Empty arrays are not allowed at a"},
		{"a bare value", `{"detail": {"reason": "PutObject"}}`, "at detail.reason"},
		{"an unknown operator", `{"a": [{"contains": "x"}]}`, "Unrecognized match type contains at a"},
		{"two operators", `{"a": [{"prefix": "x", "suffix": "y"}]}`, "Only one key allowed"},
		{"an array in an array", `{"a": [["b"]]}`, "Match value must be"},
		{"prefix of a number", `{"a": [{"prefix": 5}]}`, "prefix match pattern must be a string"},
		{"prefix of another operator", `{"a": [{"prefix": {"suffix": "x"}}]}`, "prefix match pattern must be a string"},
		{"mixed anything-but", `{"a": [{"anything-but": ["x", 5]}]}`, "mixed type is not supported"},
		{"anything-but true", `{"a": [{"anything-but": true}]}`, "mixed type is not supported"},
		{"anything-but numeric", `{"a": [{"anything-but": {"numeric": ["=", 5]}}]}`, "Unsupported anything-but pattern: numeric"},
		{"anything-but nothing", `{"a": [{"anything-but": []}]}`, "Empty arrays"},
		{"numeric without number", `{"a": [{"numeric": [">"]}]}`, "Numeric match"},
		{"numeric operator", `{"a": [{"numeric": ["!=", 5]}]}`, "Unrecognized numeric range operator: !="},
		{"numeric of text", `{"a": [{"numeric": [">", "5"]}]}`, "must be numeric"},
		{"numeric beyond AWS's", `{"a": [{"numeric": [">", 5000000001]}]}`, "must be numeric"},
		{"exists of text", `{"a": [{"exists": "yes"}]}`, "true or false"},
		{"two asterisks", `{"a": [{"wildcard": "a**b"}]}`, "Consecutive wildcard characters"},
		{"a bad escape", `{"a": [{"wildcard": "a\\b"}]}`, "Invalid escape character"},
		{"no network", `{"a": [{"cidr": "10.0.0.0"}]}`, "Malformed CIDR"},
		{"one alternative", `{"$or": [{"a": ["b"]}]}`, "at least two"},
		{"alternatives of text", `{"$or": ["a", "b"]}`, "array of objects"},
	}

	for _, c := range cases {
		_, err := pattern.Parse([]byte(c.pattern))

		var failure *pattern.Error
		if !errors.As(err, &failure) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// TestPattern_madeFromEvent makes a pattern from all fields of a random event.
// The event matches the pattern, and does not match it with one more field.
func TestPattern_madeFromEvent(t *testing.T) {
	t.Parallel()

	rapid.Check(t, func(t *rapid.T) {
		event := rapid.MapOfN(rapid.StringMatching(`[a-z]{1,8}`), rapid.OneOf(
			rapid.Map(rapid.String(), func(s string) any { return s }),
			rapid.Map(rapid.Int32(), func(n int32) any { return n }),
			rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		), 1, 6).Draw(t, "event")

		wanted := map[string]any{}
		for name, value := range event {
			wanted[name] = []any{value}
		}

		if !matches(t, wanted, event) {
			t.Fatal("the event does not match")
		}

		name := rapid.SampledFrom(slices.Sorted(maps.Keys(event))).Draw(t, "name")
		wanted[name] = []any{map[string]any{"exists": false}}

		if matches(t, wanted, event) {
			t.Fatal("the event matches although it has the field")
		}
	})
}

func matches(t *rapid.T, wanted, event map[string]any) bool {
	text, err := json.Marshal(wanted)
	if err != nil {
		t.Fatal(err)
	}

	eventText, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}

	parsed, err := pattern.Parse(text)
	if err != nil {
		t.Fatal(err)
	}

	got, err := parsed.Match(eventText)
	if err != nil {
		t.Fatal(err)
	}

	return got
}

// FuzzParse checks that no text crashes the parser or the matcher, and that a
// wildcard never takes long.
func FuzzParse(f *testing.F) {
	f.Add(`{"detail": {"object": {"key": [{"wildcard": "a*b*c\\*"}, {"prefix": {"equals-ignore-case": "Ü"}}]}}}`)
	f.Add(`{"$or": [{"a": [{"anything-but": {"wildcard": ["*/x/*"]}}]}, {"b": [{"numeric": ["<", -1e3]}]}]}`)
	f.Add(`{"a": [null, true, 1.5, {"exists": false}, {"cidr": "::/0"}]}`)

	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := pattern.Parse([]byte(text))
		if err != nil {
			return
		}

		if _, err := parsed.Match([]byte(objectCreated)); err != nil {
			t.Fatal(err)
		}
	})
}
