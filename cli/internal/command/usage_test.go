package command_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestExitCodes runs command lines that need no AWS.
func TestExitCodes(t *testing.T) {
	// No process listens on port 1, so a command that connects fails with exit code 1.
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

	root := folder(t, map[string]string{
		"a/photo.jpg": "x", "b/photo.jpg": "x", "empty/.hidden": "x",
		"recipe.json": `{"variants": [{"name": "huge", "width": 0}]}`,
	})
	a, b := filepath.Join(root, "a", "photo.jpg"), filepath.Join(root, "b", "photo.jpg")
	recipe := filepath.Join(root, "recipe.json")

	tests := map[string]struct {
		args []string
		code int
		errs string // part of standard error
	}{
		"no arguments":                            {nil, 0, ""},
		"help":                                    {[]string{"--help"}, 0, ""},
		"help of a command":                       {[]string{"help", "upload"}, 0, ""},
		"unknown command":                         {[]string{"uplaod"}, 2, `there is no command "uplaod"; did you mean upload?`},
		"unknown flag":                            {[]string{"ls", "--frobnicate"}, 2, "See `triptych ls --help`."},
		"upload without files":                    {[]string{"upload"}, 2, "requires at least 1 arg"},
		"upload of a missing file":                {[]string{"upload", filepath.Join(root, "none.jpg")}, 1, "none.jpg: no such file or directory"},
		"upload of an empty folder":               {[]string{"upload", filepath.Join(root, "empty")}, 1, "there are no files to upload"},
		"two files, one key":                      {[]string{"upload", a, b}, 2, "would both be stored as \"photo.jpg\""},
		"concurrency of 0":                        {[]string{"upload", a, "--concurrency", "0"}, 2, "--concurrency must be at least 1"},
		"timeout of 0":                            {[]string{"upload", a, "--timeout", "0s"}, 2, "--timeout must be more than 0"},
		"timeout without unit":                    {[]string{"upload", a, "--timeout", "5"}, 2, "missing unit"},
		"ls of an unknown status":                 {[]string{"ls", "--status", "DONE"}, 2, "it must be one of PROCESSING, READY"},
		"ls of two prefixes":                      {[]string{"ls", "x", "y"}, 2, "accepts at most 1 arg"},
		"ls with a prefix twice":                  {[]string{"ls", "x", "--prefix", "y"}, 2, "not both"},
		"ls with a negative limit":                {[]string{"ls", "--limit", "-1"}, 2, "--limit must be at least 0"},
		"ls --watch as JSON":                      {[]string{"ls", "--watch", "--json"}, 2, "cannot be combined"},
		"unknown output":                          {[]string{"ls", "--output", "yaml"}, 2, "it must be one of table, wide, json"},
		"two outputs":                             {[]string{"ls", "--output", "wide", "--json"}, 2, "cannot be combined"},
		"version as a flag":                       {[]string{"--version"}, 0, ""},
		"erase without a terminal":                {[]string{"erase", "a.jpg"}, 2, "--yes is required"},
		"executions of an unknown machine":        {[]string{"executions", "--of", "fail"}, 2, "it must be one of pipeline, erase, backfill"},
		"executions with an id and a limit":       {[]string{"executions", "x", "--limit", "3"}, 2, "--limit is for the list"},
		"open of an invalid key":                  {[]string{"open", "a//b"}, 2, `the key "a//b" is not valid`},
		"srcset of an invalid key":                {[]string{"srcset", "a//b"}, 2, `the key "a//b" is not valid`},
		"cost of no number":                       {[]string{"cost", "--images", "many"}, 2, "50000, 50k or 1.5M"},
		"cost in thousands":                       {[]string{"cost", "--images", "10k"}, 0, ""},
		"show without a key":                      {[]string{"show"}, 2, "accepts 1 arg"},
		"show of an invalid key":                  {[]string{"show", "a//b"}, 2, `the key "a//b" is not valid`},
		"executions with the status of an upload": {[]string{"executions", "--status", "READY"}, 2, "it must be one of RUNNING"},
		"executions with an id and a status":      {[]string{"executions", "x", "--status", "FAILED"}, 2, "--status is for the list"},
		"replay with a key and --all":             {[]string{"replay", "--all", "x"}, 2, "cannot be combined"},
		"backfill without batches":                {[]string{"backfill", "--batches", "0"}, 2, "--batches must be 1 to 1000"},
		"replay with a concurrency of 0":          {[]string{"replay", "--concurrency", "0"}, 2, "--concurrency must be at least 1"},
		"replay with a timeout of 0":              {[]string{"replay", "--timeout", "0s"}, 2, "--timeout must be more than 0"},
		"up with an invalid fault plan":           {[]string{"up", "--functions", root, "--inject", recipe}, 2, "unknown field"},
		"up with a missing fault plan":            {[]string{"up", "--functions", root, "--inject", root + "/none"}, 1, "read the fault plan"},
		"cost without images":                     {[]string{"cost"}, 2, "--images must be at least 1"},
		"cost of an unknown design":               {[]string{"cost", "--images", "1", "--design", "cheap"}, 2, "triptych, express, dit or all"},
		"cost with an invalid file":               {[]string{"cost", "--images", "1", "--assume", recipe}, 2, "unknown field"},
		"cost":                                    {[]string{"cost", "--images", "1"}, 0, ""},
		"sign without a key":                      {[]string{"sign"}, 2, "accepts 1 arg"},
		"sign of an invalid key":                  {[]string{"sign", "a/-/b"}, 2, `the key "a/-/b" is not valid`},
		"sign with --upload and --whole-image":    {[]string{"sign", "a", "--upload", "--whole-image"}, 2, "cannot be combined"},
		"sign the upload of a URL":                {[]string{"sign", "https://cdn.example/a", "--upload"}, 2, "require a KEY"},
		"sign with an expiry of 0":                {[]string{"sign", "a", "--expires", "0s"}, 2, "--expires must be more than 0"},
		"sign for IPv6":                           {[]string{"sign", "a", "--ip", "::1"}, 2, "CloudFront's policies do not support IPv6"},
		"sign with a missing key file":            {[]string{"sign", "https://cdn.example/a", "--key", root + "/none", "--key-pair-id", "K1"}, 1, "read the signing key"},
		"doctor takes no argument":                {[]string{"doctor", "x"}, 2, "unknown command"},
		"reindex takes no argument":               {[]string{"reindex", "x"}, 2, "unknown command"},
		"render without a folder":                 {[]string{"render", a}, 2, "--out DIR is required"},
		"render with a repeat of 0":               {[]string{"render", a, "--out", root, "--repeat", "0"}, 2, "--repeat must be at least 1"},
		"render two files with one name":          {[]string{"render", a, b, "--out", root}, 2, "have the same name"},
		"render with an invalid recipe":           {[]string{"render", a, "--out", root, "--recipe", recipe}, 2, "variants[0].width"},
		"render with a missing recipe":            {[]string{"render", a, "--out", root, "--recipe", root + "/none"}, 1, "read the recipe"},
		"up on all interfaces":                    {[]string{"up", "--aws", "0.0.0.0:4566"}, 2, "--aws 0.0.0.0:4566: only 127.0.0.1 is allowed"},
		"up on another machine":                   {[]string{"up", "--cdn", "example.org:80"}, 2, "--cdn example.org:80: only 127.0.0.1"},
		"up without a port":                       {[]string{"up", "--cdn", "127.0.0.1"}, 2, "it must be a port on this machine"},
		"up with a port above 65535":              {[]string{"up", "--cdn", ":70000"}, 2, "it must be a port on this machine"},
		"up without functions":                    {[]string{"up", "--functions", root + "/none"}, 1, "build them with `make build`"},
		"up takes no argument":                    {[]string{"up", "now"}, 2, "unknown command"},
		"emulator is not running":                 {[]string{"ls", "--local"}, 1, "no server answers at http://127.0.0.1:1: start it with `triptych up` (or `make run`)"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			code, out, errs := run(t.Context(), test.args...)

			if code != test.code || !strings.Contains(errs, test.errs) || (test.errs == "" && errs != "") {
				t.Errorf("exit code %d, want %d; standard error %q, want %q", code, test.code, errs, test.errs)
			}

			if code != 0 && out != "" {
				t.Errorf("an error belongs to standard error; standard output: %s", out)
			}
		})
	}
}

// TestHelp_examples checks the help text of each command. The text must have examples of
// the command, and the command must have each flag of its examples.
func TestHelp_examples(t *testing.T) {
	_, out, _ := run(t.Context(), "--help")

	_, list, _ := strings.Cut(out, "Available Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")

	var names []string

	for line := range strings.Lines(list) {
		if name := strings.Fields(line)[0]; name != "help" {
			names = append(names, name)
		}
	}

	for _, want := range []string{"up", "upload", "ls", "show", "executions", "replay", "backfill", "doctor", "reindex", "erase", "render", "console", "completion", "version", "open", "srcset"} {
		if !slices.Contains(names, want) {
			t.Errorf("--help has no %s: %v", want, names)
		}
	}

	flag := regexp.MustCompile(` (--[a-z-]+)`)

	for _, name := range names {
		_, help, _ := run(t.Context(), name, "--help")

		_, examples, found := strings.Cut(help, "Examples:\n")
		examples, flags, _ := strings.Cut(examples, "\n\n")

		if !found || !strings.Contains(examples, "triptych "+name) || !strings.Contains(flags, "--json") {
			t.Errorf("%s --help has no examples: %s", name, help)
		}

		for line := range strings.Lines(examples) {
			for part := range strings.SplitSeq(line, " | ") {
				used := flag.FindAllStringSubmatch(part, -1)
				if !strings.Contains(part, "triptych "+name) {
					continue // The line is about another command with other flags.
				}

				for _, one := range used {
					if !strings.Contains(flags, one[1]) {
						t.Errorf("%s has no %s, which its example names: %s", name, one[1], line)
					}
				}
			}
		}
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, out, errs := run(t.Context(), "completion", shell)
		if code != 0 || !strings.Contains(out, "triptych") || len(out) < 1000 {
			t.Errorf("%s: exit code %d, %s%s", shell, code, errs, out)
		}
	}

	// The completion scripts run this when Tab is pressed.
	code, out, _ := run(t.Context(), "__complete", "executions", "--status", "")
	if code != 0 || !strings.Contains(out, "timed_out\n") {
		t.Errorf("the values of --status: exit code %d, %s", code, out)
	}

	if code, _, errs := run(t.Context(), "completion", "csh"); code != 2 || !strings.Contains(errs, "one of bash, zsh, fish, powershell") {
		t.Errorf("another shell: exit code %d, %s", code, errs)
	}
}

func TestVersion(t *testing.T) {
	code, out, _ := run(t.Context(), "version")
	if code != 0 || !strings.HasPrefix(out, "triptych v1.2.3 (0123456789ab) go1.") {
		t.Errorf("exit code %d: %s", code, out)
	}

	_, out, _ = run(t.Context(), "version", "--json")
	if !strings.HasPrefix(out, `{"version":"v1.2.3","commit":"0123456789ab","date":"","go":"go1.`) {
		t.Error(out)
	}
}

func TestConnect_errors(t *testing.T) {
	l := startFakeEmulator(t)

	tests := map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"another stack": {
			args: []string{"--local", "--stack", "other"},
			want: "triptych: there is no stack \"other\" at " + l.url +
				" (no SSM parameter /triptych/other): select another stack with --stack, or deploy this stack first\n",
		},
		"no region": {
			want: "triptych: no AWS region is set: set AWS_REGION, or a region in the profile, or pass --local for the emulator\n",
		},
		"no credentials": {
			env: map[string]string{"AWS_REGION": region, "AWS_EC2_METADATA_DISABLED": "true"},
			want: "triptych: no AWS credentials were found: log in (`aws sso login`, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and " +
				"AWS_SECRET_ACCESS_KEY), or pass --local for the emulator\n",
		},
		"the SDK's own configuration": {
			env: map[string]string{"AWS_REGION": region, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
		},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"} {
				t.Setenv(name, test.env[name])
			}

			t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
			t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))

			code, _, errs := run(t.Context(), append([]string{"ls"}, test.args...)...)
			if diff := cmp.Diff(test.want, errs); diff != "" || (code == 0) != (test.want == "") {
				t.Errorf("exit code %d, standard error (-want +got):\n%s", code, diff)
			}
		})
	}
}
