package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"triptych/shared/config"
)

// The formats of --output.
const (
	formatTable = "table"
	formatWide  = "wide"
	formatJSON  = "json"
)

const formatNames = formatTable + ", " + formatWide + ", " + formatJSON

// settings are the user's defaults of the flags that all commands have. The file is
// triptych/config.json in the user's folder of configurations (XDG_CONFIG_HOME, or the
// folder of the operating system).
type settings struct {
	Stack  string `json:"stack"`
	Local  bool   `json:"local"`
	Output string `json:"output"`
}

// settingsPath returns the path of the file, or "" if the user has no folder for it.
func settingsPath() string {
	folder, err := os.UserConfigDir()
	if err != nil {
		return ""
	}

	return filepath.Join(folder, "triptych", "config.json")
}

// readSettings reads the file at path. A missing file has no settings.
func readSettings(path string) (settings, error) {
	var own settings

	text, err := os.ReadFile(path) //nolint:gosec // It is the user's own file.
	if path == "" || errors.Is(err, fs.ErrNotExist) {
		return own, nil
	}

	if err != nil {
		return own, fmt.Errorf("read the settings: %w", err)
	}

	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(&own); err != nil {
		return own, wrongUsage("%s: %w (it may have stack, local and output)", path, err)
	}

	return own, nil
}

// settle completes the flags that all commands have. A flag takes precedence over the
// environment, the environment over the file, and the file over the built-in default.
func (s *session) settle(cmd *cobra.Command) error {
	own, err := readSettings(settingsPath())
	if err != nil {
		return err
	}

	given := cmd.Flags().Changed

	switch name := os.Getenv(config.StackName); {
	case given("stack"):
	case name != "":
		s.stack = name
	case own.Stack != "":
		s.stack = own.Stack
	}

	s.local = s.local || own.Local && !given("local")

	if s.quiet {
		s.progress = io.Discard
	}

	return s.settleOutput(own, given("output"))
}

// settleOutput completes --output and --json.
func (s *session) settleOutput(own settings, given bool) error {
	if s.json && given && s.output != formatJSON {
		return wrongUsage("--json and --output %s cannot be combined", s.output)
	}

	if own.Output != "" && !given {
		s.output = own.Output
	}

	switch s.output {
	case formatTable, formatWide:
	case formatJSON:
		s.json = true
	default:
		return wrongUsage("--output %s: it must be one of %s", s.output, formatNames)
	}

	return nil
}
