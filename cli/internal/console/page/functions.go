package page

import (
	"fmt"
	"html/template"
	"net/url"
	"path"
	"strings"
	"time"

	"triptych/cli/internal/display"
	"triptych/cli/internal/replay"
)

// functions are the functions that templates can call.
var functions = template.FuncMap{
	"bytes":     display.Bytes,
	"text":      display.Text,
	"size":      display.Size,
	"took":      display.Duration,
	"iso":       func(moment time.Time) string { return moment.UTC().Format(time.RFC3339Nano) },
	"clock":     display.Time,
	"age":       func(moment time.Time) string { return age(time.Since(moment)) },
	"image":     ImageURL,
	"execution": ExecutionURL,
	"file":      func(key string) string { return display.Text(path.Base(key)) },
	"folder":    folderOf,
	"name":      replay.Name,
	"lower":     func(status Status) string { return strings.ToLower(string(status)) },
	"kind":      func(contentType string) string { return strings.TrimPrefix(contentType, "image/") },
	"plural":    plural,
	"tab":       newTab,
	"add":       func(a, b float64) float64 { return a + b },
}

// ImageURL returns the URL of an image's page.
func ImageURL(key string) string { return "/image?" + url.Values{"key": {key}}.Encode() }

// ExecutionURL returns the URL of an execution's page.
func ExecutionURL(arn string) string { return "/execution?" + url.Values{"arn": {arn}}.Encode() }

// folderOf returns a key without its last component, or "".
func folderOf(key string) string {
	folder, _ := path.Split(key)

	return display.Text(folder)
}

// age formats the time since an event, in one unit: "5 min ago".
func age(span time.Duration) string {
	const day = 24 * time.Hour

	switch {
	case span < 5*time.Second:
		return "now"
	case span < time.Minute:
		return fmt.Sprintf("%d s ago", span/time.Second)
	case span < time.Hour:
		return fmt.Sprintf("%d min ago", span/time.Minute)
	case span < day:
		return fmt.Sprintf("%d h ago", span/time.Hour)
	default:
		return fmt.Sprintf("%d d ago", span/day)
	}
}

// plural returns a count with its noun.
func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}

	return fmt.Sprintf("%d %ss", count, noun)
}
