package model_test

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"triptych/shared/blobs"
)

// bucket is the variants bucket in memory, with S3's conditional writes. Each
// call is one step of the schedule.
type bucket struct {
	objects map[string][]byte
	erased  func(ctx context.Context, key string) // is called for each deleted key
}

func (b *bucket) etag(key string) string {
	body, found := b.objects[key]
	if !found {
		return ""
	}

	sum := md5.Sum(body)

	return `"` + hex.EncodeToString(sum[:]) + `"`
}

func (b *bucket) Get(ctx context.Context, _, key, _ string, _ int64) ([]byte, string, error) {
	if err := step(ctx); err != nil {
		return nil, "", err
	}

	body, found := b.objects[key]
	if !found {
		return nil, "", fmt.Errorf("get %s: %w", key, blobs.ErrNotFound)
	}

	return slices.Clone(body), b.etag(key), nil
}

func (b *bucket) Exists(ctx context.Context, _, key string) (bool, error) {
	if err := step(ctx); err != nil {
		return false, err
	}

	_, found := b.objects[key]

	return found, nil
}

func (b *bucket) Put(ctx context.Context, _, key string, object blobs.Object) error {
	if err := step(ctx); err != nil {
		return err
	}

	b.objects[key] = slices.Clone(object.Body)

	return nil
}

func (b *bucket) Swap(ctx context.Context, _, key string, object blobs.Object, etag string) error {
	if err := step(ctx); err != nil {
		return err
	}

	if b.etag(key) != etag {
		return fmt.Errorf("swap %s: %w", key, blobs.ErrChanged)
	}

	b.objects[key] = slices.Clone(object.Body)

	return nil
}

func (b *bucket) List(ctx context.Context, _, prefix string) ([]string, error) {
	if err := step(ctx); err != nil {
		return nil, err
	}

	var found []string

	for _, key := range slices.Sorted(maps.Keys(b.objects)) {
		if strings.HasPrefix(key, prefix) {
			found = append(found, key)
		}
	}

	return found, nil
}

func (b *bucket) Delete(ctx context.Context, _, key string) error {
	if err := step(ctx); err != nil {
		return err
	}

	b.remove(ctx, key)

	return nil
}

func (b *bucket) remove(ctx context.Context, key string) {
	if _, found := b.objects[key]; found {
		delete(b.objects, key)
		b.erased(ctx, key)
	}
}

func (b *bucket) DeleteMatch(ctx context.Context, _, key, etag string) error {
	if err := step(ctx); err != nil {
		return err
	}

	switch b.etag(key) {
	case "", etag:
		b.remove(ctx, key)

		return nil
	default:
		return fmt.Errorf("delete %s: %w", key, blobs.ErrChanged)
	}
}
