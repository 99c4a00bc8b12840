package guard

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Query is the query parameter that contains the access token. `triptych console` and
// `triptych up` print a URL with this parameter.
const Query = "token"

// cookieDays is the number of days that a browser keeps access.
const cookieDays = 30

// NewAccess returns a new access token: at least 128 bits, as letters and digits.
func NewAccess() string { return rand.Text() }

// URL returns the URL that grants a browser access.
func URL(base, access string) string {
	if access == "" {
		return base
	}

	return base + "/?" + url.Values{Query: {access}}.Encode()
}

// enter handles a request whose URL contains the access token. The browser gets a cookie
// and is redirected to the same page without the token in its URL. enter does not reject a
// wrong token, because the browser may have a valid cookie. The result reports whether
// enter has answered the request.
func (g *Guard) enter(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	if !query.Has(Query) || !safe(r.Method) {
		return false
	}

	_, known := g.session(r)
	given := query.Get(Query)

	if g.access != "" && !known {
		// The time of hmac.Equal depends only on the length of the token.
		if !hmac.Equal([]byte(given), []byte(g.access)) {
			return false
		}

		g.newSession(w)
	}

	query.Del(Query)

	// The target is only a path with one leading slash, so it cannot redirect to another
	// host.
	target := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, `/\`), RawQuery: query.Encode()}

	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Location", target.String())
	w.WriteHeader(http.StatusSeeOther)

	return true
}

// session returns the browser's session if its cookie is valid.
func (g *Guard) session(r *http.Request) (string, bool) {
	for _, cookie := range r.CookiesNamed(g.cookie) {
		session, mac, found := strings.Cut(cookie.Value, ".")
		if found && session != "" && hmac.Equal([]byte(mac), []byte(g.mac("session", session))) {
			return session, true
		}
	}

	return "", false
}

// newSession sets the cookie of a new session, and returns the session.
func (g *Guard) newSession(w http.ResponseWriter) string {
	session := rand.Text()

	http.SetCookie(w, &http.Cookie{ //nolint:gosec // There is no TLS on 127.0.0.1.
		Name: g.cookie, Value: session + "." + g.mac("session", session), Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
		MaxAge: int((cookieDays * 24 * time.Hour).Seconds()),
	})

	return session
}

// public reports whether everybody may read a resource. Everybody may read the style
// sheets, scripts and icons that are embedded in the binary.
func public(r *http.Request) bool {
	return safe(r.Method) && strings.HasPrefix(r.URL.Path, "/static/")
}

// mac returns the message authentication code of a session for a purpose. The code depends
// on the purpose, so the code in a cookie is not valid in a form.
func (g *Guard) mac(purpose, session string) string {
	mac := hmac.New(sha256.New, g.key[:])
	mac.Write([]byte(purpose + "\n" + session))

	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }
