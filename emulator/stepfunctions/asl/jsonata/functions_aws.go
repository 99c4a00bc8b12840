package jsonata

import (
	"bytes"
	"crypto/md5"  //nolint:gosec // AWS's $hash offers it.
	"crypto/sha1" //nolint:gosec // AWS's $hash offers it.
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"math/rand/v2"

	"github.com/google/uuid"
)

// maxRange limits the length of $range, like that of JSONata's range operator.
const maxRange = 10_000_000

// partition implements $partition(array, size), which splits an array into parts.
func partition(a *arguments) (any, error) {
	list := a.list(0)

	size, err := a.number(1)
	if err != nil {
		return nil, err
	}

	length := int(math.Floor(min(size, math.MaxInt32)))
	if length < 1 {
		return nil, a.wrong("a positive size")
	}

	if err := a.e.takeItems(len(list)/length+1, 2*itemBytes); err != nil {
		return nil, err
	}

	out := []any{}

	for len(list) > 0 {
		cut := min(length, len(list))
		out = append(out, list[:cut])
		list = list[cut:]
	}

	return out, nil
}

// numberRange implements $range(first, last, delta).
func numberRange(a *arguments) (any, error) {
	var bounds [3]float64

	for i := range bounds {
		number, err := a.number(i)
		if err != nil {
			return nil, err
		}

		bounds[i] = math.Floor(number)
	}

	first, last, delta := bounds[0], bounds[1], bounds[2]
	if delta == 0 {
		return nil, a.wrong("a delta other than 0")
	}

	if (last-first)/delta >= maxRange {
		return nil, a.wrong(fmt.Sprintf("at most %d values", maxRange))
	}

	if err := a.e.takeItems(max(0, int((last-first)/delta)+1), itemBytes); err != nil {
		return nil, err
	}

	out := []any{}
	for x := first; delta > 0 && x <= last || delta < 0 && x >= last; x += delta {
		out = append(out, x)
	}

	return out, nil
}

// hashOf returns the algorithm that $hash names, or nil.
func hashOf(name string) hash.Hash {
	switch name {
	case "MD5":
		return md5.New() //nolint:gosec // The expression requests it by name.
	case "SHA-1":
		return sha1.New() //nolint:gosec // The expression requests it by name.
	case "SHA-256":
		return sha256.New()
	case "SHA-384":
		return sha512.New384()
	case "SHA-512":
		return sha512.New()
	default:
		return nil
	}
}

// digest implements $hash(text, algorithm), in hexadecimal.
func digest(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	algorithm, err := a.text(1)
	if err != nil {
		return nil, err
	}

	sum := hashOf(algorithm)
	if sum == nil {
		return nil, a.wrong("MD5, SHA-1, SHA-256, SHA-384 or SHA-512")
	}

	if err := a.e.take(len(text)); err != nil {
		return nil, err
	}

	sum.Write([]byte(text))

	return hex.EncodeToString(sum.Sum(nil)), nil
}

// random implements $random(seed?). With a seed, the number is always the same.
func random(a *arguments) (any, error) {
	if len(a.values) == 0 {
		return a.e.scope.Random.Float64(), nil
	}

	seed, err := a.number(0)
	if err != nil {
		return nil, err
	}

	return rand.New(rand.NewPCG(uint64(int64(seed)), 0)).Float64(), nil //nolint:gosec // The number is not a secret.
}

// randomUUID implements $uuid().
func randomUUID(a *arguments) (any, error) { return NewUUID(a.e.scope.Random), nil }

// NewUUID returns a UUID of version 4 (RFC 9562).
func NewUUID(source Random) string {
	random := binary.BigEndian.AppendUint64(nil, source.Uint64())
	random = binary.BigEndian.AppendUint64(random, source.Uint64())

	return uuid.Must(uuid.NewRandomFromReader(bytes.NewReader(random))).String()
}

// parseJSON implements $parse(text), which AWS offers instead of $eval.
func parseJSON(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	// An empty array of two bytes becomes a slice header in an interface.
	if err := a.e.takeItems(len(text), itemBytes); err != nil {
		return nil, err
	}

	value, err := Decode([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("$parse: %w", err)
	}

	return value, nil
}
