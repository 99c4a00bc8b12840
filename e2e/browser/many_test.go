//go:build browser

package browser_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	many = 20_000
	// maxGrowthBytes limits the additional memory of the console after all pages were read.
	maxGrowthBytes = 48 << 20
)

// TestManyImages reads all pages of a ledger of 20,000 images. Every image must appear
// once, the newest first, and the memory of the console must stay bounded. The time of
// the first page is logged, but not checked: a test of package uploads limits what the
// first page reads.
func TestManyImages(t *testing.T) {
	stack := startPair(t, "")
	fill(t, stack.up.AWS)

	var (
		first time.Duration
		keys  = map[string]bool{}
		next  = regexp.MustCompile(`href="(/gallery/more[^"]*)"`)
		card  = regexp.MustCompile(`<li class="card" id="(\w+)"`)
		begun = memory(t, stack.console)
	)

	base, client := enter(t, stack.console.Console)

	for address, page := "/", 0; address != ""; page++ {
		start := time.Now()
		text := get(t, client, base+address)

		if took := time.Since(start); page == 0 {
			first = took
		}

		for _, found := range card.FindAllStringSubmatch(text, -1) {
			if keys[found[1]] {
				t.Fatalf("page %d repeats the card %s", page, found[1])
			}

			keys[found[1]] = true
		}

		address = ""
		if found := next.FindStringSubmatch(text); found != nil {
			address = strings.ReplaceAll(found[1], "&amp;", "&")
		}
	}

	if len(keys) != many {
		t.Errorf("all pages have %d images, want %d", len(keys), many)
	}

	grown := memory(t, stack.console) - begun
	t.Logf("the first page took %v; %d pages; the console grew by %.1f MB to %.1f MB", first, many/48, float64(grown)/1e6, float64(begun+grown)/1e6)

	if grown > maxGrowthBytes {
		t.Errorf("the console grew by %d bytes, at most %d", grown, maxGrowthBytes)
	}

	// In the browser, the list grows when it is scrolled.
	b := open(t, stack.console.Console)
	b.look(1280, "light")
	b.goTo("/")
	b.until("the first page", `document.querySelectorAll('.card').length >= 48`)

	for range 4 {
		eval[struct{}](b, `scrollTo(0, document.body.scrollHeight)`)
		time.Sleep(100 * time.Millisecond)
	}

	b.until("more pages", `document.querySelectorAll('.card').length > 96`)
}

// fill writes READY items into the ledger. Their times differ by one second.
func fill(t *testing.T, endpoint string) {
	t.Helper()

	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
	number := func(value int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(value)} }
	now := time.Now().UTC()

	var work sync.WaitGroup

	indexes := make(chan int)

	for range 16 {
		work.Go(func() {
			for i := range indexes {
				at := text(now.Add(-time.Duration(i) * time.Second).Format("2006-01-02T15:04:05.000Z"))

				_, err := client.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String("triptych-ledger"), Item: map[string]types.AttributeValue{
					"key": text(fmt.Sprintf("archive/%05d.jpg", i)), "version": text(fmt.Sprintf("%012x", i)),
					"status": text("READY"), "statusShard": text(fmt.Sprintf("READY.%d", i%4)),
					"owner": text("arn:aws:states:us-east-1:000000000000:execution:triptych-pipeline:" + strconv.Itoa(i)), "etag": text("e"),
					"sequencer": text(fmt.Sprintf("%032X", i)), "bytes": number(3_000_000), "format": text("jpeg"), "width": number(4000), "height": number(3000),
					"createdAt": at, "updatedAt": at, "color": text("#778899"),
				}})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}

	for i := range many {
		indexes <- i
	}

	close(indexes)
	work.Wait()

	if t.Failed() {
		t.FailNow()
	}
}

func get(t *testing.T, client *http.Client, address string) string {
	t.Helper()

	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()

	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v\n%s", address, answer.StatusCode, err, text)
	}

	return string(text)
}

// memory returns the resident memory of a process in bytes.
func memory(t *testing.T, of *process) int64 {
	t.Helper()

	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", of.command.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}

	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}

	return pages * int64(os.Getpagesize())
}
