package e2e_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// observed puts together what every laptop of this run says of Terraform's policies
// when it stops: which permissions no call has needed, and which calls were denied.
var observed access

type access struct {
	mu      sync.Mutex
	reports int
	unused  map[string]bool // by policy and permission; false once any laptop needed it
	denied  map[string]bool
}

// collect reads a laptop's report. One that was killed has written none.
func (a *access) collect(data string, denialsExpected bool) error {
	text, err := os.ReadFile(filepath.Join(data, "access.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}

	if err != nil {
		return fmt.Errorf("read what a laptop says of its policies: %w", err)
	}

	var report struct {
		Unused map[string][]string
		Denied []struct{ Principal, Action, Resource string }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return fmt.Errorf("read what a laptop says of its policies: %w", err)
	}

	a.mu.Lock()
	defer a.mu.Unlock()

	here := map[string]bool{}

	for policy, permissions := range report.Unused {
		for _, permission := range permissions {
			here["terraform/policies/"+policy+".json: "+permission] = true
		}
	}

	if a.reports++; a.reports == 1 {
		a.unused, a.denied = here, map[string]bool{}
	}

	for permission := range a.unused {
		a.unused[permission] = a.unused[permission] && here[permission]
	}

	for _, one := range report.Denied {
		if !denialsExpected {
			a.denied[one.Principal+" was denied "+one.Action+" on "+one.Resource] = true
		}
	}

	return nil
}

// check wants that nothing was denied that a test did not ask for, and, where every
// test has run, that every permission was needed by somebody.
func (a *access) check() error {
	var problems []error

	for denial := range a.denied {
		problems = append(problems, errors.New(denial))
	}

	if everyTest() {
		for permission, unused := range a.unused {
			if unused {
				problems = append(problems, fmt.Errorf("%s was needed by no call of any test: take it away, or test what needs it", permission))
			}
		}
	}

	slices.SortFunc(problems, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })

	return errors.Join(problems...)
}

// everyTest says whether no test is left out.
func everyTest() bool {
	for _, filter := range []string{"test.run", "test.skip", "test.list"} {
		if value := flag.Lookup(filter); value != nil && value.Value.String() != "" {
			return false
		}
	}

	return true
}
