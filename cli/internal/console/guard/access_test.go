package guard_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"triptych/cli/internal/console/guard"
)

// request sends a GET request with cookies and does not follow redirects.
func request(page http.Handler, target string, cookies ...*http.Cookie) *http.Response {
	r := httptest.NewRequest(http.MethodGet, "http://"+host+target, nil)
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}

	w := httptest.NewRecorder()
	page.ServeHTTP(w, r)

	return w.Result()
}

func TestAccess(t *testing.T) {
	access := guard.NewAccess()
	page := guardedBy(t, access)

	for name, target := range map[string]string{
		"no secret":                "/",
		"a page without a secret":  "/execution?arn=a",
		"a wrong secret":           "/?token=" + guard.NewAccess(),
		"an empty secret":          "/?token=",
		"half of the secret":       "/?token=" + access[:13],
		"an additional letter":     "/?token=" + access + "x",
		"another parameter":        "/?key=" + access,
		"the path staticky":        "/staticky",
		"a wrong secret first":     "/?token=x&token=" + access,
		"the stream of events":     "/gallery/events",
		"an image file":            "/picture/a.jpg",
		"the secret in lower case": "/?token=" + strings.ToLower(access),
	} {
		t.Run(name, func(t *testing.T) {
			got := request(page, target)
			if got.StatusCode != http.StatusUnauthorized || len(got.Cookies()) > 0 {
				t.Errorf("%d with cookies %v, want 401 with none", got.StatusCode, got.Cookies())
			}
		})
	}

	entered := request(page, "/image?key=a%26b&token="+access)
	if entered.StatusCode != http.StatusSeeOther || entered.Header.Get("Location") != "/image?key=a%26b" || entered.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("the secret: %d to %q, %v", entered.StatusCode, entered.Header.Get("Location"), entered.Header)
	}

	if len(entered.Cookies()) != 1 {
		t.Fatalf("the cookies are %v", entered.Cookies())
	}

	cookie := entered.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || strings.Contains(cookie.Value, access) {
		t.Errorf("the cookie is %v", cookie)
	}

	if got := request(page, "/", cookie); got.StatusCode != http.StatusOK {
		t.Errorf("with the cookie: %d", got.StatusCode)
	}

	if got := request(page, "/?token=old", cookie); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/" {
		t.Errorf("an old bookmark with the cookie: %d to %q", got.StatusCode, got.Header.Get("Location"))
	}

	if got := request(guardedBy(t, access), "/", cookie); got.StatusCode != http.StatusOK {
		t.Errorf("after a restart with the same secret: %d", got.StatusCode)
	}

	if got := request(guardedBy(t, guard.NewAccess()), "/", cookie); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("under another secret: %d", got.StatusCode)
	}

	forged := *cookie
	forged.Value = "A" + cookie.Value

	if got := request(page, "/", &forged); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a forged cookie: %d", got.StatusCode)
	}
}

// The console redirects only to its own pages.
func TestAccess_redirectsToItself(t *testing.T) {
	access := guard.NewAccess()

	for _, target := range []string{"//evil.example/", "/\\evil.example/", "/%5Cevil.example/", "//%09/evil.example/"} {
		got := request(guardedBy(t, access), target+"?token="+access)
		if location := got.Header.Get("Location"); strings.HasPrefix(location, "//") || strings.HasPrefix(location, `/\`) || strings.Contains(location, "token") {
			t.Errorf("%s leads to %s", target, location)
		}
	}
}

// A POST request needs the access cookie and the token that the page contains.
func TestAccess_changing(t *testing.T) {
	access := guard.NewAccess()
	page := guardedBy(t, access)
	cookie := request(page, "/?token="+access).Cookies()[0]

	post := func(target string, cookies ...*http.Cookie) int {
		r := httptest.NewRequest(http.MethodPost, "http://"+host+target, nil)
		r.Header.Set("Origin", "http://"+host)

		for _, one := range cookies {
			r.AddCookie(one)
		}

		w := httptest.NewRecorder()
		page.ServeHTTP(w, r)

		return w.Code
	}

	if got := post("/erase"); got != http.StatusUnauthorized {
		t.Errorf("without a cookie: %d", got)
	}

	if got := post("/erase?token=" + access); got != http.StatusUnauthorized {
		t.Errorf("with the secret in the address: %d", got)
	}

	if got := post("/erase", cookie); got != http.StatusForbidden {
		t.Errorf("without the page's token: %d", got)
	}
}
