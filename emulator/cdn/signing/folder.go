package signing

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"triptych/shared/signingkey"
)

const (
	suffix = ".pem"
	// maxKeyBytes limits the size of a file: a 2048-bit key has less than 2 KB.
	maxKeyBytes = 16 << 10

	ownerOnlyFolder = 0o700
	ownerOnlyFile   = 0o600
)

// Folder is the emulator's key group: every file {key pair id}.pem in it is a trusted
// key, private or public. The folder is read at every check. A key that is added counts
// immediately, and a key that is removed no longer counts, so a rotation can be tested.
// (On AWS, Terraform's public keys have this role.)
type Folder struct {
	path string

	mu    sync.Mutex
	known map[string]known
}

type known struct {
	state string // size and time of the file when it was read
	key   crypto.PublicKey
}

// OpenFolder creates the folder if needed, and a first key pair if the folder has none.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, ownerOnlyFolder); err != nil {
		return nil, fmt.Errorf("make the folder of signing keys: %w", err)
	}

	folder := &Folder{path: path, known: map[string]known{}}

	ids, err := folder.IDs()
	if err != nil {
		return nil, err
	}

	if len(ids) == 0 {
		if err := folder.generate(); err != nil {
			return nil, err
		}
	}

	// Report a key that cannot be used at the start.
	for _, id := range ids {
		if _, err := folder.read(id); err != nil {
			return nil, err
		}
	}

	return folder, nil
}

// IDs returns the ids of the trusted key pairs, the newest file first.
func (f *Folder) IDs() ([]string, error) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, fmt.Errorf("read the folder of signing keys: %w", err)
	}

	type dated struct {
		id   string
		time int64
	}

	var found []dated

	for _, entry := range entries {
		id, isKey := strings.CutSuffix(entry.Name(), suffix)
		if info, err := entry.Info(); isKey && err == nil && info.Mode().IsRegular() {
			found = append(found, dated{id, info.ModTime().UnixNano()})
		}
	}

	slices.SortStableFunc(found, func(a, b dated) int { return int(min(1, max(-1, b.time-a.time))) })

	ids := make([]string, 0, len(found))
	for _, one := range found {
		ids = append(ids, one.id)
	}

	return ids, nil
}

// Key implements [Group].
func (f *Folder) Key(id string) (crypto.PublicKey, bool) {
	key, err := f.read(id)

	return key, err == nil
}

func (f *Folder) read(id string) (crypto.PublicKey, error) {
	if id == "" || strings.ContainsAny(id, `/\`) || strings.HasPrefix(id, ".") {
		return nil, fmt.Errorf("%q is not a key pair id", id)
	}

	path := filepath.Join(f.path, id+suffix)

	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxKeyBytes {
		return nil, errors.Join(fmt.Errorf("%s is not a key file", path), err)
	}

	state := fmt.Sprint(info.Size(), info.ModTime().UnixNano())

	f.mu.Lock()
	defer f.mu.Unlock()

	if one, read := f.known[id]; read && one.state == state {
		return one.key, nil
	}

	text, err := os.ReadFile(path) //nolint:gosec // A name without slashes, in the keys' folder.
	if err != nil {
		return nil, fmt.Errorf("read the key %s: %w", id, err)
	}

	key, err := signingkey.Public(text)
	if err != nil {
		return nil, fmt.Errorf("read the key %s: %w", path, err)
	}

	f.known[id] = known{state, key}

	return key, nil
}

// generate creates the first key pair. Its id looks like those of CloudFront.
func (f *Folder) generate() error {
	key, err := rsa.GenerateKey(rand.Reader, signingkey.RSABits)
	if err != nil {
		return fmt.Errorf("generate a signing key: %w", err)
	}

	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("encode the signing key: %w", err)
	}

	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	path := filepath.Join(f.path, "K"+rand.Text()[:13]+suffix)

	// Write to another name and rename, because the process can be killed in between.
	if err := os.WriteFile(path+".new", text, ownerOnlyFile); err != nil {
		return fmt.Errorf("write the signing key: %w", err)
	}

	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write the signing key: %w", err)
	}

	return nil
}
