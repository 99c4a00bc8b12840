package manifest_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"triptych/shared/contract"
)

// schemaText returns the published JSON Schema of manifests.
func schemaText(t *testing.T) []byte {
	t.Helper()

	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "manifest.schema.json"))
	if err != nil {
		t.Fatal(err)
	}

	return text
}

// validate checks a value, as JSON, against the published schema.
func validate(t *testing.T, value any) error {
	t.Helper()

	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText(t)))
	if err != nil {
		t.Fatal(err)
	}

	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()

	if err := compiler.AddResource("manifest", parsed); err != nil {
		t.Fatal(err)
	}

	schema, err := compiler.Compile("manifest")
	if err != nil {
		t.Fatal(err)
	}

	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}

	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}

	return schema.Validate(document)
}

// minimal has only the members that every manifest has.
func minimal() contract.Manifest {
	return contract.Manifest{
		Key: "a", Version: "0123456789ab", Sequencer: "0000000000000000000000000000001F",
		Source: contract.Source{ETag: "e", Format: "png"}, Variants: []contract.ManifestVariant{}, CreatedAt: time.Unix(1_800_000_000, 0).UTC(),
	}
}

// full has every member.
func full() contract.Manifest {
	manifest := minimal()
	manifest.Placeholder, manifest.Color, manifest.Kept, manifest.Credentials = "AAAA", "#a0b4ff", []string{"gainmap"}, contract.CredentialsRemoved
	manifest.Variants = []contract.ManifestVariant{{
		Name: "small", URL: "https://cdn/a/-/0123456789ab/small.auto.jpg", Width: 2, Height: 1, Bytes: 3, ContentType: "image/jpeg",
		Alternatives: []contract.ManifestAlternative{{
			URL: "https://cdn/a/-/0123456789ab/small.auto.webp", Width: 2, Height: 1, Bytes: 3, ContentType: "image/webp",
		}},
	}}

	return manifest
}

// object returns the JSON object of a value.
func object(t *testing.T, value any) map[string]any {
	t.Helper()

	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}

	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}

	return members
}

func TestSchema_acceptsManifests(t *testing.T) {
	future := object(t, full())
	future["later"] = "a member of a later version"

	for name, value := range map[string]any{"every member": full(), "required members": minimal(), "an unknown member": future} {
		if err := validate(t, value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchema_requiresMembers(t *testing.T) {
	whole := object(t, minimal())

	for name := range whole {
		without := maps.Clone(whole)
		delete(without, name)

		if validate(t, without) == nil {
			t.Errorf("the schema does not require %s", name)
		}
	}
}

func TestSchema_rejectsWrongValues(t *testing.T) {
	for name, value := range map[string]any{"version": "7", "variants": nil, "color": "red", "createdAt": "today", "key": 1} {
		wrong := object(t, full())
		wrong[name] = value

		if validate(t, wrong) == nil {
			t.Errorf("the schema accepts %v as %s", value, name)
		}
	}
}

// document is a JSON Schema, as far as the tests read it.
type document struct {
	Description string              `json:"description"`
	Properties  map[string]document `json:"properties"`
	Items       *document           `json:"items"`
}

// The schema has a description of each member that the code writes.
func TestSchema_describesMembers(t *testing.T) {
	var schema document
	if err := json.Unmarshal(schemaText(t), &schema); err != nil {
		t.Fatal(err)
	}

	describes(t, "manifest", schema, reflect.TypeFor[contract.Manifest]())
}

func describes(t *testing.T, path string, schema document, described reflect.Type) {
	t.Helper()

	if described.Kind() == reflect.Slice {
		if schema.Items == nil {
			t.Errorf("%s: the schema has no items", path)

			return
		}

		described, schema = described.Elem(), *schema.Items
	}

	if described.Kind() != reflect.Struct || described == reflect.TypeFor[time.Time]() {
		return
	}

	for _, field := range reflect.VisibleFields(described) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")

		member := schema.Properties[name]
		if member.Description == "" {
			t.Errorf("%s: the schema does not describe %s", path, name)
		}

		describes(t, path+"."+name, member, field.Type)
	}
}

// The detail of the event Image Ready is the manifest, so both schemas describe the same
// members.
func TestSchema_isTheDetailOfImageReady(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "events", "image-ready.json"))
	if err != nil {
		t.Fatal(err)
	}

	var event struct {
		Properties struct {
			Detail map[string]any `json:"detail"`
		} `json:"properties"`
	}

	var schema map[string]any

	for source, into := range map[string]any{string(text): &event, string(schemaText(t)): &schema} {
		if err := json.Unmarshal([]byte(source), into); err != nil {
			t.Fatal(err)
		}
	}

	for _, name := range []string{"$schema", "title", "description"} {
		delete(schema, name)
	}

	if difference := cmp.Diff(event.Properties.Detail, schema); difference != "" {
		t.Errorf("docs/manifest.schema.json differs from the event's detail (-event +manifest):\n%s", difference)
	}
}
