package e2e_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"

	"triptych/e2e/fixture"
)

// answersWithin limits the CPU time of a start, also on a folder with state.
const answersWithin = 3 * time.Second

// memory is the state that a stack must keep over a restart.
type memory struct {
	Executions map[string]string // status by ARN
	Ledger     map[string][]item
	Objects    map[string]string // by URL
}

func remember(t *testing.T, from *emulator, results map[string]uploaded) memory {
	t.Helper()

	found := memory{map[string]string{}, map[string][]item{}, map[string]string{}}

	pages := sfn.NewListExecutionsPaginator(from.sfn(), &sfn.ListExecutionsInput{StateMachineArn: &from.Stack.PipelineARN})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}

		for i := range page.Executions {
			found.Executions[aws.ToString(page.Executions[i].ExecutionArn)] = string(page.Executions[i].Status)
		}
	}

	for key, result := range results {
		found.Ledger[key] = versionsOf(t, from.target, key)

		for _, made := range result.Variants {
			found.Objects[made.URL] = string(get(t, made.URL).Body)
		}
	}

	return found
}

// TestRestart stops the emulator and starts it again on the same data.
func TestRestart(t *testing.T) {
	t.Parallel()

	data := filepath.Join(t.TempDir(), "data")

	up, err := startEmulator(binary, data)
	if err != nil {
		t.Fatal(err)
	}

	if up.Started > answersWithin {
		t.Errorf("the first start took %v of CPU time, want at most %v", up.Started, answersWithin)
	}

	folder := t.TempDir()
	for i := range 4 {
		write(t, folder, fmt.Sprintf("%d.jpg", i), fixture.JPEG(fixture.Quarters(300+i, 200, uint64(120+i))))
	}

	write(t, folder, "text.jpg", []byte("no picture"))

	results := upload(t, exitRejected, up.target, folder)
	before := remember(t, up, results)

	if len(before.Executions) != 5 || len(before.Objects) != 12 {
		t.Errorf("before the restart: %d executions and %d objects, want 5 and 12", len(before.Executions), len(before.Objects))
	}

	again := restart(t, up, data, (*emulator).stop)
	defer func() {
		if err := again.stop(); err != nil {
			t.Error(err)
		}
	}()

	if diff := cmp.Diff(before, remember(t, again, results)); diff != "" {
		t.Errorf("before and after (-before +after):\n%s", diff)
	}

	more := upload(t, exitWell, again.target, write(t, t.TempDir(), "more.jpg", fixture.JPEG(fixture.Quarters(64, 48, 130))))
	more["more.jpg"].ready(t)
}

// restart ends an emulator with end, checks that no process of a function remains, and
// starts another emulator in its place.
func restart(t *testing.T, up *emulator, data string, end func(*emulator) error) *emulator {
	t.Helper()

	if err := end(up); err != nil {
		t.Fatal(err)
	}

	eventually(t, "all functions end with triptych up", func() bool { return len(functionsOf(up.Endpoint)) == 0 })

	again, err := up.again()
	if err != nil {
		t.Fatal(err)
	}

	if again.Started > answersWithin {
		t.Errorf("the next start took %v of CPU time, want at most %v", again.Started, answersWithin)
	}

	return again
}

// functionsOf returns the processes of the functions of an emulator, whose environment
// has its endpoint and the Lambda Runtime API. It finds them on Linux only.
func functionsOf(endpoint string) []string {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")

	var found []string

	for _, file := range files {
		environment, _ := os.ReadFile(file) // The process may have ended.
		if strings.Contains("\x00"+string(environment), "\x00AWS_LAMBDA_RUNTIME_API=") &&
			strings.Contains("\x00"+string(environment), "\x00AWS_ENDPOINT_URL="+endpoint+"\x00") {
			found = append(found, filepath.Base(filepath.Dir(file)))
		}
	}

	return found
}

// TestKill kills the emulator twice while uploads run, so that it cannot clean up. Every
// accepted object must be READY in the end.
func TestKill(t *testing.T) {
	t.Parallel()

	const pictures = 16

	data := filepath.Join(t.TempDir(), "data")

	up, err := startEmulator(binary, data)
	if err != nil {
		t.Fatal(err)
	}

	accepted := uploadUntilKilled(t, up, pictures)
	if len(accepted) == 0 {
		t.Fatal("no upload was accepted before the kill")
	}

	kill := func(l *emulator) error {
		l.kill()

		return nil
	}

	again := restart(t, up, data, kill)
	// Now executions continue without a client. The second kill comes when at least one of
	// them has published its variants.
	eventually(t, "an upload is READY", func() bool {
		return slices.ContainsFunc(accepted, func(key string) bool {
			return slices.ContainsFunc(versionsOf(t, again.target, key), func(one item) bool { return one.Status == "READY" })
		})
	})

	last := restart(t, again, data, kill)
	defer func() {
		if t.Failed() {
			t.Logf("the end of the log of triptych up:\n%s", last.log.Tail(40))
		}

		if err := last.stop(); err != nil {
			t.Error(err)
		}
	}()

	stored := objectsUnder(t, last.target, last.Stack.UploadsBucket, "kill/")
	for _, key := range accepted {
		if !slices.Contains(stored, key) {
			t.Errorf("%s was accepted, but its object is missing", key)
		}
	}

	// An upload whose answer was lost counts too, if its object exists.
	for _, key := range stored {
		for _, one := range awaitVersions(t, last.target, key, 1) {
			if one.Status != "READY" {
				t.Errorf("%s is %+v, want READY", key, one)
			}
		}

		if found := fetchManifest(t, last.target, key); len(found.Variants) != len(defaultRecipe()) {
			t.Errorf("%s has %d variants", key, len(found.Variants))
		}
	}
}

// uploadUntilKilled uploads images, several in parallel, and kills the emulator when half
// of them have been accepted. It returns the accepted ones.
func uploadUntilKilled(t *testing.T, up *emulator, pictures int) []string {
	t.Helper()

	var (
		mu       sync.Mutex
		accepted []string
		work     sync.WaitGroup
		once     sync.Once
	)

	config := up.config.Copy()
	config.RetryMaxAttempts = 1
	client := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
	slots := make(chan struct{}, 4)

	ctx, cancel := context.WithTimeout(t.Context(), processWithin)
	defer cancel()

	for i := range pictures {
		work.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()

			key := fmt.Sprintf("kill/%02d.jpg", i)
			picture := fixture.JPEG(fixture.Quarters(500+i, 400, uint64(140+i)))

			_, err := client.PutObject(ctx, &s3.PutObjectInput{
				Bucket: &up.Stack.UploadsBucket, Key: &key, Body: strings.NewReader(string(picture)),
			})
			if err != nil {
				return // The emulator is killed already.
			}

			mu.Lock()

			accepted = append(accepted, key)
			enough := len(accepted) >= pictures/2
			mu.Unlock()

			if enough {
				once.Do(up.kill)
			}
		})
	}

	work.Wait()

	return accepted
}

// TestCrashOfFunctions kills only the functions while uploads run. Step Functions must
// retry, and every image must be READY in the end.
func TestCrashOfFunctions(t *testing.T) {
	t.Parallel()

	const pictures = 12

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))

	if len(functionsOf(up.Endpoint)) == 0 {
		put(t, up.target, "crash/first.jpg", fixture.JPEG(fixture.Quarters(64, 48, 170)))
		awaitVersions(t, up.target, "crash/first.jpg", 1)
	}

	for i := range pictures {
		put(t, up.target, fmt.Sprintf("crash/%02d.jpg", i), fixture.JPEG(fixture.Quarters(900+i, 700, uint64(171+i))))
	}

	processes := functionsOf(up.Endpoint)
	if len(processes) == 0 {
		t.Skip("the processes of functions can be found on Linux only")
	}

	for _, process := range processes {
		if id, err := strconv.Atoi(process); err == nil {
			_ = syscall.Kill(id, syscall.SIGKILL) // The process may have ended by itself.
		}
	}

	for i := range pictures {
		key := fmt.Sprintf("crash/%02d.jpg", i)
		if items := awaitVersions(t, up.target, key, 1); items[0].Status != "READY" {
			t.Errorf("%s: %+v, want READY", key, items)
		}
	}
}

// TestUp_folderInUse checks that a second `up` on the same data refuses to start, and
// says why.
func TestUp_folderInUse(t *testing.T) {
	t.Parallel()

	data := filepath.Join(t.TempDir(), "data")
	ownEmulator(t, data)

	second, err := startEmulator(binary, data)
	if err == nil {
		second.kill()
		t.Fatal("a second emulator runs on the same folder")
	}

	if !strings.Contains(err.Error(), "--data") || !strings.Contains(err.Error(), "in use") {
		t.Errorf("the error does not give the reason: %v", err)
	}
}

// TestSamples starts with `up --samples`, as `make run` does. The photos must be
// processed once, however often the emulator is started.
func TestSamples(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	data := filepath.Join(folder, "data")

	// `up` runs in the folder that holds its data, and uploads the samples in that
	// folder.
	write(t, folder, "samples/one.jpg", fixture.JPEG(fixture.Quarters(400, 300, 161)))
	write(t, folder, "samples/two.png", fixture.PNG(fixture.Quarters(300, 400, 162)))

	for range 2 {
		up, err := startEmulator(binary, data, "--samples")
		if err != nil {
			t.Fatal(err)
		}

		for _, key := range []string{"samples/one.jpg", "samples/two.png"} {
			if items := awaitVersions(t, up.target, key, 1); len(items) != 1 || items[0].Status != "READY" {
				t.Errorf("%s: %+v, want one READY", key, items)
			}
		}

		eventually(t, "up prints the URLs of the samples", func() bool {
			text := up.log.Tail(100)

			return strings.Contains(text, "samples/one.jpg/-/") && strings.Contains(text, "samples/two.png/-/") &&
				strings.Contains(text, "Ctrl-C")
		})

		if err := up.stop(); err != nil {
			t.Error(err)
		}
	}
}
