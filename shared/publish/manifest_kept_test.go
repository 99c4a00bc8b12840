package publish

import (
	"slices"
	"testing"
	"time"

	"triptych/shared/contract"
)

func TestProtocol_manifest_keptAndCredentials(t *testing.T) {
	p := &Protocol{Now: time.Now}

	upload := Upload{Master: contract.Master{Stripped: []string{"credentials", "exif"}, Kept: []string{"gainmap"}}}
	manifest := p.manifest(upload)

	if manifest.Credentials != "removed" || !slices.Equal(manifest.Kept, []string{"gainmap"}) {
		t.Errorf("got %q, kept %v", manifest.Credentials, manifest.Kept)
	}

	if done := outcome(upload, manifest); !slices.Equal(done.Kept, []string{"gainmap"}) {
		t.Errorf("the ledger item has kept %v", done.Kept)
	}

	if plain := p.manifest(Upload{}); plain.Credentials != "" || plain.Kept != nil {
		t.Errorf("manifest of an upload without metadata: %q, %v", plain.Credentials, plain.Kept)
	}
}
