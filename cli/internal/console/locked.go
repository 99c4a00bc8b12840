package console

import (
	"net/http"
	"net/url"
	"strings"

	"triptych/cli/internal/console/guard"
)

// locked tells clients without access what to do. It reveals nothing about the stack. A
// link from another site also leads here, because the browser then does not send the
// cookie; a reload from this page works.
func (c *Console) locked(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("The console is locked: open the URL that the command printed, with its token.\n")) // The client may have disconnected.

		return
	}

	query := r.URL.Query()
	given := query.Has(guard.Query)
	query.Del(guard.Query)

	again := url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, `/\`), RawQuery: query.Encode()}

	_ = c.execute(w, "locked", "locked", map[string]any{"Given": given, "Again": again.String()}) // An error cannot be reported any more.
}
