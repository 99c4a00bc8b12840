package inject

import (
	"os"
	"testing"
)

// FuzzParse checks that Parse rejects a plan or returns one that can be used.
func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("../../docs/fault-injection.example.json")
	if err != nil {
		f.Fatal(err)
	}

	f.Add(example)
	f.Add([]byte(`{"seed": 18446744073709551615, "lambda": [{"function": "*", "kind": "slow", "every": 1, "from": 18446744073709551615, "millis": 1}]}`))
	f.Add([]byte(`{"events": [null], "api": [{"service": "*", "operation": "", "kind": "timeout", "calls": [18446744073709551615]}]}`))

	f.Fuzz(func(t *testing.T, text []byte) {
		plan, err := Parse(text)
		if err != nil {
			return
		}

		for _, rules := range [][]*Rule{plan.Lambda, plan.API, plan.Events} {
			for _, rule := range rules {
				for range 3 {
					if found, ok := plan.find([]*Rule{rule}, rule.Service, rule.Subject); ok && found.share() > maxMillis*1e6 {
						t.Errorf("%+v takes too long", rule)
					}
				}
			}
		}
	})
}
