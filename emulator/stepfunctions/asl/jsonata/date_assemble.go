package jsonata

import (
	"slices"
	"strings"
)

// assembled returns the time of the components. Components before the first given one are
// those of the current time. Components after the last given one are the smallest.
func (e *evaluation) assembled(values map[byte]float64) (float64, error) {
	date, clock, err := partsOf(values)
	if err != nil {
		return 0, err
	}

	if err := e.fill(values, date+clock); err != nil {
		return 0, err
	}

	if clock == "Phmsf" {
		values['H'] = hourOf(values['h'], values['P'] == 1)
	}

	month, day := max(1, values['M']), values['D']

	if date == yearAndDay {
		derived := dateOf(utc(values['Y'], 1, 1) + (values['d']-1)*millisPerDay)
		month, day = float64(derived.month), float64(derived.day)
	}

	zone, ok := values['Z']
	if !ok || zone == 0 {
		zone = values['z']
	}

	return utc(values['Y'], month, day) + ((values['H']*60+values['m']-zone)*60+values['s'])*1000 + values['f'], nil
}

// yearAndDay are the components of a date that has no month: the year and the day.
const yearAndDay = "YD"

// partsOf returns the components of the date and of the clock that the given components
// belong to.
func partsOf(values map[byte]float64) (date, clock string, err error) {
	given := func(components string) bool {
		return slices.ContainsFunc([]byte(components), func(component byte) bool { return truthy(values[component]) })
	}

	// A date belongs to a kind if it has a component of the kind and none of the others.
	dateA := !given("XxWwd") && given("YMD")
	dateB := !dateA && !given("XMxWwD") && given("Yd")
	dateC := !given("YMWdD") && given("Xxw")
	dateD := !dateC && !given("YMxwdD") && given("XW")

	if dateC || dateD {
		return "", "", fault("D3136") // Weeks are not supported, as in the reference implementation.
	}

	date, clock = "YMD", "Hmsf"
	if dateB {
		date = yearAndDay
	}

	if (given("Ph") || !given("Hmsf")) && !given("H") && given("Phmsf") {
		clock = "Phmsf"
	}

	return date, clock, nil
}

// hourOf returns the hour of a time of the morning or the afternoon.
func hourOf(hour float64, afternoon bool) float64 {
	const noon = 12

	if hour == noon {
		hour = 0
	}

	if afternoon {
		hour += noon
	}

	return hour
}

func (e *evaluation) fill(values map[byte]float64, components string) error {
	now := dateOf(float64(e.scope.Now.UnixMilli()))
	started, ended := false, false

	for i := range len(components) {
		component := components[i]

		if _, ok := values[component]; ok {
			if started = true; ended {
				return fault("D3136")
			}

			continue
		}

		if !started {
			values[component], _ = now.component(component)

			continue
		}

		ended = true
		values[component] = 0

		if strings.IndexByte("MDd", component) >= 0 {
			values[component] = 1
		}
	}

	return nil
}
