package jsonata

import (
	"math"
	"regexp"
	"time"
)

// now implements $now(picture?, timezone?), by the machine's clock.
func now(a *arguments) (any, error) { return a.formatTime(float64(a.scope.Now.UnixMilli()), 0) }

// millis implements $millis().
func millis(a *arguments) (any, error) { return float64(a.scope.Now.UnixMilli()), nil }

// fromMillis implements $fromMillis(number, picture?, timezone?).
// https://docs.jsonata.org/date-time-functions#frommillis
func fromMillis(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) { return a.formatTime(number, 1) })
}

// formatTime formats a time. Argument i is the picture, and the next argument is the time
// zone.
func (a *arguments) formatTime(millis float64, i int) (any, error) {
	picture, zone := isoPicture, ""

	var err error

	if a.has(i) {
		if picture, err = a.picture(i); err != nil {
			return nil, err
		}
	}

	if a.has(i + 1) {
		if zone, err = a.picture(i + 1); err != nil {
			return nil, err
		}
	}

	// A component of a few bytes has a width of at most maxPicture.
	if err := a.takeItems(len(picture)/len("[Y,9]")+1, 8*maxPicture); err != nil {
		return nil, err
	}

	return formatDate(millis, picture, zone)
}

// isoTime is the form of a timestamp without a picture.
var isoTime = regexp.MustCompile(`^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$`)

// toMillis implements $toMillis(timestamp, picture?).
// https://docs.jsonata.org/date-time-functions#tomillis
func toMillis(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	text, err := a.picture(0)
	if err != nil {
		return nil, err
	}

	if a.has(1) {
		picture, err := a.picture(1)
		if err != nil {
			return nil, err
		}

		millis, ok, err := a.parseDate(text, picture)

		switch {
		case err != nil:
			return nil, err
		case !ok:
			return undefined{}, nil
		default:
			return millis, nil
		}
	}

	if !isoTime.MatchString(text) {
		return nil, fault("D3110").about(text)
	}

	for _, layout := range []string{
		"2006", "2006-01", "2006-01-02", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999Z0700",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.UnixMilli()), nil
		}
	}

	return math.NaN(), nil
}
