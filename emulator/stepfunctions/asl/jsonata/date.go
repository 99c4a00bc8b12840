package jsonata

import (
	"math"
	"time"
)

var (
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

// maxMillis is the largest time of JavaScript's dates.
// https://tc39.es/ecma262/#sec-time-values-and-time-range
const maxMillis = 8.64e15

const millisPerDay = 24 * 60 * 60 * 1000

// dateFields is a time in UTC.
type dateFields struct {
	millis                     float64
	year, month, day           int // The month is in [1, 12].
	hour, minute, second, part int // part are milliseconds.
}

func dateOf(millis float64) *dateFields {
	t := time.UnixMilli(int64(math.Floor(millis))).UTC()

	return &dateFields{
		millis: math.Floor(millis), year: t.Year(), month: int(t.Month()), day: t.Day(),
		hour: t.Hour(), minute: t.Minute(), second: t.Second(), part: t.Nanosecond() / int(time.Millisecond),
	}
}

// utc returns the milliseconds of a date. JavaScript takes years below 100 as those of the
// 20th century.
// https://tc39.es/ecma262/#sec-date.utc
func utc(year, month, day float64) float64 {
	if year >= 0 && year < 100 {
		year += 1900
	}

	const most = 300_000
	if math.Abs(year) > most || math.Abs(month) > most || math.Abs(day) > most*400 {
		return math.NaN()
	}

	return float64(time.Date(int(year), time.Month(int(month)), int(day), 0, 0, 0, 0, time.UTC).UnixMilli())
}

// firstWeek returns the start of the first week of a month or, if the month is January, of a
// year. It contains the first Thursday.
func firstWeek(year, month int) float64 {
	first := utc(float64(year), float64(month), 1)

	const sunday, thursday = 7, 4

	day := int(dateWeekday(first))
	if day == 0 {
		day = sunday
	}

	if day > thursday {
		return first + float64(sunday+1-day)*millisPerDay
	}

	return first - float64(day-1)*millisPerDay
}

func dateWeekday(millis float64) time.Weekday {
	return time.UnixMilli(int64(millis)).UTC().Weekday()
}

// today returns the start of the day.
func (d *dateFields) today() float64 {
	return utc(float64(d.year), float64(d.month), float64(d.day))
}

// component returns the value of a component of a picture.
func (d *dateFields) component(component byte) (float64, bool) {
	switch component {
	case 'Y':
		return float64(d.year), true
	case 'M':
		return float64(d.month), true
	case 'D':
		return float64(d.day), true
	case 'd':
		return (d.today()-utc(float64(d.year), 1, 1))/millisPerDay + 1, true
	case 'F':
		day := float64(dateWeekday(d.millis))
		if day == 0 {
			day = 7
		}

		return day, true
	case 'W':
		return d.week(firstWeek(d.year, 1), firstWeek(d.year+1, 1), firstWeek(d.year-1, 1), 52), true //nolint:mnd // Weeks of a year.
	case 'w':
		return d.week(firstWeek(d.year, d.month), firstWeek(d.year, d.month+1), firstWeek(d.year, d.month-1), 4), true //nolint:mnd // Weeks of a month.
	case 'X':
		return d.weekYear(), true
	case 'x':
		return d.weekMonth(), true
	default:
		return d.clock(component)
	}
}

func (d *dateFields) clock(component byte) (float64, bool) {
	const halfDay = 12

	switch component {
	case 'H':
		return float64(d.hour), true
	case 'h':
		return float64((d.hour+halfDay-1)%halfDay + 1), true
	case 'm':
		return float64(d.minute), true
	case 's':
		return float64(d.second), true
	case 'f':
		return float64(d.part), true
	default:
		return 0, false
	}
}

// week returns the number of the week in a period, whose first week starts at start. most is
// the number of weeks that every period has.
func (d *dateFields) week(start, next, previous float64, most float64) float64 {
	weeks := func(from float64) float64 { return (d.today()-from)/(millisPerDay*7) + 1 }
	week := weeks(start)

	switch {
	case week > most && d.today() >= next:
		week = 1
	case week < 1:
		week = weeks(previous)
	}

	return math.Floor(week)
}

// weekYear returns the year that the week belongs to.
func (d *dateFields) weekYear() float64 {
	switch {
	case d.millis < firstWeek(d.year, 1):
		return float64(d.year - 1)
	case d.millis >= firstWeek(d.year+1, 1):
		return float64(d.year + 1)
	default:
		return float64(d.year)
	}
}

// weekMonth returns the month that the week belongs to.
func (d *dateFields) weekMonth() float64 {
	const months = 12

	month := d.month

	switch {
	case d.millis < firstWeek(d.year, d.month):
		month--
	case d.millis >= firstWeek(d.year, d.month+1):
		month++
	}

	return float64((month+months-1)%months + 1)
}
