package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/target"
	"triptych/cli/internal/transfer"
	"triptych/cli/internal/uploads"
	"triptych/shared/contract"
	"triptych/shared/keys"
)

// shown is the output of `triptych show`: the published manifest, and every version in the
// ledger, most recently changed first.
type shown struct {
	Key         string             `json:"key"`
	ManifestURL string             `json:"manifestUrl"`
	Manifest    *contract.Manifest `json:"manifest"` // null if nothing is published
	Versions    []listed           `json:"versions"`
}

func (s *session) show() *cobra.Command {
	return &cobra.Command{
		Use:   "show KEY",
		Short: "Show an image: its variants, their URLs, and the outcome of every upload",
		Example: `  triptych show holiday/photo.jpg
  triptych show photo.jpg --json | jq -r '.manifest.variants[].url'`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := s.find(cmd.Context(), args[0])
			if err != nil {
				return err
			}

			if s.json {
				return s.object(found)
			}

			return s.text(s.describe(found))
		},
	}
}

// find reads the image of a key that the user gave.
func (s *session) find(ctx context.Context, key string) (shown, error) {
	if err := keys.Validate(key); err != nil {
		return shown{}, wrongUsage("the key %q is not valid: %w", key, err)
	}

	stack, err := s.connect(ctx)
	if err != nil {
		return shown{}, err
	}

	found, err := load(ctx, stack, key)

	return found, stack.Explain(err)
}

func load(ctx context.Context, stack *target.Target, key string) (shown, error) {
	picture, err := uploads.Get(ctx, stack, key)
	if err != nil {
		return shown{}, err // The error names the key.
	}

	found := shown{Key: key, ManifestURL: picture.ManifestURL, Manifest: picture.Manifest, Versions: []listed{}}

	for _, item := range picture.Uploads {
		found.Versions = append(found.Versions, newListed(item))
	}

	return found, nil
}

func (s *session) describe(found shown) string {
	var text strings.Builder

	text.WriteString(s.style.Bold(display.Text(found.Key)) + "\n")

	if manifest := found.Manifest; manifest == nil {
		text.WriteString("  nothing is published\n")
	} else {
		facts := display.Table{Indent: "  "}
		facts.Add(s.style.Muted("original"), fmt.Sprintf("%s, %s, %s", strings.ToUpper(manifest.Source.Format),
			display.Size(manifest.Source.Width, manifest.Source.Height), display.Bytes(manifest.Source.Bytes)))
		facts.Add(s.style.Muted("version"), manifest.Version+", made "+display.Time(manifest.CreatedAt))
		facts.Add(s.style.Muted("manifest"), found.ManifestURL)

		if stripped := found.stripped(); stripped != "" {
			facts.Add(s.style.Muted("stripped"), stripped)
		}

		if kept := found.kept(); kept != "" {
			facts.Add(s.style.Muted("kept"), kept)
		}

		text.WriteString(facts.String())

		variants := make([]transfer.Variant, len(manifest.Variants))
		for i, variant := range manifest.Variants {
			variants[i] = transfer.Variant(variant)
		}

		text.WriteString("\n" + s.variantTable(variants))
	}

	if len(found.Versions) > 0 {
		text.WriteString("\n  uploads\n" + s.versionTable(found))
	}

	return text.String()
}

// stripped formats the kinds of metadata that were removed from the published original. It
// returns "" if the ledger does not have them.
func (f shown) stripped() string {
	for _, version := range f.Versions {
		if version.Version != f.Manifest.Version || version.Stripped == nil {
			continue
		}

		if len(version.Stripped) == 0 {
			return "nothing: it had no metadata"
		}

		return display.Text(strings.Join(version.Stripped, ", "))
	}

	return ""
}

// kept formats the additional parts of the published master.
func (f shown) kept() string {
	if slices.Contains(f.Manifest.Kept, "gainmap") {
		return display.GainMapKept
	}

	return ""
}

func (s *session) versionTable(found shown) string {
	table := display.Table{Indent: indent}

	for _, version := range found.Versions {
		note := s.codeAndReason(version.Code, version.Reason)
		if found.Manifest != nil && found.Manifest.Version == version.Version {
			note = "current"
		}

		table.Add(s.style.Status(version.Status), version.Version, s.style.Muted(moment(version.UpdatedAt)),
			display.Bytes(version.Bytes), note)
	}

	return table.String()
}
