//go:build browser

package browser_test

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// under holds the binary under test, and the tools of the tests.
var under struct {
	binary  string
	folder  string
	screens string          // the folder of the screenshots
	axe     string          // axe-core's script
	browser context.Context // the parent of the contexts of tabs
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)

		code = 1
	}

	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	under.binary = os.Getenv("TRIPTYCH_BIN")
	if under.binary == "" {
		return 1, errors.New("TRIPTYCH_BIN must name the built triptych: see `make e2e-browser`")
	}

	if under.folder, err = os.MkdirTemp("", "triptych-browser-"); err != nil {
		return 1, fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(under.folder)

	if under.screens, err = filepath.Abs(cmp.Or(os.Getenv("SCREENS"), "../../build/screens")); err != nil {
		return 1, fmt.Errorf("find the folder of screenshots: %w", err)
	}

	if err := os.MkdirAll(under.screens, 0o755); err != nil {
		return 1, fmt.Errorf("make the folder of screenshots: %w", err)
	}

	if under.axe, err = installAxe(); err != nil {
		return 1, err
	}

	closeBrowser, err := openBrowser()
	if err != nil {
		return 1, err
	}
	defer closeBrowser()

	return m.Run(), nil
}

// openBrowser starts Chromium with a new profile, and without its services that contact
// other hosts.
func openBrowser() (func(), error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(filepath.Join(under.folder, "profile")),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.WindowSize(1280, 900),
	)
	if path := os.Getenv("CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}

	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)

	var closeBrowser context.CancelFunc

	under.browser, closeBrowser = chromedp.NewContext(allocator) //nolint:fatcontext // There is one browser for all tests.

	if err := chromedp.Do(under.browser); err != nil {
		end()

		return nil, fmt.Errorf("start Chromium (on Debian `apt-get install chromium`): %w", err)
	}

	return func() { closeBrowser(); end() }, nil
}

// pair is an emulator, and a console that knows only its endpoint.
type pair struct{ up, console *process }

// startPair starts an emulator and a console for one test. The emulator uses the fault
// plan, unless plan is empty.
func startPair(t *testing.T, plan string) pair {
	t.Helper()

	folder := t.TempDir()
	arguments := []string{"up", "--json", "--data", filepath.Join(folder, "data"), "--aws", ":0", "--cdn", ":0", "--console", ":0"}

	if plan != "" {
		file := filepath.Join(folder, "faults.json")
		if err := os.WriteFile(file, []byte(plan), 0o600); err != nil {
			t.Fatal(err)
		}

		arguments = append(arguments, "--inject", file)
	}

	var started pair

	begin := func(environment []string, arguments ...string) *process {
		one, err := start(environment, arguments...)
		if err != nil {
			t.Fatal(err)
		}

		t.Cleanup(func() {
			if err := one.stop(); err != nil {
				t.Error(err)
			}
		})

		return one
	}

	started.up = begin(nil, arguments...)
	started.console = begin(started.environment(), "console", "--local", "--json", "--address", ":0")

	return started
}

func (p pair) environment() []string { return []string{"AWS_ENDPOINT_URL=" + p.up.AWS} }

// triptych runs a command with the emulator as its target.
func (p pair) triptych(t *testing.T, arguments ...string) string {
	t.Helper()

	command := exec.Command(under.binary, append(arguments, "--local")...)
	command.Env = append(os.Environ(), p.environment()...)

	out, err := command.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() == 2) {
		t.Fatalf("triptych %v: %v", arguments, err)
	}

	return string(out)
}

// process is a running triptych, with the addresses that it printed.
type process struct {
	AWS     string `json:"awsUrl"`
	CDN     string `json:"cdnUrl"`
	Console string `json:"consoleUrl"`

	command *exec.Cmd
	exited  chan error
}

// startWithin limits the time of a start, and of a stop.
const startWithin = 30 * time.Second

func start(environment []string, arguments ...string) (*process, error) {
	started := &process{command: exec.Command(under.binary, arguments...), exited: make(chan error, 1)}

	started.command.Env = append(os.Environ(), environment...)
	started.command.Stderr = os.Stderr
	started.command.Dir = under.folder

	out, err := started.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start triptych %s: %w", arguments[0], err)
	}

	if err := started.command.Start(); err != nil {
		return nil, fmt.Errorf("start triptych %s: %w", arguments[0], err)
	}

	said := make(chan error, 1)

	go func() {
		lines := bufio.NewScanner(out)
		if !lines.Scan() {
			said <- errors.New("it exited without output")
		} else {
			said <- json.Unmarshal(lines.Bytes(), started)
		}

		for lines.Scan() { // Without a reader, the process would block on its output.
		}

		started.exited <- started.command.Wait()
	}()

	select {
	case err = <-said:
	case <-time.After(startWithin):
		err = errors.New("it printed no address in time")
	}

	if err != nil {
		_ = started.command.Process.Kill()

		return nil, fmt.Errorf("start triptych %s: %w", arguments[0], err)
	}

	return started, nil
}

func (p *process) stop() error {
	if err := p.command.Process.Signal(syscall.SIGINT); err != nil {
		return fmt.Errorf("stop %s: %w", p.command, err)
	}

	select {
	case err := <-p.exited:
		if err != nil {
			return fmt.Errorf("stop %s: %w", p.command, err)
		}

		return nil
	case <-time.After(startWithin):
		return errors.Join(fmt.Errorf("%s does not exit", p.command), p.command.Process.Kill())
	}
}

// axeVersion is the version of axe-core (MPL-2.0), which has the rules of Deque for WCAG.
const axeVersion = "4.10.3"

// installAxe installs axe-core into the user's cache, unless it is there.
func installAxe() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache: %w", err)
	}

	folder := filepath.Join(cache, "triptych-e2e", "axe-core-"+axeVersion)
	script := filepath.Join(folder, "node_modules", "axe-core", "axe.min.js")

	if _, err := os.Stat(script); err != nil {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return "", fmt.Errorf("make the cache of axe-core: %w", err)
		}

		install := exec.Command("npm", "install", "--no-audit", "--no-fund", "--prefix", folder, "axe-core@"+axeVersion)
		if said, err := install.CombinedOutput(); err != nil {
			return "", fmt.Errorf("npm install axe-core: %w: %s", err, said)
		}
	}

	text, err := os.ReadFile(script)
	if err != nil {
		return "", fmt.Errorf("read axe-core: %w", err)
	}

	return string(text), nil
}
