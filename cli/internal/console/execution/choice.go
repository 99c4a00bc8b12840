package execution

import (
	"net/http"
	"net/url"
	"strconv"
)

// choice is the user's selection in an execution.
type choice struct {
	arn   string
	state string // the name of a state, or ""
	// within is the name of the Map state of the selected iteration. The number of the
	// iteration is -1 if no iteration is selected.
	within    string
	iteration int
}

func readChoice(r *http.Request) choice {
	picked := choice{arn: r.FormValue("arn"), state: r.FormValue("state"), within: r.FormValue("map"), iteration: -1}
	if number, err := strconv.Atoi(r.FormValue("iteration")); err == nil && number >= 0 {
		picked.iteration = number
	}

	return picked
}

// address returns the URL that shows a choice.
func (c choice) address() string {
	values := url.Values{"arn": {c.arn}}

	if c.state != "" {
		values.Set("state", c.state)
	}

	if c.within != "" && c.iteration >= 0 {
		values.Set("map", c.within)
		values.Set("iteration", strconv.Itoa(c.iteration))
	}

	return "/execution?" + values.Encode()
}
