package edge_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"triptych/emulator/cdn/edge"
)

// TestCompileRefuses has functions that CloudFront's runtime would not accept.
func TestCompileRefuses(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ source, want string }{
		"too large":         {"function handler(e) { return e.request } //" + strings.Repeat(" ", edge.MaxSourceBytes), "CloudFront takes 10240"},
		"an import":         {"import cf from 'cloudfront'; function handler(e) { return e.request }", "parse"},
		"an export":         {"export function handler(e) { return e.request }", "parse"},
		"for…of":            {"function handler(e) { for (var a of []) {} return e.request }", "for…of"},
		"a class":           {"class A {} function handler(e) { return e.request }", "a class"},
		"a spread":          {"function handler(e) { return f(...[]) }", "a spread"},
		"a destructuring":   {"function handler(e) { var {request} = e; return request }", "a destructuring"},
		"?.":                {"function handler(e) { return e?.request }", "?."},
		"??":                {"function handler(e) { return e.a ?? e.request }", "??"},
		"no strict mode":    {"function handler(e) { with (e) { return request } }", "with"},
		"no handler":        {"function handle(e) { return e.request }", "no function `handler`"},
		"a sentence":        {"please let them in", "parse"},
		"a call when read":  {"setTimeout(function () {}, 1); function handler(e) { return e.request }", "setTimeout"},
		"a shorthand field": {"function handler(request) { return {request} }", "shorthand"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := edge.Compile("it", test.source)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

// TestRunRefuses has actions that a running function may not do.
func TestRunRefuses(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"a throw":                   {`throw new Error("x")`, 503},
		"no end":                    {`for (;;) {}`, 503},
		"dynamic code":              {`return eval("e.request")`, 503},
		"the Function":              {`return new Function("return 1")()`, 503},
		"a constructor":             {`return (function () {}).constructor("return 1")()`, 503},
		"an undocumented Map":       {`new Map(); return e.request`, 503},
		"an undocumented flat":      {`[[1]].flat(); return e.request`, 503},
		"an undocumented at":        {`"abc".at(0); return e.request`, 503},
		"a new global":              {`leak = 1; return e.request`, 503},
		"nothing":                   {``, 502},
		"both":                      {`e.request.statusCode = 200; return e.request`, 502},
		"another method":            {`e.request.method = "PUT"; return e.request`, 502},
		"a path from nowhere":       {`e.request.uri = "a"; return e.request`, 502},
		"a long path":               {`e.request.uri = "/" + "a".repeat(8192); return e.request`, 502},
		"another host":              {`e.request.headers.host = {value: "b"}; return e.request`, 502},
		"no length":                 {`delete e.request.headers["content-length"]; return e.request`, 502},
		"a disallowed header":       {`e.request.headers["x-edge-a"] = {value: "b"}; return e.request`, 502},
		"a header in capitals":      {`e.request.headers["X-A"] = {value: "b"}; return e.request`, 502},
		"a status out of range":     {`return {statusCode: 99, headers: {}}`, 502},
		"a body beyond bounds":      {`return {statusCode: 200, headers: {}, body: "a".repeat(40961)}`, 502},
		"a body that is not base64": {`return {statusCode: 200, headers: {}, body: {encoding: "base64", data: "%"}}`, 502},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			function, err := edge.Compile("it", "function handler(e) { "+test.body+" }")
			if err != nil {
				t.Fatal(err)
			}

			if name == "no end" {
				edge.SetMaxRun(function, 50*time.Millisecond)
			}

			_, _, err = function.OnRequest(edge.Viewer{}, ask("GET", "/", "content-length", "1", "x-amz-cf-id", "hidden"))

			failure, ok := errors.AsType[*edge.Error](err)
			if !ok || failure.Status != test.status {
				t.Errorf("error %v, want one of status %d", err, test.status)
			}

			// The next request can use the function again.
			if _, _, err := function.OnRequest(edge.Viewer{}, ask("GET", "/")); test.status == 503 && err == nil {
				t.Error("the second run did not fail")
			}
		})
	}
}

// TestEvent compares the event's shape with AWS's documentation.
func TestEvent(t *testing.T) {
	t.Parallel()

	function, err := edge.Compile("it", `function handler(e) {
		return {statusCode: 200, headers: {}, body: {encoding: "text", data: [
			typeof globalThis.eval, e.version, e.context.eventType, e.context.distributionDomainName, e.context.distributionId, e.viewer.ip,
			e.request.method, e.request.uri, e.request.querystring.a.value, e.request.querystring.a.multiValue.length,
			e.request.headers.host.value, e.request.headers["x-amz-cf-id"], e.request.cookies.c.value, typeof e.response].join(" ")}}
	}`)
	if err != nil {
		t.Fatal(err)
	}

	request := ask("GET", "/a%20b", "x-amz-cf-id", "hidden")
	request.QueryString = edge.Fields{"a": {Value: "1", MultiValue: []edge.Value{{"1"}, {"2"}}}}
	request.Cookies = edge.Fields{"c": {Value: "d"}}

	_, answer, err := function.OnRequest(edge.Viewer{IP: "192.0.2.1", Domain: "d111.cloudfront.net", DistributionID: "E1"}, request)
	if err != nil {
		t.Fatal(err)
	}

	const want = "undefined 1.0 viewer-request d111.cloudfront.net E1 192.0.2.1 GET /a%20b 1 2 d111.cloudfront.net  d undefined"
	if answer == nil || answer.Body == nil || string(*answer.Body) != want {
		t.Errorf("answer %+v, want the body %q", answer, want)
	}
}

// BenchmarkViewer measures the cost of the function for a request in the emulator.
func BenchmarkViewer(b *testing.B) {
	function := deployed(b, "viewer")
	request := ask("GET", "/a/-/v/m.auto.jpg", "accept", "image/avif,image/webp,*/*;q=0.8")

	for b.Loop() {
		if _, _, err := function.OnRequest(edge.Viewer{}, request); err != nil {
			b.Fatal(err)
		}
	}
}
