package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/target"
	"triptych/cli/internal/transfer"
	"triptych/shared/contract"
	"triptych/shared/faults"
	"triptych/shared/keys"
	"triptych/shared/ledger"
)

// shown is what `triptych show` prints: what is published, and every version
// that the ledger knows, the last first.
type shown struct {
	Key         string             `json:"key"`
	ManifestURL string             `json:"manifestUrl"`
	Manifest    *contract.Manifest `json:"manifest"` // null where nothing is published
	Versions    []listed           `json:"versions"`
}

func (s *session) show() *cobra.Command {
	return &cobra.Command{
		Use:   "show KEY",
		Short: "Show a picture: its variants, their URLs, and what became of every upload",
		Example: `  triptych show holiday/photo.jpg
  triptych show photo.jpg --json | jq -r '.manifest.variants[].url'`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := keys.Validate(args[0]); err != nil {
				return wrongUsage("no picture can have the key %q: %w", args[0], err)
			}

			stack, err := s.connect(cmd.Context())
			if err != nil {
				return err
			}

			found, err := look(cmd.Context(), stack, args[0])
			if err != nil {
				return stack.Explain(err)
			}

			if s.json {
				return s.object(found)
			}

			return s.text(s.describe(found))
		},
	}
}

// errUnknown means that a key was never uploaded, or long ago.
var errUnknown = errors.New("no upload of it is known: `triptych ls` lists those that are")

func look(ctx context.Context, stack *target.Target, key string) (shown, error) {
	found := shown{
		Key: key, ManifestURL: keys.URL(stack.Stack.CDN, keys.Manifest(key)), Versions: []listed{},
	}

	items, err := stack.Ledger.Versions(ctx, key)
	if err != nil {
		return shown{}, err // It names the key.
	}

	slices.SortFunc(items, func(a, b ledger.Item) int { return strings.Compare(b.UpdatedAt, a.UpdatedAt) })

	for _, item := range items {
		found.Versions = append(found.Versions, newListed(item))
	}

	found.Manifest, err = readManifest(ctx, stack, key)
	if err != nil {
		return shown{}, err
	}

	if found.Manifest == nil && len(items) == 0 {
		return shown{}, fmt.Errorf("show %q: %w", key, errUnknown)
	}

	return found, nil
}

// maxManifestBytes is far more than 32 variants need.
const maxManifestBytes = 1 << 20

// readManifest reads what is published of a key; nil where nothing is.
func readManifest(ctx context.Context, stack *target.Target, key string) (*contract.Manifest, error) {
	out, err := stack.S3.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(stack.Stack.VariantsBucket), Key: aws.String(keys.Manifest(key)),
	})
	if faults.APICode(err) == "NoSuchKey" {
		return nil, nil //nolint:nilnil // Nothing is published, and that is no error.
	}

	if err != nil {
		return nil, fmt.Errorf("read the manifest of %s: %w", key, err)
	}

	defer out.Body.Close()

	var manifest contract.Manifest
	if err := json.NewDecoder(io.LimitReader(out.Body, maxManifestBytes)).Decode(&manifest); err != nil {
		return nil, fmt.Errorf("read the manifest of %s: %w", key, err)
	}

	return &manifest, nil
}

func (s *session) describe(found shown) string {
	var text strings.Builder

	text.WriteString(s.style.Bold(display.Text(found.Key)) + "\n")

	if manifest := found.Manifest; manifest == nil {
		text.WriteString("  nothing is published of it\n")
	} else {
		facts := display.Table{Indent: "  "}
		facts.Add(s.style.Dim("original"), fmt.Sprintf("%s, %s, %s", strings.ToUpper(manifest.Source.Format),
			display.Size(manifest.Source.Width, manifest.Source.Height), display.Bytes(manifest.Source.Bytes)))
		facts.Add(s.style.Dim("version"), manifest.Version+", made "+display.Time(manifest.CreatedAt))
		facts.Add(s.style.Dim("manifest"), found.ManifestURL)

		if stripped := found.stripped(); stripped != "" {
			facts.Add(s.style.Dim("stripped"), stripped)
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

// stripped says which kinds of metadata were taken out of the original that is
// published, or nothing where the ledger does not know.
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

func (s *session) versionTable(found shown) string {
	table := display.Table{Indent: indent}

	for _, version := range found.Versions {
		note := s.codeAndReason(version.Code, version.Reason)
		if found.Manifest != nil && found.Manifest.Version == version.Version {
			note = "current"
		}

		table.Add(s.style.Status(version.Status), version.Version, s.style.Dim(moment(version.UpdatedAt)),
			display.Bytes(version.Bytes), note)
	}

	return table.String()
}
