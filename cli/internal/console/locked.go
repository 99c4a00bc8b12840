package console

import (
	_ "embed"
	"net/http"
	"net/url"
	"strings"

	"triptych/cli/internal/console/guard"
	"triptych/cli/internal/console/page"
)

//go:embed locked.html
var lockedHTML string

var lockedTemplate = page.Parse("locked", lockedHTML)

// locked answers clients without access. It says how to get access, and reveals nothing about
// the stack. A user who follows a link on another site also gets this page, because the
// browser then does not send the cookie. The button of this page works in that case.
func locked(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("The console is locked: open the URL that the command printed, with its token.\n")) // The client may have disconnected.

		return
	}

	query := r.URL.Query()
	given := query.Has(guard.Query)
	query.Del(guard.Query)

	again := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, `/\`), RawQuery: query.Encode()}

	_ = lockedTemplate.Execute(w, "locked", map[string]any{"Given": given, "Again": again.String()}) // The response has begun, so an error cannot be reported.
}
