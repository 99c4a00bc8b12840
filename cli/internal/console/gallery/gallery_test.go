package gallery

import (
	"strings"
	"testing"

	"triptych/cli/internal/console/card"
	"triptych/shared/ledger"
	"triptych/statemachine"
)

// TestCard_hostileText renders a card in which every text contains HTML and a script.
func TestCard_hostileText(t *testing.T) {
	const attack = `"><script>alert(1)</script><img src=x onerror=alert(2)>`

	item := ledger.Item{
		Key: attack, Version: attack, Status: ledger.Ready, Owner: attack, UpdatedAt: attack, Placeholder: attack, Color: attack,
		Variants: []ledger.Variant{{Name: attack, URL: "javascript:alert(3)//" + attack, Width: 160}},
	}

	text, err := template.Expand("card", card.New(&item, false))
	if err != nil {
		t.Fatal(err)
	}

	for _, bad := range []string{"<script", "<img src=x", "\"javascript:", "onerror=alert(2)>"} {
		if strings.Contains(text, bad) {
			t.Errorf("the card contains %q:\n%s", bad, text)
		}
	}
}

// TestRecipeOf reads the limits from the pipeline's definition.
func TestRecipeOf(t *testing.T) {
	text := `{"variants":[{"name":"thumbnail","width":160,"height":160,"fit":"cover","format":"jpeg"}],"limits":{"maxBytes":1234567}}`

	definition := strings.ReplaceAll(statemachine.Pipeline(), "${recipe}", statemachine.JSONText(text))
	if found, ok := recipeOf(definition); !ok || found.Limits.MaxBytes != 1234567 {
		t.Errorf("%+v, %t", found.Limits, ok)
	}

	for _, other := range []string{"", "{", `{"StartAt":"A","States":{"A":{"Arguments":"{% 1 %}"}}}`} {
		if found, ok := recipeOf(other); ok {
			t.Errorf("the definition %q: found the recipe %+v", other, found)
		}
	}
}
