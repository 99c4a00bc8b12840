package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"triptych/e2e/fixture"
)

// BenchmarkUploads processes 1,000 JPEGs of 200×200 pixels in each iteration on a new
// emulator, and waits until all are READY. It reports the time for 1,000, the private
// memory of `triptych up`, the peak memory of the largest function, and the growth of
// both over the second half, which shows leaks. The pages of the state file that the
// system maps into `up` are not included; the system reclaims them when other processes
// need memory.
func BenchmarkUploads(b *testing.B) {
	const (
		uploads = 1000
		atOnce  = 8
	)

	up, err := startEmulator(binary, filepath.Join(b.TempDir(), "data"))
	if err != nil {
		b.Fatal(err)
	}

	defer func() {
		if err := up.stop(); err != nil {
			b.Error(err)
		}
	}()

	pictures := make([][]byte, atOnce)
	for i := range pictures {
		pictures[i] = fixture.JPEG(fixture.Quarters(200, 200, uint64(i)))
	}

	var half, whole usage

	for iteration := range b.N {
		for part := range 2 {
			var work sync.WaitGroup

			for worker := range atOnce {
				work.Go(func() {
					for i := worker; i < uploads/2; i += atOnce {
						put(b, up.target, fmt.Sprintf("bench/%d/%d/%04d.jpg", iteration, part, i), pictures[worker])
					}
				})
			}

			work.Wait()

			ready := (2*iteration + part + 1) * uploads / 2
			eventually(b, fmt.Sprintf("%d uploads are READY", ready), func() bool { return countReady(b, up.target) == ready })

			if half, whole = whole, memoryOf(b, up); iteration == 0 && part == 0 {
				half = whole
			}
		}
	}

	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/1000-uploads")
	b.ReportMetric(whole.up, "MiB-up")
	b.ReportMetric(whole.function, "MiB-function")
	b.ReportMetric(whole.up-half.up, "MiB-up-growth")
	b.ReportMetric(whole.function-half.function, "MiB-function-growth")
}

// usage is the memory of processes in MiB: the private memory of `up` now, and the peak
// of the largest function.
type usage struct{ up, function float64 }

func memoryOf(b *testing.B, up *emulator) usage {
	b.Helper()

	found := usage{up: statusMiB(strconv.Itoa(up.process.Process.Pid), "RssAnon")}
	for _, process := range functionsOf(up.Endpoint) {
		found.function = max(found.function, statusMiB(process, "VmHWM"))
	}

	return found
}

// statusMiB reads a field of /proc/[pid]/status (proc_pid_status(5)), or returns 0 where
// the system does not have it.
func statusMiB(process, field string) float64 {
	text, _ := os.ReadFile("/proc/" + process + "/status")

	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if name == field {
			kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)

			return kib / 1024
		}
	}

	return 0
}

// countReady returns the number of uploads that are READY.
func countReady(b *testing.B, against *target) int {
	b.Helper()

	time.Sleep(200 * time.Millisecond) // The query itself uses CPU time of the emulator.

	count := 0

	pages := dynamodb.NewScanPaginator(against.dynamodb(), &dynamodb.ScanInput{
		TableName: &against.Stack.LedgerTable, IndexName: aws.String("byStatus"), Select: dynamodbtypes.SelectCount,
		FilterExpression:          aws.String("#s = :s"),
		ExpressionAttributeNames:  map[string]string{"#s": "status"},
		ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":s": &dynamodbtypes.AttributeValueMemberS{Value: "READY"}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(b.Context())
		if err != nil {
			b.Fatal(err)
		}

		count += int(page.Count)
	}

	return count
}
