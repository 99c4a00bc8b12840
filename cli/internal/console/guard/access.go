package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Query is the name of the access secret in the address that the command prints.
const Query = "token"

// NewAccess makes an access secret: 128 bits or more, in letters and digits.
func NewAccess() string { return rand.Text() }

// URL is the address that lets a browser in.
func URL(base, access string) string {
	if access == "" {
		return base
	}

	return base + "/?" + url.Values{Query: {access}}.Encode()
}

// enter answers a request that shows the access secret: the browser gets a cookie, and
// goes on to the same page without the secret in its address. A wrong secret is not
// answered here: the browser may have a cookie that is good.
func (g *Guard) enter(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	if !query.Has(Query) || !safe(r.Method) {
		return false
	}

	_, known := g.session(r)
	given := query.Get(Query)

	if g.access != "" && !known {
		// hmac.Equal takes the same time for every secret of this length.
		if !hmac.Equal([]byte(given), []byte(g.access)) {
			return false
		}

		g.newSession(w)
	}

	query.Del(Query)

	// The path only, and one slash before it: no other host is led to.
	target := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, `/\`), RawQuery: query.Encode()}

	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Location", target.String())
	w.WriteHeader(http.StatusSeeOther)

	return true
}

// session is the browser's, where its cookie is one of ours.
func (g *Guard) session(r *http.Request) (string, bool) {
	for _, cookie := range r.CookiesNamed(g.cookie) {
		session, mac, found := strings.Cut(cookie.Value, ".")
		if found && session != "" && hmac.Equal([]byte(mac), []byte(g.mac("session", session))) {
			return session, true
		}
	}

	return "", false
}

// newSession gives the browser a cookie.
func (g *Guard) newSession(w http.ResponseWriter) string {
	session := rand.Text()

	http.SetCookie(w, &http.Cookie{ //nolint:gosec // There is no TLS on 127.0.0.1.
		Name: g.cookie, Value: session + "." + g.mac("session", session), Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
		MaxAge: int((cookieDays * 24 * time.Hour).Seconds()),
	})

	return session
}

// public tells what everybody may read: the style sheets, scripts and icons that are
// embedded in the binary.
func public(r *http.Request) bool {
	return safe(r.Method) && strings.HasPrefix(r.URL.Path, "/static/")
}
