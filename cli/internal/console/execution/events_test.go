package execution

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/cli/internal/console/page"
	"triptych/cli/internal/target"
)

// done is a fake Step Functions API. It has one execution, which ended after seven events.
type done struct{}

func (done) Do(r *http.Request) (*http.Response, error) {
	answer := `{"status": "SUCCEEDED"}`
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetExecutionHistory") {
		answer = `{"events": [{"id": 7, "timestamp": 1, "type": "ExecutionSucceeded"}]}`
	}

	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

// TestPage_events_startAtTheShownMoment checks that a change is sent if it happened after the
// page was rendered, and that otherwise no change is sent.
func TestPage_events_startAtTheShownMoment(t *testing.T) {
	t.Parallel()

	for seen, want := range map[string]string{
		moment(types.ExecutionStatusRunning, 4):   "hello changed heartbeat",
		moment(types.ExecutionStatusRunning, 7):   "hello changed heartbeat",
		moment(types.ExecutionStatusSucceeded, 7): "hello heartbeat heartbeat",
		"": "hello heartbeat heartbeat",
	} {
		t.Run(seen, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stack := &target.Target{SFN: sfn.New(sfn.Options{
					Region: "us-east-1", HTTPClient: done{}, Credentials: aws.AnonymousCredentials{},
				})}

				ctx, cancel := context.WithTimeout(t.Context(), askOver+time.Second)
				defer cancel()

				asked := url.Values{"arn": {"arn:aws:states:us-east-1:000000000000:execution:machine:one"}, "seen": {seen}}
				request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/execution/events?"+asked.Encode(), http.NoBody)
				answer := httptest.NewRecorder()

				if err := New(page.NewSite(t.Context(), stack, time.Now)).events(answer, request); err != nil {
					t.Fatal(err)
				}

				var got []string

				for line := range strings.Lines(answer.Body.String()) {
					if name, ok := strings.CutPrefix(line, "event: "); ok {
						got = append(got, strings.TrimSpace(name))
					}
				}

				if strings.Join(got, " ") != want {
					t.Errorf("the events are %v, want %s", got, want)
				}
			})
		})
	}
}
