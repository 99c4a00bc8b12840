package events_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"triptych/shared/contract"
	"triptych/shared/events"
)

// details has each detail type's schema, a full detail and one with required members only.
var details = map[string]struct {
	schema        string
	full, minimal any
}{
	events.ImageReady:    {"image-ready.json", fullManifest(), minimalManifest()},
	events.ImageRejected: {"image-rejected.json", events.Rejected{Upload: upload("v1"), Code: "CORRUPT", Reason: "It is."}, events.Rejected{Upload: upload(""), Code: "EMPTY"}},
	events.ImageFailed:   {"image-failed.json", events.Failed{Upload: upload("v1"), Code: "Lambda.Unknown", Reason: "…", Redrives: 1}, events.Failed{Upload: upload(""), Code: "TIMED_OUT"}},
	events.ImageErased: {
		"image-erased.json",
		events.Erased{Key: "a b.jpg", VersionID: "v1", Sequencer: sequencer, Versions: 1, Objects: 4}, events.Erased{Key: "a", Sequencer: sequencer},
	},
}

const sequencer = "0000000000000000000000000000001F"

func upload(versionID string) events.Upload {
	return events.Of(contract.Upload{Key: "a b.jpg", ETag: "e", VersionID: versionID, Sequencer: sequencer}, "0123456789ab", "arn:e")
}

func minimalManifest() contract.Manifest {
	return contract.Manifest{
		Key: "a", Version: "0123456789ab", Sequencer: sequencer, Source: contract.Source{Format: "png"},
		Variants: []contract.ManifestVariant{}, CreatedAt: time.Unix(1_800_000_000, 0).UTC(),
	}
}

func fullManifest() contract.Manifest {
	full := minimalManifest()
	full.Placeholder, full.Color, full.Kept, full.Credentials = "AAAA", "#a0b4ff", []string{"gainmap"}, contract.CredentialsRemoved
	full.Variants = []contract.ManifestVariant{{
		Name: "small", URL: "https://cdn/a/-/0123456789ab/small.auto.jpg", ContentType: "image/jpeg",
		Alternatives: []contract.ManifestAlternative{{URL: "https://cdn/a/-/0123456789ab/small.auto.webp", ContentType: "image/webp"}},
	}}

	return full
}

// document is a JSON Schema, as far as the tests read it.
type document struct {
	Properties map[string]document `json:"properties"`
	Items      *document           `json:"items"`
	Enum       []string            `json:"enum"`
}

func read(t *testing.T, name string) (*jsonschema.Schema, document) {
	t.Helper()

	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "events", name))
	if err != nil {
		t.Fatal(err)
	}

	var parsed document
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}

	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}

	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()

	if err := compiler.AddResource(name, value); err != nil {
		t.Fatal(err)
	}

	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}

	return schema, parsed
}

// envelope returns an event as EventBridge delivers it.
func envelope(detailType string, detail any) map[string]any {
	return map[string]any{
		"version": "0", "id": "1", "detail-type": detailType, "source": events.Source, "account": "123456789012",
		"time": "2026-11-25T12:00:00Z", "region": "eu-central-1", "resources": []any{}, "detail": detail,
	}
}

func validate(t *testing.T, schema *jsonschema.Schema, event map[string]any) error {
	t.Helper()

	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}

	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}

	return schema.Validate(value)
}

func TestSchemas_acceptEvents(t *testing.T) {
	for detailType, test := range details {
		schema, parsed := read(t, test.schema)

		if kinds := parsed.Properties["detail-type"].Enum; len(kinds) != 1 || kinds[0] != detailType {
			t.Errorf("%s: the schema is for %q", detailType, kinds)
		}

		for _, detail := range []any{test.full, test.minimal} {
			if err := validate(t, schema, envelope(detailType, detail)); err != nil {
				t.Errorf("%s: %v", detailType, err)
			}
		}
	}
}

// The required members are those that every event has: without one of them, the schema
// rejects the event.
func TestSchemas_requireMembers(t *testing.T) {
	for detailType, test := range details {
		schema, _ := read(t, test.schema)

		text, err := json.Marshal(test.minimal)
		if err != nil {
			t.Fatal(err)
		}

		var members map[string]any
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatal(err)
		}

		for name := range members {
			without := map[string]any{}

			for other, value := range members {
				if other != name {
					without[other] = value
				}
			}

			if validate(t, schema, envelope(detailType, without)) == nil {
				t.Errorf("%s: the schema does not require %s", detailType, name)
			}
		}
	}
}

// Each member that the code can write has a description in the schema.
func TestSchemas_describeMembers(t *testing.T) {
	for detailType, test := range details {
		_, parsed := read(t, test.schema)
		describes(t, detailType, parsed.Properties["detail"], reflect.TypeOf(test.full))
	}
}

func describes(t *testing.T, path string, schema document, described reflect.Type) {
	t.Helper()

	if described.Kind() == reflect.Slice {
		if schema.Items == nil {
			t.Errorf("%s: the schema has no items", path)

			return
		}

		describes(t, path+"[]", *schema.Items, described.Elem())

		return
	}

	if described.Kind() != reflect.Struct || described == reflect.TypeFor[time.Time]() {
		return
	}

	for _, field := range reflect.VisibleFields(described) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			continue // An embedded struct, whose fields are visible too.
		}

		member, found := schema.Properties[name]
		if !found {
			t.Errorf("%s: the schema does not describe %s", path, name)
		}

		describes(t, path+"."+name, member, field.Type)
	}
}
