package command

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"triptych/cli/internal/cost"
	"triptych/cli/internal/display"
	"triptych/shared/recipe"
)

type costOptions struct {
	images         amount
	recipe, assume string
	design         string
	defaults       bool
}

// costTotal is the object that `triptych cost --json` prints after the lines of a design.
type costTotal struct {
	Design      cost.Design `json:"design"`
	Images      float64     `json:"images"`
	Total       float64     `json:"total"`
	PerThousand float64     `json:"perThousandImages"`
	// The parts of the total.
	Processing float64 `json:"processing"`
	Storage    float64 `json:"storage"`
	Delivery   float64 `json:"delivery"`
	PricesOf   string  `json:"pricesOf"`
}

func (s *session) cost() *cobra.Command {
	var options costOptions

	cmd := &cobra.Command{
		Use:   "cost --images N",
		Short: "Estimate the AWS bill of a month, line by line",
		Long: `Cost multiplies the AWS usage of an image, which depends on the recipe, by AWS's list
prices. It compares three designs: Triptych, the same pipeline as an Express workflow,
and Dynamic Image Transformation for Amazon CloudFront (DIT), which makes variants
when they are requested. Prices are in US dollars, for us-east-1, without free tiers
and discounts.

--defaults prints the assumptions about your traffic, and each price. To replace some
of them, pass a JSON file with --assume. docs/cost.md explains the formulas and the
sources.`,
		Example: `  triptych cost --images 1M
  triptych cost --images 50k --recipe recipe.json --design triptych
  triptych cost --defaults > mine.json                # edit, and:
  triptych cost --images 50000 --assume mine.json`,
		Args: arguments(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return s.runCost(options) },
	}

	flags := cmd.Flags()
	flags.Var(&options.images, "images", "the `number` of originals that are uploaded in the month: 50000, 50k, 1.5M")
	flags.StringVar(&options.recipe, "recipe", "", "the recipe `file`; the default recipe if not given")
	flags.StringVar(&options.assume, "assume", "", "a `file` with your own prices and assumptions")
	flags.StringVar(&options.design, "design", "all", "triptych, express, dit or all")
	flags.BoolVar(&options.defaults, "defaults", false, "print the prices and assumptions, in the format of --assume")

	return cmd
}

func (s *session) runCost(options costOptions) error {
	prices, assumptions := cost.DefaultPrices(), cost.DefaultAssumptions()

	if options.assume != "" {
		text, err := os.ReadFile(options.assume)
		if err != nil {
			return fmt.Errorf("read the prices and assumptions: %w", err)
		}

		if prices, assumptions, err = cost.Read(text); err != nil {
			return wrongUsage("%s: %w", options.assume, err)
		}
	}

	if options.defaults {
		return s.showDefaults(prices, assumptions)
	}

	designs := cost.Designs()
	if options.design != "all" {
		designs = []cost.Design{cost.Design(options.design)}
	}

	switch {
	case !(options.images >= 1): // This also rejects NaN.
		return wrongUsage("--images must be at least 1")
	case !slices.Contains(cost.Designs(), designs[0]):
		return wrongUsage("--design %s: it must be triptych, express, dit or all", options.design)
	}

	_, text, err := readRecipe(options.recipe)
	if err != nil {
		return err
	}

	wanted, err := recipe.Parse(text)
	if err != nil {
		return fmt.Errorf("read the recipe: %w", err)
	}

	for _, design := range designs {
		bill := cost.Case{Images: float64(options.images), Recipe: wanted, Prices: prices, Assumptions: assumptions}.Bill(design)
		total := cost.Total(bill)

		err := s.showBill(bill, costTotal{
			Design: design, Images: float64(options.images), Total: total, PerThousand: total / float64(options.images) * 1000,
			Processing: cost.Sum(bill, cost.Processing), Storage: cost.Sum(bill, cost.Storage), Delivery: cost.Sum(bill, cost.Delivery),
			PricesOf: prices.Date,
		})
		if err != nil {
			return err
		}
	}

	return nil
}

func (s *session) showDefaults(prices cost.Prices, assumptions cost.Assumptions) error {
	text, err := json.MarshalIndent(struct {
		Prices      cost.Prices      `json:"prices"`
		Assumptions cost.Assumptions `json:"assumptions"`
	}{prices, assumptions}, "", "  ")
	if err != nil {
		return fmt.Errorf("render the defaults: %w", err)
	}

	return s.text(string(text) + "\n")
}

func (s *session) showBill(bill []cost.Line, total costTotal) error {
	if s.json {
		for _, line := range bill {
			if err := s.object(line); err != nil {
				return err
			}
		}

		return s.object(total)
	}

	table := display.Table{Indent: "  "}
	for _, line := range bill {
		table.Add(line.Service, line.Item, fmt.Sprintf("$%.2f", line.Cost), s.style.Muted(line.How))
	}

	return s.text(s.style.Bold(fmt.Sprintf("%s: $%.2f per month for %.0f images, $%.2f per thousand", total.Design, total.Total, total.Images, total.PerThousand)) +
		"\n" + fmt.Sprintf("  processing $%.2f, storage $%.2f, delivery $%.2f\n\n", total.Processing, total.Storage, total.Delivery) +
		table.String() + "\n")
}
