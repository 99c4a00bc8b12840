package failures

import (
	"context"
	"net/http"

	"triptych/cli/internal/console/page"
)

// replay starts a replay of the selected entries. The page receives the progress of the
// replay as server-sent events.
func (p *Page) replay(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return page.NewError(http.StatusBadRequest, "The form cannot be read", "Reload the page.")
	}

	chosen, all := r.PostForm["arn"], r.PostForm.Get("all") != ""

	if groups := r.PostForm["group"]; len(groups) > 0 && !all {
		of, err := p.ofGroups(r.Context(), groups)
		if err != nil {
			return err
		}

		chosen = append(chosen, of...)
	}

	if len(chosen) == 0 && !all {
		return page.NewError(http.StatusBadRequest, "No entry is selected", "Select the entries to replay.")
	}

	if !p.job.begin() {
		return page.NewError(http.StatusConflict, "A replay is already running", "Wait until it ends.")
	}

	p.site.Go(func(ctx context.Context) { p.job.run(ctx, p.newReplay(), chosen, all) })

	http.Redirect(w, r, "/failures", http.StatusSeeOther)

	return nil
}

// ofGroups returns the ARNs of all executions in some groups. The page lists only the first
// executions of a large group, but ofGroups returns all of them.
func (p *Page) ofGroups(ctx context.Context, ids []string) ([]string, error) {
	found, _, err := p.read(ctx)
	if err != nil {
		return nil, err
	}

	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}

	var arns []string

	for _, one := range groupByCause(found) {
		for i := range one.Entries {
			if arn := one.Entries[i].ExecutionARN; wanted[one.ID] && arn != "" {
				arns = append(arns, arn)
			}
		}
	}

	return arns, nil
}
