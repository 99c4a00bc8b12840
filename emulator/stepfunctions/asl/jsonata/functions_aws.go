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

// argumentError is the error for an argument of AWS's functions.
type argumentError struct{ function, expected string }

func (e *argumentError) Error() string {
	return fmt.Sprintf("the function $%s expects %s", e.function, e.expected)
}

func (a *arguments) expects(text string) error {
	return &argumentError{function: a.name, expected: text}
}

// partition implements $partition(array, size), which splits an array into parts.
func partition(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	size, err := a.number(1)
	if err != nil {
		return nil, err
	}

	list := a.list(0)

	length := int(math.Floor(min(size, math.MaxInt32)))
	if length < 1 {
		return nil, a.expects("a positive size")
	}

	out := &array{}

	for len(list) > 0 {
		cut := min(length, len(list))
		if err := a.push(out, &array{items: list[:cut:cut]}); err != nil {
			return nil, err
		}

		if err := a.take(2 * itemBytes); err != nil {
			return nil, err
		}

		list = list[cut:]
	}

	return out, a.work(len(out.items))
}

// numberRange implements $range(first, last, delta). Like a range of JSONata, the result is
// a sequence, so a range of one number is this number.
func numberRange(a *arguments) (any, error) {
	var bounds [3]float64

	for i := range bounds {
		if !a.has(i) {
			return undefined{}, nil
		}

		number, err := a.number(i)
		if err != nil {
			return nil, err
		}

		bounds[i] = math.Floor(number)
	}

	first, last, delta := bounds[0], bounds[1], bounds[2]
	if delta == 0 {
		return nil, a.expects("a delta other than 0")
	}

	if (last-first)/delta >= maxRange {
		return nil, a.expects(fmt.Sprintf("at most %d values", maxRange))
	}

	if err := a.takeItems(max(0, int((last-first)/delta)+1), itemBytes); err != nil {
		return nil, err
	}

	out := &array{sequence: true}
	for x := first; delta > 0 && x <= last || delta < 0 && x >= last; x += delta {
		out.items = append(out.items, x)
	}

	return out.resolved(false), a.checkTime()
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
	return a.changed(1, func(text string) (any, error) {
		algorithm, err := a.string(1)
		if err != nil {
			return nil, err
		}

		sum := hashOf(algorithm)
		if sum == nil {
			return nil, a.expects("MD5, SHA-1, SHA-256, SHA-384 or SHA-512")
		}

		sum.Write([]byte(text))

		return hex.EncodeToString(sum.Sum(nil)), nil
	})
}

// random implements $random(seed?). With a seed, the number is always the same.
func random(a *arguments) (any, error) {
	if !a.has(0) {
		return a.scope.Random.Float64(), nil
	}

	seed, err := a.number(0)
	if err != nil {
		return nil, err
	}

	return rand.New(rand.NewPCG(uint64(int64(seed)), 0)).Float64(), nil //nolint:gosec // The number is not a secret.
}

// randomUUID implements $uuid().
func randomUUID(a *arguments) (any, error) { return NewUUID(a.scope.Random), nil }

// NewUUID returns a UUID of version 4 (RFC 9562).
func NewUUID(source Random) string {
	random := binary.BigEndian.AppendUint64(nil, source.Uint64())
	random = binary.BigEndian.AppendUint64(random, source.Uint64())

	return uuid.Must(uuid.NewRandomFromReader(bytes.NewReader(random))).String()
}

// parseJSON implements $parse(text), which AWS offers instead of $eval.
func parseJSON(a *arguments) (any, error) {
	return a.changed(0, func(text string) (any, error) {
		value, err := a.decoded(text)
		if err != nil {
			return nil, fmt.Errorf("$parse: %w", err)
		}

		return value, nil
	})
}
