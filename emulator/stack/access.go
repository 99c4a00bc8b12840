package stack

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"triptych/emulator/iam"
)

// accessFile, in the data folder, reports how the policies were used in this run: which
// permissions no call needed, and which calls were denied. The end-to-end tests combine
// the reports of all their emulators.
const accessFile = "access.json"

// access records how Terraform's policies are used.
type access struct {
	mu       sync.Mutex
	policies map[string]*iam.Policy // by the file's name, without .json
	denials  map[denial]int
}

// denial is a call that was denied.
type denial struct {
	principal, action, resource string
}

// maxDenials limits how many different denials are recorded.
const maxDenials = 1000

func newAccess() *access {
	return &access{policies: map[string]*iam.Policy{}, denials: map[denial]int{}}
}

func (a *access) watch(name string, policy *iam.Policy) { a.policies[name] = policy }

// denied returns the function that records the denials of a principal.
func (a *access) denied(principal string) func(action, resource string) {
	return func(action, resource string) {
		a.mu.Lock()
		defer a.mu.Unlock()

		one := denial{principal, action, resource}
		if _, known := a.denials[one]; known || len(a.denials) < maxDenials {
			a.denials[one]++
		}
	}
}

type accessReport struct {
	// Unused lists the permissions that no call needed, by policy.
	Unused map[string][]string `json:"unused"`
	Denied []deniedCall        `json:"denied"`
}

type deniedCall struct {
	Principal string `json:"principal"`
	Action    string `json:"action"`
	Resource  string `json:"resource"`
	Times     int    `json:"times"`
}

func (a *access) report() accessReport {
	a.mu.Lock()
	defer a.mu.Unlock()

	report := accessReport{Unused: map[string][]string{}, Denied: []deniedCall{}}

	for _, name := range slices.Sorted(maps.Keys(a.policies)) {
		report.Unused[name] = append([]string{}, a.policies[name].Unused()...)
	}

	for one, times := range a.denials {
		report.Denied = append(report.Denied, deniedCall{one.principal, one.action, one.resource, times})
	}

	slices.SortFunc(report.Denied, func(x, y deniedCall) int { return y.Times - x.Times })

	return report
}

// write writes the report to the data folder.
func (a *access) write(data string) error {
	text, err := json.MarshalIndent(a.report(), "", "  ")
	if err != nil {
		return fmt.Errorf("render the report on access: %w", err)
	}

	path := filepath.Join(data, accessFile)

	if err := os.WriteFile(path+".new", append(text, '\n'), ownerOnlyFile); err != nil {
		return fmt.Errorf("write the report on access: %w", err)
	}

	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write the report on access: %w", err)
	}

	return nil
}
