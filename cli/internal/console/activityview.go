package console

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"triptych/cli/internal/console/activity"
	"triptych/cli/internal/display"
)

// activityView is the data of the activity page.
type activityView struct {
	Images   int
	Recent   string // per minute
	P50, P95 string
	Runs     int
	Running  int
	Cut      bool

	Legend []legendEntry
	Bars   []minuteBar
	Most   int // the largest number of images in a minute

	Lines   []latencyLine
	Slowest string

	Queues []queueDepth
}

type legendEntry struct {
	Name  string
	Tone  string
	Count int
}

// minuteBar is the bar of one minute. Its parts are stacked from the bottom.
type minuteBar struct {
	X     float64
	Title string
	Parts []barPart
}

type barPart struct {
	Y, Height float64
	Tone      string
}

// latencyLine is a percentile over the hour.
type latencyLine struct {
	Name, Class string
	Points      string // of an SVG polyline
	Dots        []latencyDot
}

type latencyDot struct{ X, Y float64 }

// queueDepth is the number of messages in a queue.
type queueDepth struct {
	Name    string
	Waiting int
	Hidden  int // received by a consumer
	Note    string
}

// The size of a chart, in its own units.
const (
	chartHeight = 120
	barStep     = 10
)

func (c *Console) metrics(w http.ResponseWriter, r *http.Request) error {
	sum, err := c.activity.sum(r.Context())
	if err != nil {
		return err
	}

	shown := newActivityView(&sum)

	if shown.Queues, err = c.queues(r.Context()); err != nil {
		return err
	}

	if r.Header.Get("X-Part") != "" {
		return c.executePart(w, r, "metrics", "metrics", shown)
	}

	return c.render(w, r, "metrics", "Metrics", shown)
}

func newActivityView(sum *activityNow) activityView {
	shown := activityView{
		Recent: strconv.FormatFloat(sum.Recent, 'f', 1, 64), P50: "–", P95: "–", Runs: sum.Runs, Running: sum.Running, Cut: sum.Cut,
	}

	if sum.Runs > 0 {
		shown.P50, shown.P95 = display.Duration(sum.P50), display.Duration(sum.P95)
	}

	slowest := time.Duration(0)

	for _, outcome := range activity.Outcomes() {
		shown.Images += sum.Counts[outcome]
		shown.Legend = append(shown.Legend, legendEntry{string(outcome), activityTone(outcome), sum.Counts[outcome]})
	}

	for i := range sum.Minutes {
		shown.Most = max(shown.Most, sum.Minutes[i].Total())
		slowest = max(slowest, sum.Minutes[i].P95)
	}

	for i := range sum.Minutes {
		shown.Bars = append(shown.Bars, newMinuteBar(i, &sum.Minutes[i], shown.Most))
	}

	if slowest > 0 {
		shown.Slowest = display.Duration(slowest)
		shown.Lines = []latencyLine{
			newLatencyLine("p95", sum.Minutes, slowest, func(m *activity.Minute) time.Duration { return m.P95 }),
			newLatencyLine("p50", sum.Minutes, slowest, func(m *activity.Minute) time.Duration { return m.P50 }),
		}
	}

	return shown
}

func activityTone(outcome activity.Outcome) string {
	switch outcome {
	case activity.Ready:
		return "good"
	case activity.Rejected:
		return "warning"
	case activity.Failed:
		return "bad"
	case activity.Superseded:
		return "quiet"
	}

	return "quiet"
}

func newMinuteBar(place int, minute *activity.Minute, most int) minuteBar {
	bar := minuteBar{X: float64(place) * barStep, Title: minute.Start.Local().Format("15:04")} //nolint:gosmopolitan // for people
	top := float64(chartHeight)

	for _, outcome := range activity.Outcomes() {
		count := minute.Counts[outcome]
		if count == 0 {
			continue
		}

		height := max(1, chartHeight*float64(count)/float64(most))
		top -= height
		bar.Parts = append(bar.Parts, barPart{Y: max(0, top), Height: height, Tone: activityTone(outcome)})
		bar.Title += fmt.Sprintf(", %d %s", count, outcome)
	}

	return bar
}

func newLatencyLine(name string, minutes []activity.Minute, slowest time.Duration, of func(*activity.Minute) time.Duration) latencyLine {
	const edge = 4 // margin for the highest dot

	line := latencyLine{Name: name, Class: name}

	var points []string

	for i := range minutes {
		if took := of(&minutes[i]); took > 0 {
			dot := latencyDot{
				X: float64(i)*barStep + barStep/2,
				Y: edge + (chartHeight-2*edge)*(1-float64(took)/float64(slowest)),
			}
			line.Dots = append(line.Dots, dot)
			points = append(points, fmt.Sprintf("%.1f,%.1f", dot.X, dot.Y))
		}
	}

	line.Points = strings.Join(points, " ")

	return line
}

// queues returns the depths of the stack's queues, as SQS reports them: approximate.
func (c *Console) queues(ctx context.Context) ([]queueDepth, error) {
	var found []queueDepth

	for _, queue := range []struct{ name, url, note string }{
		{"Failed executions", c.stack.Stack.FailedExecutionsQueueURL, "status changes to replay"},
		{"Undelivered", c.stack.Stack.UndeliveredEventsQueueURL, "events that were not delivered"},
	} {
		if queue.url == "" {
			continue
		}

		out, err := c.stack.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &queue.url, AttributeNames: []sqstypes.QueueAttributeName{
				sqstypes.QueueAttributeNameApproximateNumberOfMessages, sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
			},
		})
		if err != nil {
			return nil, fmt.Errorf("read the depth of %s: %w", queue.url, err)
		}

		number := func(name sqstypes.QueueAttributeName) int {
			count, _ := strconv.Atoi(out.Attributes[string(name)]) // A missing attribute counts as 0.

			return count
		}

		found = append(found, queueDepth{
			Name: queue.name, Note: queue.note, Waiting: number(sqstypes.QueueAttributeNameApproximateNumberOfMessages),
			Hidden: number(sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible),
		})
	}

	return found, nil
}
