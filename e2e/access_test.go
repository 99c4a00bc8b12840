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

// observed merges the reports that all emulators of this run write when they stop: the
// permissions in Terraform's policies that no call has needed, and the calls that were
// denied.
var observed access

type access struct {
	mu      sync.Mutex
	reports int
	unused  map[string]bool // by policy and permission; false once an emulator needed it
	denied  map[string]bool
}

// collect reads an emulator's report. An emulator that was killed has written none.
func (a *access) collect(data string, denialsExpected bool) error {
	text, err := os.ReadFile(filepath.Join(data, "access.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}

	if err != nil {
		return fmt.Errorf("read the report on policies: %w", err)
	}

	var report struct {
		Unused map[string][]string
		Denied []struct{ Principal, Action, Resource string }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return fmt.Errorf("read the report on policies: %w", err)
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

// check returns an error for each denied call that no test expected. If all tests have
// run, it also returns an error for each permission that no call has needed.
func (a *access) check() error {
	var problems []error

	for denial := range a.denied {
		problems = append(problems, errors.New(denial))
	}

	if everyTest() {
		for permission, unused := range a.unused {
			if unused {
				problems = append(problems, fmt.Errorf("no call of any test needed %s: remove the permission, or test the call that needs it", permission))
			}
		}
	}

	slices.SortFunc(problems, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })

	return errors.Join(problems...)
}

// everyTest reports whether all tests run.
func everyTest() bool {
	for _, filter := range []string{"test.run", "test.skip", "test.list"} {
		if value := flag.Lookup(filter); value != nil && value.Value.String() != "" {
			return false
		}
	}

	return true
}
