package foreign

import (
	"encoding/json"
	"fmt"
	"os"
)

// Deployment is Terraform's state after an apply, as `tofu show -json` prints it.
type Deployment struct {
	Values struct {
		Root struct {
			Resources []resource `json:"resources"`
		} `json:"root_module"`
	} `json:"values"`
}

// resource is one resource or data source. Index is its key in for_each.
type resource struct {
	Mode   string          `json:"mode"`
	Type   string          `json:"type"`
	Name   string          `json:"name"`
	Index  any             `json:"index"`
	Values json.RawMessage `json:"values"`
}

// Read reads a deployment from a file.
func Read(path string) (*Deployment, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the deployment: %w", err)
	}

	var d Deployment
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("read the deployment %s: %w", path, err)
	}

	if len(d.Values.Root.Resources) == 0 {
		return nil, fmt.Errorf("read the deployment %s: it has no resources; write it with `tofu show -json STATE`", path)
	}

	return &d, nil
}

// all decodes the resources of one type, by their key in for_each ("" for a single one).
func all[T any](d *Deployment, kind string) (map[string]T, error) {
	found := map[string]T{}

	for _, r := range d.Values.Root.Resources {
		if r.Mode != "managed" || r.Type != kind {
			continue
		}

		key, _ := r.Index.(string)
		if key == "" {
			key = r.Name
		}

		var values T
		if err := json.Unmarshal(r.Values, &values); err != nil {
			return nil, fmt.Errorf("decode %s.%s[%q]: %w", kind, r.Name, key, err)
		}

		found[key] = values
	}

	if len(found) == 0 {
		return nil, fmt.Errorf("the deployment has no %s", kind)
	}

	return found, nil
}
