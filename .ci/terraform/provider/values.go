package main

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// computedValue returns the value of a computed attribute. Path is the names of the blocks
// around it and its own name, separated by points.
type computedValue func(path string, of tftypes.Type) tftypes.Value

// unknown leaves a computed attribute to be known after apply.
func unknown(_ string, of tftypes.Type) tftypes.Value {
	return tftypes.NewValue(of, tftypes.UnknownValue)
}

// isUnset reports whether the value is known to be null.
func isUnset(value tftypes.Value) bool { return value.IsKnown() && value.IsNull() }

// isUnknown reports whether the value is left to be known after apply.
func isUnknown(value tftypes.Value) bool { return !value.IsKnown() }

// madeUp returns values like those that AWS would assign, for a resource or data source of
// the type.
func madeUp(resource, region string) computedValue {
	return func(path string, of tftypes.Type) tftypes.Value {
		switch {
		case of.Is(tftypes.String) && strings.HasSuffix(path, "arn"):
			return tftypes.NewValue(of, fmt.Sprintf("arn:aws:standin:%s:%s:%s", region, account, resource))
		case of.Is(tftypes.String):
			return tftypes.NewValue(of, resource+"-"+path)
		case of.Is(tftypes.Number):
			return tftypes.NewValue(of, 0)
		case of.Is(tftypes.Bool):
			return tftypes.NewValue(of, false)
		case of.Is(tftypes.List{}), of.Is(tftypes.Set{}):
			return tftypes.NewValue(of, []tftypes.Value{})
		case of.Is(tftypes.Map{}):
			return tftypes.NewValue(of, map[string]tftypes.Value{})
		default:
			return tftypes.NewValue(of, nil)
		}
	}
}

// complete returns the object with a new value for each computed attribute that matches.
func (b *block) complete(object tftypes.Value, matches func(tftypes.Value) bool, value computedValue) (tftypes.Value, error) {
	return b.completeAt("", object, matches, value)
}

func (b *block) completeAt(path string, object tftypes.Value, matches func(tftypes.Value) bool, value computedValue) (tftypes.Value, error) {
	if object.IsNull() || !object.IsKnown() {
		return object, nil
	}

	var members map[string]tftypes.Value
	if err := object.As(&members); err != nil {
		return object, fmt.Errorf("block %q: %w", path, err)
	}

	for name, attribute := range b.Attributes {
		if attribute.Computed && matches(members[name]) {
			members[name] = value(path+name, attribute.resolved)
		}
	}

	for name, nested := range b.Blocks {
		completed, err := nested.completeAt(path+name+".", members[name], matches, value)
		if err != nil {
			return object, err
		}

		members[name] = completed
	}

	return tftypes.NewValue(b.object, members), nil
}

func (n *nestedBlock) completeAt(path string, value tftypes.Value, matches func(tftypes.Value) bool, computed computedValue) (tftypes.Value, error) {
	if value.IsNull() || !value.IsKnown() {
		return value, nil
	}

	switch n.Nesting {
	case "list", "set":
		var items []tftypes.Value
		if err := value.As(&items); err != nil {
			return value, fmt.Errorf("blocks %q: %w", path, err)
		}

		for i, item := range items {
			completed, err := n.Block.completeAt(path, item, matches, computed)
			if err != nil {
				return value, err
			}

			items[i] = completed
		}

		return tftypes.NewValue(value.Type(), items), nil
	case "map":
		return value, nil
	default:
		return n.Block.completeAt(path, value, matches, computed)
	}
}
