package main

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// schemaJSON has the form of `terraform providers schema -json`, for one provider. See
// ../update.
//
//go:embed schema.json
var schemaJSON []byte

// schemas are the schemas of a provider. Resources and data are keyed by type.
type schemas struct {
	Provider  schema            `json:"provider"`
	Resources map[string]schema `json:"resource_schemas"`
	Data      map[string]schema `json:"data_source_schemas"`
}

type schema struct {
	Version int64  `json:"version"`
	Block   *block `json:"block"`
}

// block is the body of a resource, or of a nested block.
type block struct {
	Attributes map[string]*attribute   `json:"attributes"`
	Blocks     map[string]*nestedBlock `json:"block_types"`

	object tftypes.Object
}

type nestedBlock struct {
	Nesting  string `json:"nesting_mode"`
	Block    *block `json:"block"`
	MinItems int64  `json:"min_items"`
	MaxItems int64  `json:"max_items"`
}

// attribute has either Type, as JSON of cty, or Nested.
type attribute struct {
	Type     json.RawMessage  `json:"type"`
	Nested   *nestedAttribute `json:"nested_type"`
	Required bool             `json:"required"`
	Optional bool             `json:"optional"`
	Computed bool             `json:"computed"`

	resolved tftypes.Type
}

type nestedAttribute struct {
	Attributes map[string]*attribute `json:"attributes"`
	Nesting    string                `json:"nesting_mode"`
}

// parseSchemas reads schemas and resolves the types of all attributes. The result does not
// change afterwards, so that requests may use it at the same time.
func parseSchemas(text []byte) (*schemas, error) {
	var all schemas
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("parse schema.json: %w", err)
	}

	if err := all.Provider.Block.resolve(); err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}

	for _, group := range []map[string]schema{all.Resources, all.Data} {
		for name, one := range group {
			if err := one.Block.resolve(); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}

	return &all, nil
}

func (b *block) resolve() error {
	types, err := resolveAttributes(b.Attributes)
	if err != nil {
		return err
	}

	for name, nested := range b.Blocks {
		if err := nested.Block.resolve(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}

		if types[name], err = nest(nested.Nesting, nested.Block.object); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}

	b.object = tftypes.Object{AttributeTypes: types}

	return nil
}

func resolveAttributes(attributes map[string]*attribute) (map[string]tftypes.Type, error) {
	types := make(map[string]tftypes.Type, len(attributes))

	for name, one := range attributes {
		if err := one.resolve(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}

		types[name] = one.resolved
	}

	return types, nil
}

func (a *attribute) resolve() error {
	var err error

	if a.Nested == nil {
		//nolint:staticcheck // It is deprecated for types of other origins. This text is Terraform's.
		a.resolved, err = tftypes.ParseJSONType(a.Type)

		return err
	}

	members, err := resolveAttributes(a.Nested.Attributes)
	if err != nil {
		return err
	}

	a.resolved, err = nest(a.Nested.Nesting, tftypes.Object{AttributeTypes: members})

	return err
}

// nest returns the type of blocks or nested attributes with the nesting mode.
func nest(mode string, of tftypes.Type) (tftypes.Type, error) {
	switch mode {
	case "single", "group":
		return of, nil
	case "list":
		return tftypes.List{ElementType: of}, nil
	case "set":
		return tftypes.Set{ElementType: of}, nil
	case "map":
		return tftypes.Map{ElementType: of}, nil
	default:
		return nil, fmt.Errorf("unknown nesting mode %q", mode)
	}
}

// proto returns the schema as the protocol has it.
func (s schema) proto() *tfprotov6.Schema {
	return &tfprotov6.Schema{Version: s.Version, Block: s.Block.proto()}
}

func (b *block) proto() *tfprotov6.SchemaBlock {
	modes := map[string]tfprotov6.SchemaNestedBlockNestingMode{
		"single": tfprotov6.SchemaNestedBlockNestingModeSingle,
		"group":  tfprotov6.SchemaNestedBlockNestingModeGroup,
		"list":   tfprotov6.SchemaNestedBlockNestingModeList,
		"set":    tfprotov6.SchemaNestedBlockNestingModeSet,
		"map":    tfprotov6.SchemaNestedBlockNestingModeMap,
	}

	body := &tfprotov6.SchemaBlock{Attributes: protoAttributes(b.Attributes)}
	for name, nested := range b.Blocks {
		body.BlockTypes = append(body.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Block: nested.Block.proto(), Nesting: modes[nested.Nesting],
			MinItems: nested.MinItems, MaxItems: nested.MaxItems,
		})
	}

	return body
}

func protoAttributes(attributes map[string]*attribute) []*tfprotov6.SchemaAttribute {
	modes := map[string]tfprotov6.SchemaObjectNestingMode{
		"single": tfprotov6.SchemaObjectNestingModeSingle,
		"list":   tfprotov6.SchemaObjectNestingModeList,
		"set":    tfprotov6.SchemaObjectNestingModeSet,
		"map":    tfprotov6.SchemaObjectNestingModeMap,
	}

	list := make([]*tfprotov6.SchemaAttribute, 0, len(attributes))

	for name, one := range attributes {
		attribute := &tfprotov6.SchemaAttribute{
			Name: name, Required: one.Required, Optional: one.Optional, Computed: one.Computed,
		}
		if one.Nested == nil {
			attribute.Type = one.resolved
		} else {
			attribute.NestedType = &tfprotov6.SchemaObject{
				Attributes: protoAttributes(one.Nested.Attributes), Nesting: modes[one.Nested.Nesting],
			}
		}

		list = append(list, attribute)
	}

	return list
}
