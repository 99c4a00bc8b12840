package guard_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"triptych/cli/internal/console/guard"
)

const host = "127.0.0.1:8090"

// guarded answers a GET request with its token, and other requests with "changed".
func guarded(t *testing.T) http.Handler {
	t.Helper()

	return guardedBy(t, "")
}

// guardedBy returns the same handler, with an access token.
func guardedBy(t *testing.T, access string) http.Handler {
	t.Helper()

	g, err := guard.New(host, access)
	if err != nil {
		t.Fatal(err)
	}

	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, guard.Token(r.Context()))
		} else {
			_, _ = io.WriteString(w, "changed")
		}
	})

	return g.Wrap(page, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "locked") }))
}

// visit loads a page like a browser without a cookie, and returns the cookie and the
// token.
func visit(t *testing.T, page http.Handler) (cookie *http.Cookie, token string) {
	t.Helper()

	w := httptest.NewRecorder()
	page.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://"+host+"/", nil))

	cookies := w.Result().Cookies()
	if w.Code != http.StatusOK || len(cookies) != 1 || w.Body.Len() == 0 {
		t.Fatalf("the first visit: %d, cookies %v, %q", w.Code, cookies, w.Body)
	}

	if c := cookies[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie %v is not HttpOnly and SameSite=Strict", c)
	}

	return cookies[0], w.Body.String()
}

func TestGuard_reading(t *testing.T) {
	page := guarded(t)

	for name, c := range map[string]struct {
		host string
		head map[string]string
		want int
	}{
		"by the IP address":                 {host, nil, 200},
		"by name":                           {"localhost:8090", nil, 200},
		"by a foreign name (DNS rebinding)": {"evil.example:8090", nil, 403},
		"by a foreign name that begins with the address": {"127.0.0.1:8090.evil.example", nil, 403},
		"on another port":                     {"127.0.0.1:8080", nil, 403},
		"without a port":                      {"127.0.0.1", nil, 403},
		"a link from another site":            {host, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200},
		"a script of another site":            {host, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 403},
		"an image tag of another site":        {host, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403},
		"a page on another port of this host": {host, map[string]string{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403},
		"the page's own script":               {host, map[string]string{"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "http://"+host+"/", nil)
			r.Host = c.host

			for key, value := range c.head {
				r.Header.Set(key, value)
			}

			w := httptest.NewRecorder()
			page.ServeHTTP(w, r)

			if w.Code != c.want {
				t.Errorf("%d, want %d: %s", w.Code, c.want, w.Body)
			}
		})
	}
}

func TestGuard_changing(t *testing.T) {
	page := guarded(t)
	cookie, token := visit(t, page)
	_, others := visit(t, page)

	type request struct {
		host, origin, site string
		header, field      string
		cookie             *http.Cookie
	}

	good := request{host: host, origin: "http://" + host, site: "same-origin", header: token, cookie: cookie}
	with := func(change func(*request)) request { r := good; change(&r); return r }

	for name, c := range map[string]struct {
		request request
		want    int
	}{
		"the page's own script":         {good, 200},
		"the page's own form":           {with(func(r *request) { r.header, r.field = "", token }), 200},
		"a browser without Sec-Fetch":   {with(func(r *request) { r.site = "" }), 200},
		"no token":                      {with(func(r *request) { r.header = "" }), 403},
		"a wrong token":                 {with(func(r *request) { r.header = token + "x" }), 403},
		"another browser's token":       {with(func(r *request) { r.header = others }), 403},
		"a wrong token in a form":       {with(func(r *request) { r.header, r.field = "", others }), 403},
		"no cookie":                     {with(func(r *request) { r.cookie = nil }), 403},
		"another site's origin":         {with(func(r *request) { r.origin = "https://evil.example" }), 403},
		"another port's origin":         {with(func(r *request) { r.origin = "http://127.0.0.1:8080" }), 403},
		"no origin":                     {with(func(r *request) { r.origin = "" }), 403},
		"the origin null":               {with(func(r *request) { r.origin = "null" }), 403},
		"Sec-Fetch-Site: cross-site":    {with(func(r *request) { r.site = "cross-site" }), 403},
		"Sec-Fetch-Site: same-site":     {with(func(r *request) { r.site = "same-site" }), 403},
		"a foreign host and its origin": {with(func(r *request) { r.host, r.origin = "evil.example:8090", "http://evil.example:8090" }), 403},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "http://"+host+"/erase", strings.NewReader(url.Values{guard.Field: {c.request.field}}.Encode()))
			r.Host = c.request.host
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")

			for key, value := range map[string]string{"Origin": c.request.origin, "Sec-Fetch-Site": c.request.site, guard.Header: c.request.header} {
				if value != "" {
					r.Header.Set(key, value)
				}
			}

			if c.request.cookie != nil {
				r.AddCookie(c.request.cookie)
			}

			w := httptest.NewRecorder()
			page.ServeHTTP(w, r)

			if changed := w.Body.String() == "changed"; w.Code != c.want || changed != (c.want == http.StatusOK) {
				t.Errorf("%d, want %d: %s", w.Code, c.want, w.Body)
			}
		})
	}
}

func TestPolicy_noInlineScripts(t *testing.T) {
	w := httptest.NewRecorder()
	guarded(t).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://elsewhere/", nil))

	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy does not contain %s: %s", want, policy)
		}
	}

	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("the policy allows unsafe sources: %s", policy)
	}
}
