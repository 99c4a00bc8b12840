package inject

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestParseExample(t *testing.T) {
	text, err := os.ReadFile("../../docs/fault-injection.example.json")
	if err != nil {
		t.Fatal(err)
	}

	plan, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}

	if plan.Seed != 7 || len(plan.Lambda) != 5 || len(plan.API) != 4 || len(plan.Events) != 3 {
		t.Errorf("%+v", plan)
	}

	if slow := plan.Lambda[4]; slow.Subject != "record" || slow.Kind != Slow || slow.Span != 500*time.Millisecond {
		t.Errorf("%+v", slow)
	}
}

// TestParse_invalid checks that every mistake is reported with its position.
func TestParse_invalid(t *testing.T) {
	lambda := func(rule string) string {
		return `{"lambda": [{"function": "*", "kind": "crash", "rate": 1}, ` + rule + `]}`
	}

	tests := map[string]struct {
		text string
		want []string
	}{
		"not JSON":                         {"{\n\"seed\": ,}", []string{"line 2"}},
		"data after the end":               {`{} {}`, []string{"unexpected data after the end"}},
		"a list instead of an object":      {`[]`, []string{"cannot unmarshal"}},
		"no rules":                         {`{}`, []string{"no rules"}},
		"an unknown section":               {`{"lambdas": []}`, []string{`unknown field "lambdas"`}},
		"an unknown field":                 {lambda(`{"function": "*", "kind": "crash", "rates": 1}`), []string{"lambda[1]: ", `"rates"`}},
		"no function":                      {lambda(`{"kind": "crash", "rate": 1}`), []string{"lambda[1].function: the field is missing"}},
		"an unknown function":              {lambda(`{"function": "resizer", "kind": "crash", "rate": 1}`), []string{`lambda[1].function: "resizer" is not one of validate`}},
		"a kind that is only for events":   {lambda(`{"function": "*", "kind": "lose", "rate": 1}`), []string{`lambda[1].kind: "lose" is not one of`}},
		"no kind":                          {lambda(`{"function": "*", "rate": 1}`), []string{`lambda[1].kind`}},
		"neither rate nor calls nor every": {lambda(`{"function": "*", "kind": "crash"}`), []string{"lambda[1].rate: set exactly one of"}},
		"both rate and every":              {lambda(`{"function": "*", "kind": "crash", "rate": 1, "every": 2}`), []string{"set exactly one of"}},
		"a rate of 0":                      {lambda(`{"function": "*", "kind": "crash", "rate": 0}`), []string{"lambda[1].rate: 0 must be"}},
		"a rate above 1":                   {lambda(`{"function": "*", "kind": "crash", "rate": 1.5}`), []string{"lambda[1].rate: 1.5"}},
		"every 0":                          {lambda(`{"function": "*", "kind": "crash", "every": 0}`), []string{"lambda[1].every"}},
		"from without every":               {lambda(`{"function": "*", "kind": "crash", "rate": 1, "from": 2}`), []string{"lambda[1].from"}},
		"no calls":                         {lambda(`{"function": "*", "kind": "crash", "calls": []}`), []string{"lambda[1].calls"}},
		"a call number of 0":               {lambda(`{"function": "*", "kind": "crash", "calls": [0]}`), []string{"lambda[1].calls"}},
		"slow without a duration":          {lambda(`{"function": "*", "kind": "slow", "rate": 1}`), []string{"lambda[1].millis: the field is missing"}},
		"too slow":                         {lambda(`{"function": "*", "kind": "slow", "rate": 1, "millis": 9000000}`), []string{"lambda[1].millis: 9000000"}},
		"a throttle with a duration":       {lambda(`{"function": "*", "kind": "throttle", "rate": 1, "millis": 5}`), []string{"lambda[1].millis: the field does not belong"}},
		"a crash with an error type":       {lambda(`{"function": "*", "kind": "crash", "rate": 1, "errorType": "X"}`), []string{"lambda[1].errorType"}},
		"a lambda rule with a service":     {lambda(`{"function": "*", "kind": "crash", "rate": 1, "service": "s3"}`), []string{"lambda[1].service: the field does not belong"}},
		"a lambda rule with a detail type": {lambda(`{"function": "*", "kind": "crash", "rate": 1, "detailType": "x"}`), []string{"lambda[1].detailType: the field does not belong"}},
		"no service":                       {`{"api": [{"operation": "*", "kind": "error", "rate": 1}]}`, []string{"api[0].service: the field is missing"}},
		"an unknown service":               {`{"api": [{"service": "ec2", "operation": "*", "kind": "error", "rate": 1}]}`, []string{`api[0].service: "ec2"`}},
		"a kind that is only for Lambda":   {`{"api": [{"service": "s3", "operation": "*", "kind": "crash", "rate": 1}]}`, []string{`api[0].kind: "crash"`}},
		"several mistakes": {
			`{"events": [{"kind": "late"}], "api": [{"service": "s3", "kind": "error", "rate": 1}]}`,
			[]string{"events[0].detailType", "events[0].rate", "api[0].operation"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(test.text))
			if err == nil {
				t.Fatal("the plan was accepted")
			}

			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%v\nwant %s", err, part)
				}
			}
		})
	}
}
