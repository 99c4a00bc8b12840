package display

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bytes formats a size in decimal units, like disk sizes: "3.1 MB".
func Bytes(count int64) string {
	const kilo = 1000

	if count < kilo {
		return fmt.Sprintf("%d B", count)
	}

	size, unit := float64(count)/kilo, 0
	for ; size >= kilo && unit < len("MGT"); unit++ {
		size /= kilo
	}

	return fmt.Sprintf("%.1f %cB", size, "kMGT"[unit])
}

// Duration formats a duration: "812 ms", "2.1 s", "3 min 4 s".
func Duration(span time.Duration) string {
	switch {
	case span < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(span)/float64(time.Millisecond))
	case span < time.Second:
		return fmt.Sprintf("%d ms", span.Milliseconds())
	case span < time.Minute:
		return fmt.Sprintf("%.1f s", span.Seconds())
	case span < time.Hour:
		return fmt.Sprintf("%d min %d s", span/time.Minute, span%time.Minute/time.Second)
	default:
		return fmt.Sprintf("%d h %d min", span/time.Hour, span%time.Hour/time.Minute)
	}
}

// Size formats an image's width and height: "800×533", or "" if they are unknown.
func Size(width, height int) string {
	if width == 0 && height == 0 {
		return ""
	}

	return strconv.Itoa(width) + "×" + strconv.Itoa(height)
}

// Time formats a time in the local time zone, with the zone.
func Time(moment time.Time) string {
	return moment.Local().Format("2006-01-02 15:04:05 MST") //nolint:gosmopolitan // for people
}

// Text makes a text from outside, such as a key, safe to print. A key may contain control
// sequences for the terminal.
func Text(text string) string {
	if utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return text
	}

	quoted := strconv.Quote(text)

	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
