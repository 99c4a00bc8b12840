package console

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/replay"
	"triptych/cli/internal/timeline"
	"triptych/shared/ledger"
	"triptych/statemachine"
)

func TestPagesParse(t *testing.T) {
	pages, err := parsePages()
	if err != nil {
		t.Fatal(err)
	}

	for _, name := range []string{"gallery", "image", "executions", "execution", "failures", "metrics", "error"} {
		if pages.byName[name] == nil {
			t.Errorf("the page %s is missing", name)
		}
	}
}

// TestCard_hostileText renders a card in which every text is an attack.
func TestCard_hostileText(t *testing.T) {
	const attack = `"><script>alert(1)</script><img src=x onerror=alert(2)>`

	pages, err := parsePages()
	if err != nil {
		t.Fatal(err)
	}

	item := ledger.Item{
		Key: attack, Version: attack, Status: ledger.Ready, Owner: attack, UpdatedAt: attack, Placeholder: attack, Color: attack,
		Variants: []ledger.Variant{{Name: attack, URL: "javascript:alert(3)//" + attack, Width: 160}},
	}

	text, err := (&Console{pages: pages}).expand("gallery", "card", newCard(&item, false))
	if err != nil {
		t.Fatal(err)
	}

	for _, bad := range []string{"<script", "<img src=x", "\"javascript:", "onerror=alert(2)>"} {
		if strings.Contains(text, bad) {
			t.Errorf("the card has %q:\n%s", bad, text)
		}
	}
}

func TestThumbs(t *testing.T) {
	variant := func(name string, width int) ledger.Variant {
		return ledger.Variant{Name: name, URL: "http://cdn/a%20b.jpg/-/v/" + name + ".jpg", Width: width}
	}

	for name, c := range map[string]struct {
		variants      []ledger.Variant
		small, larger string
	}{
		"the usual recipe": {[]ledger.Variant{variant("thumbnail", 160), variant("medium", 800), variant("large", 1600)}, "thumbnail", "medium"},
		"no small one":     {[]ledger.Variant{variant("large", 1600), variant("medium", 800)}, "medium", ""},
		"only small ones":  {[]ledger.Variant{variant("tiny", 20), variant("small", 90)}, "small", ""},
		"none":             {nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			shown := newCard(&ledger.Item{Key: "a b.jpg", Status: ledger.Ready, Variants: c.variants}, false)

			path := func(name string) string {
				if name == "" {
					return ""
				}

				return "/picture/a%20b.jpg/-/v/" + name + ".jpg"
			}
			if shown.Thumb != path(c.small) || shown.Larger != path(c.larger) {
				t.Errorf("got %q and %q, want %s and %s", shown.Thumb, shown.Larger, c.small, c.larger)
			}
		})
	}
}

func TestSnippet(t *testing.T) {
	variant := func(name string, width, height int) imageVariant {
		return imageVariant{Variant: ledger.Variant{Name: name, URL: "https://cdn/k/-/v/" + name + ".jpg", Width: width, Height: height}}
	}

	got := snippet([]imageVariant{variant("large", 1600, 1067), variant("square", 160, 160), variant("medium", 800, 533)}, 3000, 2000)
	want := `<img src="https://cdn/k/-/v/large.jpg"
     srcset="https://cdn/k/-/v/medium.jpg 800w,
             https://cdn/k/-/v/large.jpg 1600w"
     sizes="100vw" width="1600" height="1067" alt="">`

	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	small := snippet([]imageVariant{variant("medium", 300, 200), variant("large", 300, 200)}, 300, 200)
	if strings.Count(small, "300w") != 1 {
		t.Errorf("two variants of one size are both in it: %s", small)
	}

	if got := snippet([]imageVariant{variant("square", 160, 160)}, 3000, 2000); got != "" {
		t.Errorf("no variant shows the whole image, but the snippet is: %s", got)
	}
}

func TestSaving(t *testing.T) {
	for name, c := range map[string]struct {
		original, variant int64
		want              string
	}{
		"half": {1000, 500, "−50 %"}, "almost all": {1_000_000, 3000, "−99.7 %"}, "never all": {1 << 40, 1, "−99.9 %"},
		"more": {1000, 2000, ""}, "unknown": {0, 10, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := saving(c.original, c.variant); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestGroupByCause(t *testing.T) {
	failed := func(key, text string, action replay.Action) replay.Result {
		return replay.Result{Key: key, ExecutionARN: "arn:" + key, Error: text, Action: action, Status: replay.StatusFailed}
	}

	groups := groupByCause([]replay.Result{
		failed("a.jpg", "Unplanned: write a.jpg: 12 tries", replay.Redrive),
		failed("b.jpg", "Transient: throttled", replay.Redrive),
		failed("c.jpg", "Unplanned: write c.jpg: 7 tries", replay.Restart),
		failed("d.jpg", "Unplanned: request 6f1b2c3d-0000-4000-8000-0123456789ab", replay.Redrive),
		failed("e.jpg", "Unplanned: request 00000000-1111-4222-8333-444444444444", replay.Redrive),
		failed("f.jpg", "Unplanned: write f.jpg: 9 tries", replay.Redrive),
	})

	type group struct {
		Cause, Actions string
		Count          int
	}

	var got []group
	for _, one := range groups {
		got = append(got, group{one.Cause, one.Actions, one.Count()})
	}

	want := []group{
		{"Unplanned: write …: … tries", "2 to redrive, 1 to restart", 3},
		{"Unplanned: request …", "2 to redrive", 2},
		{"Transient: throttled", "1 to redrive", 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
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
			t.Errorf("%q has the recipe %+v", other, found)
		}
	}
}

// TestVisits uses a Map with three iterations, one of which failed.
func TestVisits(t *testing.T) {
	begun := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	states := []timeline.State{
		{ID: 2, Name: "Make", Iteration: -1, Outcome: timeline.Succeeded, Start: begun},
		{ID: 5, Name: "Each", Iteration: -1, Outcome: timeline.Failed, Items: 3, Start: begun},
		{ID: 7, Name: "One", Within: 5, Depth: 1, Iteration: 0, Outcome: timeline.Succeeded, Start: begun},
		{ID: 8, Name: "One", Within: 5, Depth: 1, Iteration: 1, Outcome: timeline.Failed, Error: "Broken", Start: begun},
		{ID: 9, Name: "One", Within: 5, Depth: 1, Iteration: 2, Outcome: timeline.Stopped, Start: begun},
	}

	all := newVisits(states, choice{arn: "arn", state: "One", iteration: -1})
	if got := outcome(all.of("One")); got != timeline.Failed {
		t.Errorf("all iterations come to %q", got)
	}

	if shown := all.picked(); shown.Error != "Broken" || shown.Visits != 3 {
		t.Errorf("of all, the panel shows %+v", shown)
	}

	one := newVisits(states, choice{arn: "arn", state: "One", within: "Each", iteration: 0})
	if got := outcome(one.of("One")); got != timeline.Succeeded {
		t.Errorf("the first iteration comes to %q", got)
	}

	counts := one.iterations()[0].Counts
	want := []iterationCount{{"succeeded", "good", 1}, {"failed", "bad", 1}, {"stopped", "warning", 1}}

	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}

	if taken := all.taken(false); !taken[transition{"", "Make"}] || !taken[transition{"Make", "Each"}] || taken[transition{"Each", ""}] {
		t.Errorf("transitions: %v", taken)
	}
}
