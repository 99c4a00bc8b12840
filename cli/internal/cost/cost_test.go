package cost_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"triptych/cli/internal/cost"
	"triptych/shared/recipe"
	"triptych/statemachine"
)

var update = flag.Bool("update", false, "write the tables of docs/cost.md again")

func ours(images float64) cost.Case {
	return cost.Case{
		Images: images, Recipe: recipe.Default(), Prices: cost.DefaultPrices(), Assumptions: cost.DefaultAssumptions(),
	}
}

func find(t *testing.T, lines []cost.Line, service, item string) cost.Line {
	t.Helper()

	for _, line := range lines {
		if line.Service == service && line.Item == item {
			return line
		}
	}

	t.Fatalf("the line %s, %s is missing", service, item)

	return cost.Line{}
}

// TestBill_byHand compares lines of the bill with values that were calculated by hand.
func TestBill_byHand(t *testing.T) {
	t.Parallel()

	c := ours(1e6)
	c.Assumptions.RetryShare, c.Assumptions.ErasedShare, c.Assumptions.ColdShare = 0, 0, 0

	bill := c.Bill(cost.Triptych)

	for _, test := range []struct {
		service, item string
		quantity      float64
		dollars       float64
	}{
		{"Step Functions", "state transitions", 7e6, 175},
		{"Lambda", "requests", 6e6, 1.2},
		{"S3", "PUT, LIST", 6e6, 30},
		{"S3", "GET, HEAD", 9e6, 3.6},
		{"DynamoDB", "writes", 8e6, 5},
		{"EventBridge", "events of images", 1e6, 1},
		{"CloudFront", "requests", 100e6, 100},
		{"CloudFront", "functions", 100e6, 10},
	} {
		line := find(t, bill, test.service, test.item)
		if math.Abs(line.Quantity-test.quantity) > 1e-3 || math.Abs(line.Cost-test.dollars) > 0.005 {
			t.Errorf("%s, %s: %g for $%.2f, want %g for $%.2f", test.service, test.item, line.Quantity, line.Cost, test.quantity, test.dollars)
		}
	}

	// A function with 512 MB has 0.2894 of a core. The CPU time of an image is 2 + 9 + 4 ms
	// for validate, sanitize and record, and 3 × 23 + 8.4 × (0.0256 + 0.48 + 1.92) ms for the
	// three variants. The sum is 104.4 ms, which takes 360.7 ms with 0.2894 of a core. The
	// waiting time is 60 + 200 + 3 × 150 + 120 = 830 ms. An image thus takes 1.191 s × 0.5 GB
	// = 0.595 GB-s.
	if line := find(t, bill, "Lambda", "duration"); math.Abs(line.Quantity-595_000) > 1000 {
		t.Errorf("duration: %g GB-s, want about 595,000", line.Quantity)
	}
}

// TestCounts compares the numbers of the calculation with the files that they come from: the
// state transitions with the pipeline's definition, and the memory with functions.json.
func TestCounts(t *testing.T) {
	t.Parallel()

	var machine struct {
		StartAt string
		States  map[string]struct {
			Next string
			End  bool
		}
	}
	if err := json.Unmarshal([]byte(statemachine.Pipeline()), &machine); err != nil {
		t.Fatal(err)
	}

	entered := 0
	for at := machine.StartAt; at != ""; at = machine.States[at].Next {
		entered++
	}

	c := ours(1)
	c.Assumptions.RetryShare, c.Assumptions.ErasedShare = 0, 0

	if line := find(t, c.Bill(cost.Triptych), "Step Functions", "state transitions"); int(line.Quantity) != entered+len(c.Recipe.Variants) {
		t.Errorf("%g transitions, want %d states and one for each variant", line.Quantity, entered)
	}

	var functions map[string]struct{ MemoryMB float64 }

	text, err := os.ReadFile("../../../terraform/functions.json")
	if err != nil {
		t.Fatal(err)
	}

	if err := json.Unmarshal(text, &functions); err != nil {
		t.Fatal(err)
	}

	for name, function := range functions {
		if function.MemoryMB != c.Assumptions.MemoryMB {
			t.Errorf("%s has %g MB, and the cost assumes %g", name, function.MemoryMB, c.Assumptions.MemoryMB)
		}
	}
}

// TestBill_scale checks that twice the images cost twice as much, except for fixed costs.
func TestBill_scale(t *testing.T) {
	t.Parallel()

	for _, design := range cost.Designs() {
		one, two := ours(1e6).Bill(design), ours(2e6).Bill(design)

		for i, line := range one {
			ratio := two[i].Cost / line.Cost

			switch {
			case line.Item == "metrics" || line.Item == "alarms":
				if ratio != 1 {
					t.Errorf("%s, %s: ×%g with twice the images", design, line.Item, ratio)
				}
			case line.Item == "invalidations": // The first thousand invalidations are free.
			case line.Item == "traces":
				// X-Ray traces the first upload of each second. With more uploads, a smaller share of
				// them is the first of a second.
				if ratio <= 1 || ratio >= 2 {
					t.Errorf("%s, %s: ×%g with twice the images", design, line.Item, ratio)
				}
			case math.Abs(ratio-2) > 1e-9:
				t.Errorf("%s, %s: ×%g with twice the images", design, line.Item, ratio)
			}

			if line.Cost < 0 || math.IsNaN(line.Cost) || math.IsInf(line.Cost, 0) || line.How == "" {
				t.Errorf("%s: %+v", design, line)
			}
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()

	for name, text := range map[string]string{
		"an unknown price": `{"prices": {"gold": 1}}`,
		"a negative price": `{"prices": {"s3Put": -1}}`,
		"no memory":        `{"assumptions": {"memoryMb": 0}}`,
		"a share above 1":  `{"assumptions": {"cacheHitShare": 1.1}}`,
		"not JSON":         `s3Put = 1`,
	} {
		if _, _, err := cost.Read([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}

	prices, assumptions, err := cost.Read([]byte(`{"prices": {"stateTransition": 0}, "assumptions": {"viewsPerImage": 7}}`))
	if err != nil || prices.StateTransition != 0 || prices.S3Put != cost.DefaultPrices().S3Put || assumptions.ViewsPerImage != 7 {
		t.Errorf("%v: %+v %+v", err, prices, assumptions)
	}

	all, err := json.Marshal(map[string]any{"prices": cost.DefaultPrices(), "assumptions": cost.DefaultAssumptions()})
	if err != nil {
		t.Fatal(err)
	}

	if prices, assumptions, err := cost.Read(all); err != nil || prices != cost.DefaultPrices() || assumptions != cost.DefaultAssumptions() {
		t.Errorf("the defaults, read: %v", err)
	}
}

// TestBill_documentation compares the tables of docs/cost.md with the code. With -update, it
// writes the tables.
func TestBill_documentation(t *testing.T) {
	t.Parallel()

	const page = "../../../docs/cost.md"

	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}

	wanted := text
	for name, table := range map[string]string{"summary": summary(), "bill": bills(), "prices": prices()} {
		wanted = replace(t, wanted, name, table)
	}

	if *update {
		if err := os.WriteFile(page, wanted, 0o600); err != nil {
			t.Fatal(err)
		}

		return
	}

	if diff := cmp.Diff(string(wanted), string(text)); diff != "" {
		t.Errorf("docs/cost.md differs from the computed tables (go test ./cli/internal/cost -run TestBill_documentation -update): %s", diff)
	}
}

// replace replaces the table between two marks.
func replace(t *testing.T, text []byte, name, table string) []byte {
	t.Helper()

	begin, end := []byte("<!-- "+name+" -->\n"), []byte("<!-- /"+name+" -->")

	before, rest, found := bytes.Cut(text, begin)
	_, after, ended := bytes.Cut(rest, end)

	if !found || !ended {
		t.Fatalf("there are no marks for %s", name)
	}

	return bytes.Join([][]byte{before, begin, []byte(table), end, after}, nil)
}

const docImages = 1e6

// part returns the part of the bill that a line belongs to.
func part(line cost.Line) string {
	switch {
	case strings.HasPrefix(line.Item, "storage"):
		return "storage"
	case line.Service == "CloudFront", line.Item == "GET, for CloudFront":
		return "delivery"
	default:
		return "processing"
	}
}

func summary() string {
	var out strings.Builder

	out.WriteString("| | processing | storage for a month | delivery, 100 views each | total |\n|---|---|---|---|---|\n")

	for _, design := range cost.Designs() {
		bill := ours(docImages).Bill(design)
		sums := map[string]float64{}

		for _, line := range bill {
			sums[part(line)] += line.Cost
		}

		fmt.Fprintf(&out, "| %s | $%.0f | $%.0f | $%.0f | $%.0f |\n",
			design, sums["processing"], sums["storage"], sums["delivery"], cost.Total(bill))
	}

	fmt.Fprintf(&out, "\nWithout delivery, Triptych and DIT cost the same if CloudFront requests %.0f variants per image and month from DIT.\n", evenAt())

	return out.String()
}

// evenAt returns the number of variants that DIT (Dynamic Image Transformation) creates for
// each image in a month if it costs as much as Triptych.
func evenAt() float64 {
	c := ours(docImages)
	c.Assumptions.CacheHitShare = 0
	c.Assumptions.ViewsPerImage = 1000

	less := c
	less.Assumptions.ViewsPerImage = 500

	without := func(c cost.Case, design cost.Design) float64 {
		total := 0.0

		for _, line := range c.Bill(design) {
			if part(line) != "delivery" {
				total += line.Cost
			}
		}

		return total
	}

	each := (without(c, cost.DIT) - without(less, cost.DIT)) / 500
	fixed := without(c, cost.DIT) - 1000*each

	return (without(c, cost.Triptych) - fixed) / each
}

func bills() string {
	var out strings.Builder

	for _, design := range cost.Designs() {
		bill := ours(docImages).Bill(design)

		fmt.Fprintf(&out, "\n### %s\n\n| service | item | quantity | price | dollars | calculation |\n|---|---|--:|--:|--:|---|\n", design)

		for _, line := range bill {
			fmt.Fprintf(&out, "| %s | %s | %s %s | %s | %.2f | %s |\n",
				line.Service, line.Item, spaced(line.Quantity), line.Unit, price(line.Price), line.Cost, line.How)
		}

		fmt.Fprintf(&out, "| | **total** | | | **%.2f** | |\n", cost.Total(bill))
	}

	out.WriteString("\n")

	return out.String()
}

// spaced formats a number in groups of three digits.
func spaced(number float64) string {
	digits := fmt.Sprintf("%.0f", number)

	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + " " + digits[at:]
	}

	return digits
}

// price formats a price. A small price is given for a million units.
func price(dollars float64) string {
	if dollars < 0.001 {
		return fmt.Sprintf("$%.4g per million", dollars*1e6)
	}

	return fmt.Sprintf("$%.4g", dollars)
}

func prices() string {
	var out strings.Builder

	fmt.Fprintf(&out, "Prices of %s, for us-east-1.\n\n| service | page | checked | |\n|---|---|---|---|\n", cost.DefaultPrices().Date)

	for _, source := range cost.Sources() {
		read := "**no: check it**"
		if source.Checked {
			read = "yes"
		}

		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", source.Service, source.Page, read, source.Note)
	}

	return out.String()
}
