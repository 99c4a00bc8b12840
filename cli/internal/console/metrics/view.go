package metrics

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"triptych/cli/internal/console/metrics/activity"
	"triptych/cli/internal/console/page"
	"triptych/cli/internal/display"
)

//go:embed metrics.html
var pageHTML string

var template = page.Parse("metrics", pageHTML)

// view is the data of the metrics.
type view struct {
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

// latencyLine is the line of one percentile, for each minute of the hour.
type latencyLine struct {
	Name, Class string
	Points      string // of an SVG polyline
	Dots        []latencyDot
}

type latencyDot struct{ X, Y float64 }

// The size of a chart, in its own units.
const (
	chartHeight = 120
	barStep     = 10
)

// newView converts the current summary.
func newView(sum *current) view {
	shown := view{
		Recent: strconv.FormatFloat(sum.Recent, 'f', 1, 64), P50: "–", P95: "–", Runs: sum.Runs, Running: sum.Running, Cut: sum.Cut,
	}

	if sum.Runs > 0 {
		shown.P50, shown.P95 = display.Duration(sum.P50), display.Duration(sum.P95)
	}

	slowest := time.Duration(0)

	for _, outcome := range activity.Outcomes() {
		shown.Images += sum.Counts[outcome]
		shown.Legend = append(shown.Legend, legendEntry{string(outcome), tone(outcome), sum.Counts[outcome]})
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

func tone(outcome activity.Outcome) string {
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
		bar.Parts = append(bar.Parts, barPart{Y: max(0, top), Height: height, Tone: tone(outcome)})
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
