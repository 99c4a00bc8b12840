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

// answersWithin is what a start may take, also on a folder with state.
const answersWithin = 3 * time.Second

// memory is what a stack remembers.
type memory struct {
	Executions map[string]string // status by ARN
	Ledger     map[string][]item
	Objects    map[string]string // by URL
}

func remember(t *testing.T, from *laptop, results map[string]uploaded) memory {
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

// TestRestart stops the laptop and starts it again on the same data.
func TestRestart(t *testing.T) {
	t.Parallel()

	data := filepath.Join(t.TempDir(), "data")

	up, err := startLaptop(binary, data)
	if err != nil {
		t.Fatal(err)
	}

	if up.Started > answersWithin {
		t.Errorf("the first start took %v, at most %v are promised", up.Started, answersWithin)
	}

	folder := t.TempDir()
	for i := range 4 {
		write(t, folder, fmt.Sprintf("%d.jpg", i), fixture.JPEG(fixture.Quarters(300+i, 200, uint64(120+i))))
	}

	write(t, folder, "text.jpg", []byte("no picture"))

	results := upload(t, exitRejected, up.target, folder)
	before := remember(t, up, results)

	if len(before.Executions) != 5 || len(before.Objects) != 12 {
		t.Errorf("before: %d executions, %d objects", len(before.Executions), len(before.Objects))
	}

	again := restart(t, up, data, (*laptop).stop)
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

// restart ends a laptop by end, sees that no function outlives it, and starts
// another one in its place.
func restart(t *testing.T, up *laptop, data string, end func(*laptop) error) *laptop {
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
		t.Errorf("the next start took %v, at most %v are promised", again.Started, answersWithin)
	}

	return again
}

// functionsOf are the processes of a laptop's functions: their environment names
// its endpoint and the Lambda Runtime API. Elsewhere than on Linux none is found.
func functionsOf(endpoint string) []string {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")

	var found []string

	for _, file := range files {
		environment, _ := os.ReadFile(file) // It may have ended meanwhile.
		if strings.Contains("\x00"+string(environment), "\x00AWS_LAMBDA_RUNTIME_API=") &&
			strings.Contains("\x00"+string(environment), "\x00AWS_ENDPOINT_URL="+endpoint+"\x00") {
			found = append(found, filepath.Base(filepath.Dir(file)))
		}
	}

	return found
}

// TestKill kills the laptop while uploads run, twice, without a chance to tidy up.
// Every object that was accepted is READY in the end.
func TestKill(t *testing.T) {
	t.Parallel()

	const pictures = 16

	data := filepath.Join(t.TempDir(), "data")

	up, err := startLaptop(binary, data)
	if err != nil {
		t.Fatal(err)
	}

	accepted := uploadUntilKilled(t, up, pictures)
	if len(accepted) == 0 {
		t.Fatal("nothing was accepted before the kill")
	}

	kill := func(l *laptop) error {
		l.kill()

		return nil
	}

	again := restart(t, up, data, kill)
	// Now work is under way that goes on by itself.
	time.Sleep(150 * time.Millisecond)

	last := restart(t, again, data, kill)
	defer func() {
		if t.Failed() {
			t.Logf("triptych up wrote at last:\n%s", last.log.Tail(40))
		}

		if err := last.stop(); err != nil {
			t.Error(err)
		}
	}()

	stored := objectsUnder(t, last.target, last.Stack.UploadsBucket, "kill/")
	for _, key := range accepted {
		if !slices.Contains(stored, key) {
			t.Errorf("%s was accepted, and is gone", key)
		}
	}

	// An upload whose answer got lost counts too, if its object is there.
	for _, key := range stored {
		for _, one := range settled(t, last.target, key, 1) {
			if one.Status != "READY" {
				t.Errorf("%s is %+v, want READY", key, one)
			}
		}

		if found := fetchManifest(t, last.target, key); len(found.Variants) != len(defaultRecipe()) {
			t.Errorf("%s has %d variants", key, len(found.Variants))
		}
	}
}

// uploadUntilKilled sends pictures, several at once, and kills the laptop when
// half of them have been accepted. It returns those.
func uploadUntilKilled(t *testing.T, up *laptop, pictures int) []string {
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

	ctx, cancel := context.WithTimeout(t.Context(), settleWithin)
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
				return // It came too late.
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

// TestCrashOfFunctions kills the functions, and only them, while uploads run. Step
// Functions tries again, and every picture is READY in the end.
func TestCrashOfFunctions(t *testing.T) {
	t.Parallel()

	const pictures = 12

	up := ownLaptop(t, filepath.Join(t.TempDir(), "data"))

	if len(functionsOf(up.Endpoint)) == 0 {
		put(t, up.target, "crash/first.jpg", fixture.JPEG(fixture.Quarters(64, 48, 170)))
		settled(t, up.target, "crash/first.jpg", 1)
	}

	for i := range pictures {
		put(t, up.target, fmt.Sprintf("crash/%02d.jpg", i), fixture.JPEG(fixture.Quarters(900+i, 700, uint64(171+i))))
	}

	processes := functionsOf(up.Endpoint)
	if len(processes) == 0 {
		t.Skip("this system does not say which processes the functions are")
	}

	for _, process := range processes {
		if id, err := strconv.Atoi(process); err == nil {
			_ = syscall.Kill(id, syscall.SIGKILL) // It may have ended by itself.
		}
	}

	for i := range pictures {
		key := fmt.Sprintf("crash/%02d.jpg", i)
		if items := settled(t, up.target, key, 1); items[0].Status != "READY" {
			t.Errorf("%s: %+v, want READY", key, items)
		}
	}
}

// TestTwoOnOneFolder: the second `up` on the same data refuses, and says why.
func TestTwoOnOneFolder(t *testing.T) {
	t.Parallel()

	data := filepath.Join(t.TempDir(), "data")
	ownLaptop(t, data)

	second, err := startLaptop(binary, data)
	if err == nil {
		second.kill()
		t.Fatal("a second laptop runs on the same folder")
	}

	if !strings.Contains(err.Error(), "--data") || !strings.Contains(err.Error(), "in use") {
		t.Errorf("it does not say why: %v", err)
	}
}

// TestSamples starts by `up --samples`, as `make run` does: the photos come out,
// and once, however often it is started.
func TestSamples(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	data := filepath.Join(folder, "data")

	// `up` is started beside its data, and takes the samples that it finds there.
	write(t, folder, "samples/one.jpg", fixture.JPEG(fixture.Quarters(400, 300, 161)))
	write(t, folder, "samples/two.png", fixture.PNG(fixture.Quarters(300, 400, 162)))

	for range 2 {
		up, err := startLaptop(binary, data, "--samples")
		if err != nil {
			t.Fatal(err)
		}

		for _, key := range []string{"samples/one.jpg", "samples/two.png"} {
			if items := settled(t, up.target, key, 1); len(items) != 1 || items[0].Status != "READY" {
				t.Errorf("%s: %+v, want one READY", key, items)
			}
		}

		eventually(t, "up says where the samples are", func() bool {
			text := up.log.Tail(100)

			return strings.Contains(text, "samples/one.jpg/-/") && strings.Contains(text, "samples/two.png/-/") &&
				strings.Contains(text, "Ctrl-C")
		})

		if err := up.stop(); err != nil {
			t.Error(err)
		}
	}
}
