package iam

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ErrPrincipal is wrapped by every error about an unusable principal.
var ErrPrincipal = errors.New("add principal")

// Directory finds principals by their access keys. It is safe for concurrent use. Its
// zero value is empty and ready to use.
type Directory struct {
	mu    sync.RWMutex
	byKey map[string]*Principal
}

// NewDirectory creates a directory of the given principals.
func NewDirectory(principals ...*Principal) (*Directory, error) {
	directory := &Directory{}

	for _, p := range principals {
		if err := directory.Add(p); err != nil {
			return nil, err
		}
	}

	return directory, nil
}

// Add adds the principal. An access key can belong to one principal only.
func (d *Directory) Add(p *Principal) error {
	if p.ARN == "" || p.AccessKey == "" || p.SecretKey == "" {
		return fmt.Errorf("%w: it needs an ARN, an access key and a secret key", ErrPrincipal)
	}

	d.mu.Lock()
	defer d.mu.Unlock()

	if other, taken := d.byKey[p.AccessKey]; taken {
		return fmt.Errorf("%w %s: its access key is %s's", ErrPrincipal, p.ARN, other.ARN)
	}

	if d.byKey == nil {
		d.byKey = map[string]*Principal{}
	}

	d.byKey[p.AccessKey] = p

	return nil
}

// Lookup returns the principal with this access key.
func (d *Directory) Lookup(accessKey string) (*Principal, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()

	p, known := d.byKey[accessKey]

	return p, known
}

// ByARN returns the principal with an ARN, and the first one by access key if there are
// several.
func (d *Directory) ByARN(arn string) (*Principal, bool) {
	for _, p := range d.All() {
		if p.ARN == arn {
			return p, true
		}
	}

	return nil, false
}

// All returns every principal, ordered by ARN.
func (d *Directory) All() []*Principal {
	d.mu.RLock()
	defer d.mu.RUnlock()

	all := make([]*Principal, 0, len(d.byKey))
	for _, p := range d.byKey {
		all = append(all, p)
	}

	slices.SortFunc(all, func(a, b *Principal) int {
		return cmp.Or(cmp.Compare(a.ARN, b.ARN), cmp.Compare(a.AccessKey, b.AccessKey))
	})

	return all
}
