package page

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestStatic_namesAreUnique(t *testing.T) {
	if _, err := Static(fstest.MapFS{"one.js": {}}, fstest.MapFS{"two.js": {}}); err != nil {
		t.Error(err)
	}

	_, err := Static(fstest.MapFS{"folder/live.js": {}})
	if err == nil || !strings.Contains(err.Error(), "live.js") {
		t.Errorf("a second file with the name live.js is accepted: %v", err)
	}
}
