package stack

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// filled creates a data folder with a state of many pages, and with an object.
func filled(t *testing.T) (data, state string) {
	t.Helper()

	data = t.TempDir()

	db, warning, err := openState(data)
	if err != nil || warning != "" {
		t.Fatalf("open a new state: %v, %q", err, warning)
	}

	for i := range 60 {
		err := db.Update(func(tx *bbolt.Tx) error {
			for _, name := range []string{knownBucket, "ledger", "states.history"} {
				bucket, err := tx.CreateBucketIfNotExists([]byte(name))
				if err != nil {
					return err
				}

				for j := range 5 {
					if err := bucket.Put(fmt.Appendf(nil, "%d/%d", i*7919%60, j), bytes.Repeat([]byte{byte(i)}, 40*(i%97))); err != nil {
						return err
					}
				}
			}

			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	folder := filepath.Join(objectsFolder(data), "buckets", "triptych-variants", "a.jpg")
	if err := os.MkdirAll(folder, ownerOnlyFolder); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(filepath.Join(folder, "manifest.json"), []byte("{}"), ownerOnlyFile); err != nil {
		t.Fatal(err)
	}

	return data, filepath.Join(data, stateFile)
}

func TestOpenState_damaged(t *testing.T) {
	tests := map[string]struct {
		damage func(text []byte) []byte
		want   string
	}{
		"empty":                     {func([]byte) []byte { return nil }, "it is empty"},
		"cut off in the middle":     {func(text []byte) []byte { return text[:len(text)/2] }, "it was cut off"},
		"cut off in the header":     {func(text []byte) []byte { return text[:100] }, "state file"},
		"zeros":                     {func(text []byte) []byte { return make([]byte, len(text)) }, "its first pages are zero"},
		"zeroed pages":              {func(text []byte) []byte { clear(text[8192 : len(text)/2]); return text }, "page"},
		"zeroed to the end":         {func(text []byte) []byte { clear(text[8192:]); return text }, "page"},
		"a file of another kind":    {func([]byte) []byte { return []byte(strings.Repeat("SQLite format 3\x00", 1000)) }, "belongs to another program"},
		"random bytes":              {func(text []byte) []byte { noise(text[8192:], 1); return text }, "page"},
		"random bytes at the start": {func(text []byte) []byte { noise(text[:8192], 2); return text }, "does not begin as a state file"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			data, state := filled(t)

			text, err := os.ReadFile(state)
			if err != nil {
				t.Fatal(err)
			}

			broken := test.damage(text)
			if err := os.WriteFile(state, broken, ownerOnlyFile); err != nil {
				t.Fatal(err)
			}

			_, _, err = openState(data)
			if err == nil {
				t.Fatal("a damaged state was opened")
			}

			for _, want := range []string{"is damaged", test.want, state + ".damaged-", "backfill --local --verify"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q: %v", want, err)
				}
			}

			kept, _ := filepath.Glob(state + ".damaged-*")
			if len(kept) != 1 {
				t.Fatalf("kept aside: %v", kept)
			}

			if got, err := os.ReadFile(kept[0]); err != nil || !bytes.Equal(got, broken) {
				t.Errorf("the file that is kept is another one: %v", err)
			}

			db, warning, err := openState(data)
			if err != nil || !strings.Contains(warning, "no state file") {
				t.Fatalf("the next start: %v, warning %q", err, warning)
			}

			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func noise(text []byte, seed uint64) {
	source := rand.New(rand.NewPCG(seed, 0))
	for i := range text {
		text[i] = byte(source.Uint32())
	}
}

// TestOpenState_randomDamage changes bytes at random: the state opens or is reported as
// damaged, and nothing panics.
func TestOpenState_randomDamage(t *testing.T) {
	data, state := filled(t)

	whole, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}

	for seed := range uint64(60) {
		source := rand.New(rand.NewPCG(seed, 1))
		text := bytes.Clone(whole)
		begin := source.IntN(len(text))
		noise(text[begin:min(len(text), begin+1+source.IntN(5000))], seed)

		if err := os.WriteFile(state, text, ownerOnlyFile); err != nil {
			t.Fatal(err)
		}

		db, _, err := openState(data)
		if err != nil {
			if !strings.Contains(err.Error(), "is damaged") && !strings.Contains(err.Error(), "another program") {
				t.Errorf("seed %d: %v", seed, err)
			}

			continue
		}

		if err := db.Close(); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

func TestOpenState_ofAnotherProgram(t *testing.T) {
	data := t.TempDir()
	state := filepath.Join(data, stateFile)

	other, err := bbolt.Open(state, ownerOnlyFile, nil)
	if err != nil {
		t.Fatal(err)
	}

	err = other.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("theirs"))

		return err
	})
	if err != nil || other.Close() != nil {
		t.Fatal(err)
	}

	if _, _, err := openState(data); err == nil || !strings.Contains(err.Error(), "belongs to another program") {
		t.Errorf("got %v", err)
	}

	if _, err := os.Stat(state); err != nil {
		t.Errorf("another program's file was moved: %v", err)
	}
}

func TestOpenState_notAFile(t *testing.T) {
	data := t.TempDir()
	if err := os.Mkdir(filepath.Join(data, stateFile), ownerOnlyFolder); err != nil {
		t.Fatal(err)
	}

	if _, _, err := openState(data); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("got %v", err)
	}
}

func TestOpenState_locked(t *testing.T) {
	data, _ := filled(t)

	db, _, err := openState(data)
	if err != nil {
		t.Fatal(err)
	}

	if _, _, err := openState(data); err == nil || !strings.Contains(err.Error(), "in use by another") {
		t.Errorf("got %v", err)
	}

	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenState_ownerOnly(t *testing.T) {
	data := t.TempDir()
	if err := os.Chmod(data, 0o755); err != nil {
		t.Fatal(err)
	}

	db, _, err := openState(data)
	if err != nil {
		t.Fatal(err)
	}

	if err := db.Close(); err != nil {
		t.Error(err)
	}

	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != ownerOnlyFolder {
		t.Errorf("the folder's mode is %v, %v", info.Mode(), err)
	}

	if _, err := os.Stat(filepath.Join(data, markerFile)); err != nil {
		t.Errorf("the folder has no marker: %v", err)
	}
}

func TestOpenState_compacts(t *testing.T) {
	data, state := filled(t)

	db, _, err := openState(data)
	if err != nil {
		t.Fatal(err)
	}

	fill := func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte("states.history"))
		for i := range 20_000 {
			if err := bucket.Put(fmt.Appendf(nil, "new/%d", i), make([]byte, 1000)); err != nil {
				return err
			}
		}

		return nil
	}
	empty := func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("states.history")) }

	for _, change := range []func(tx *bbolt.Tx) error{fill, empty} {
		if err := db.Update(change); err != nil {
			t.Fatal(err)
		}
	}

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	before, _ := fileSize(state)

	if db, _, err = openState(data); err != nil {
		t.Fatal(err)
	}

	if after, _ := fileSize(state); after > before/4 {
		t.Errorf("the state has %d bytes, and had %d", after, before)
	}

	err = db.View(func(tx *bbolt.Tx) error {
		if got := tx.Bucket([]byte("ledger")).Stats().KeyN; got != 300 {
			t.Errorf("the ledger has %d items", got)
		}

		return nil
	})
	if err != nil || db.Close() != nil {
		t.Error(err)
	}
}
