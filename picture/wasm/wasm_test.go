package wasm_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"triptych/picture/sandbox"
	"triptych/picture/wasm"
)

// licenses lists the license texts of each WebAssembly file. Each file needs the license of
// the Go module that compiles it, and the license of every C library that it contains.
var licenses = []struct {
	code  sandbox.Code
	texts map[string]string // words of each license text, by the name of its file
}{
	{wasm.LibAVIF(), map[string]string{
		"LICENSE": "MIT License", "LICENSE.libavif": "Joe Drago", "LICENSE.aom": "Alliance for Open Media", "LICENSE.libyuv": "LibYuv Project",
	}},
}

// TestLibraries checks that each embedded library has the SHA-256 in sources.go, and that
// its licenses are in the same folder. It also checks that there are no other libraries.
func TestLibraries(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}

	for _, test := range licenses {
		name := test.code.Name

		if got := sha256.Sum256(test.code.Packed); hex.EncodeToString(got[:]) != test.code.SHA256 {
			t.Errorf("%s: the SHA-256 is %x, but sources.go has %s; `make wasm` copies the library again", name, got, test.code.SHA256)
		}

		for file, words := range test.texts {
			path := filepath.Join(name, file)

			text, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(text), words) {
				t.Errorf("%s is not the license with the words %q (error: %v)", path, words, err)
			}

			if !strings.Contains(string(readme), "("+path+")") {
				t.Errorf("README.md has no link to %s", path)
			}
		}

		entries, err := os.ReadDir(name)
		if err != nil {
			t.Fatal(err)
		}

		if want := len(test.texts) + 1; len(entries) != want {
			t.Errorf("%s has %d files, want the library and %d licenses: a new license needs a line in README.md and in this test", name, len(entries), want-1)
		}
	}

	libraries, err := filepath.Glob("*/*.wasm.gz")
	if err != nil || len(libraries) != len(licenses) {
		t.Errorf("the folders have %q, want %d libraries (error: %v)", libraries, len(licenses), err)
	}
}

// TestSources checks that sources.go and README.md were updated together with the versions
// of the Go modules.
func TestSources(t *testing.T) {
	var texts [2]string

	for i, name := range []string{"sources.go", "README.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}

		texts[i] = strings.Join(strings.Fields(strings.ReplaceAll(string(text), "//", "")), " ")
	}

	pins, err := os.ReadFile(filepath.Join("..", "..", ".ci", "wasm", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}

	count := 0

	for line := range strings.Lines(string(pins)) {
		pin := strings.TrimPrefix(strings.TrimSpace(line), "require ")
		if !strings.HasPrefix(pin, "github.com/gen2brain/") {
			continue
		}

		count++

		if !strings.Contains(texts[0], pin) || !strings.Contains(texts[1], pin) {
			t.Errorf("sources.go and README.md do not both name %s; `make wasm` copies the libraries", pin)
		}
	}

	if count != len(licenses) {
		t.Errorf(".ci/wasm/go.mod has %d modules, want %d", count, len(licenses))
	}
}
