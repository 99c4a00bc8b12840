package command

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// versionInfo is the output of `triptych version`.
type versionInfo struct {
	Version string `json:"version"`
	Commit  string `json:"commit"` // with "-dirty" if files were changed since
	Date    string `json:"date"`   // of the commit
	Go      string `json:"go"`
}

func (s *session) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  triptych version --json",
		Args:    arguments(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return s.showVersion() },
	}
}

func (s *session) showVersion() error {
	info := describeBuild(s.Version, s.Commit, debug.ReadBuildInfo)
	if s.json {
		return s.object(info)
	}

	text := program + " " + info.Version
	if info.Commit != "" {
		text += fmt.Sprintf(" (%s)", strings.TrimSpace(info.Commit+" "+info.Date))
	}

	return s.text(text + " " + info.Go + "\n")
}

// describeBuild returns the version and the commit that the linker set. If the linker set
// none, it returns those in the build information of the go command.
func describeBuild(version, commit string, read func() (*debug.BuildInfo, bool)) versionInfo {
	info := versionInfo{Version: version, Commit: commit, Go: runtime.Version()}

	build, ok := read()
	if ok && info.Version == "" {
		info.Version = build.Main.Version
	}

	if info.Version == "" {
		info.Version = "(devel)"
	}

	if !ok || info.Commit != "" {
		return info
	}

	dirty := ""

	for _, setting := range build.Settings {
		switch setting.Key {
		case "vcs.revision":
			info.Commit = setting.Value[:min(len(setting.Value), 12)]
		case "vcs.time":
			info.Date = setting.Value
		case "vcs.modified":
			if setting.Value == "true" {
				dirty = "-dirty"
			}
		}
	}

	if info.Commit != "" {
		info.Commit += dirty
	}

	return info
}
