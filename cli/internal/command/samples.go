package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"triptych/cli/internal/files"
	"triptych/cli/internal/target"
	"triptych/cli/internal/transfer"
	"triptych/picture"
	"triptych/shared/keys"
	"triptych/shared/ledger"
	"triptych/shared/recipe"
)

const (
	samplesFolder = "samples"
	samplesPrefix = samplesFolder + "/"
)

// findSamples lists the sample photos. It searches samples/ in the current folder. If there
// are no photos, it searches samples/ next to the folder of this program. In a working copy,
// the program is build/triptych.
func findSamples() ([]files.File, error) {
	folders := []string{samplesFolder}

	if executable, err := os.Executable(); err == nil {
		// The program on the PATH may be a link.
		if resolved, err := filepath.EvalSymlinks(executable); err == nil {
			executable = resolved
		}

		folders = append(folders, filepath.Join(filepath.Dir(executable), "..", samplesFolder))
	}

	for _, folder := range folders {
		absolute, err := filepath.Abs(folder)
		if err != nil {
			return nil, fmt.Errorf("locate %s: %w", folder, err)
		}

		found, err := files.Collect([]string{absolute}, samplesPrefix)
		found = slices.DeleteFunc(found, func(file files.File) bool { return !photo(file.Path) })

		if err == nil && len(found) > 0 {
			return found, nil
		}

		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err // The error names the file.
		}
	}

	return nil, &target.Problem{
		What: "there is no folder " + samplesFolder + "/ with photos here", Do: "start from the project's folder, or omit --samples",
	}
}

// photo reports whether a file is a photo. The folder also contains texts about the samples.
func photo(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp":
		return true
	default:
		return false
	}
}

// showSamples uploads the samples and prints their outcomes. It does not upload a sample
// again if the ledger already has its outcome under the same recipe.
func (s *session) showSamples(ctx context.Context, stack *target.Target, recipeText []byte, samples []files.File) error {
	wanted, err := recipe.Parse(recipeText)
	if err != nil {
		return fmt.Errorf("read the recipe: %w", err)
	}

	var missing []files.File

	for _, sample := range samples {
		item, found, err := finished(ctx, stack.Ledger, sample.Key, wanted)
		if err != nil {
			return stack.Explain(err)
		}

		if !found {
			missing = append(missing, sample)

			continue
		}

		result := transfer.FromItem(item)
		result.File = sample.Path

		if err := s.uploaded(result); err != nil {
			return err
		}
	}

	if len(missing) == 0 {
		return nil
	}

	return s.uploadFiles(ctx, stack, missing, uploadOptions{
		wait: true, concurrency: defaultConcurrency, timeout: defaultTimeout,
	})
}

// finished returns the ledger's item of a key that was processed under a recipe, with the
// status READY or REJECTED. It returns false if there is no such item.
func finished(ctx context.Context, table *ledger.Ledger, key string, wanted recipe.Recipe) (ledger.Item, bool, error) {
	items, err := table.Versions(ctx, key)
	if err != nil {
		return ledger.Item{}, false, err // The error names the key.
	}

	for _, item := range items {
		version := keys.Version(item.SourceVersionID, wanted, picture.Revision)
		if item.Version == version && (item.Status == ledger.Ready || item.Status == ledger.Rejected) {
			return item, true, nil
		}
	}

	return ledger.Item{}, false, nil
}
