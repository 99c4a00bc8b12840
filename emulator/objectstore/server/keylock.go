package server

import "sync"

// keyLocks allows one writer for each key at a time.
type keyLocks struct {
	mu    sync.Mutex
	locks map[string]*keyLock
}

type keyLock struct {
	mu      sync.Mutex
	holders int // Goroutines that hold the lock or wait for it; at 0 the entry is removed.
}

// lock waits for the key's lock, and returns the function that releases it.
func (l *keyLocks) lock(bucket, key string) (unlock func()) {
	name := bucket + "/" + key

	l.mu.Lock()

	if l.locks == nil {
		l.locks = map[string]*keyLock{}
	}

	one, held := l.locks[name]
	if !held {
		one = &keyLock{}
		l.locks[name] = one
	}

	one.holders++
	l.mu.Unlock()

	one.mu.Lock()

	return func() {
		one.mu.Unlock()

		l.mu.Lock()
		defer l.mu.Unlock()

		one.holders--
		if one.holders == 0 {
			delete(l.locks, name)
		}
	}
}
