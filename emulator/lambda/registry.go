package lambda

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
)

var createdBucket = []byte("lambda.functions") // Name → stored.

// registry has the functions that clients have created. It is safe for concurrent use.
type registry struct {
	service *Service

	// code is read-locked while a request unpacks code and stores its function, and locked
	// while code that no function uses is removed. It is acquired before mu.
	code sync.RWMutex

	mu        sync.RWMutex
	functions map[string]*created
}

// created is a function that a client has created, with the parts of the pool that run it.
type created struct {
	stored

	running map[string]running // By version.
	inUse   chan struct{}      // Has an element for each invocation, if the concurrency is reserved.
}

// running is a version as the pool runs it.
type running struct {
	version version
	pool    *functionPool
}

func (s *Service) openRegistry() (*registry, error) {
	r := &registry{service: s, functions: map[string]*created{}}
	if s.config.Creation.DB == nil {
		return r, nil
	}

	err := s.config.Creation.DB.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists(createdBucket)
		if err != nil {
			return err
		}

		return bucket.ForEach(func(name, text []byte) error {
			one := &created{running: map[string]running{}}
			if err := json.Unmarshal(text, &one.stored); err != nil {
				return fmt.Errorf("read the function %s: %w", name, err)
			}

			r.functions[string(name)] = one
			r.run(one, one.stored)

			return nil
		})
	})

	return r, err
}

// resolve returns the part of the pool that runs a function's qualifier, and the version that
// the qualifier means. It returns nil for an unknown function or qualifier.
func (r *registry) resolve(ref reference) (*functionPool, string) {
	r.mu.RLock()
	defer r.mu.RUnlock()

	f := r.functions[ref.name]
	if f == nil {
		return nil, ""
	}

	found := f.version(ref.qualifier)
	if found == nil {
		return nil, ""
	}

	return f.running[found.Number].pool, found.Number
}

// get returns a function, or nil. The caller must not change it.
func (r *registry) get(name string) *stored {
	r.mu.RLock()
	defer r.mu.RUnlock()

	if f := r.functions[name]; f != nil {
		copied := f.stored

		return &copied
	}

	return nil
}

// names returns the names of the functions, sorted.
func (r *registry) names() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()

	return slices.Sorted(maps.Keys(r.functions))
}

// add stores a new function.
func (r *registry) add(f stored) error {
	r.mu.Lock()
	defer r.mu.Unlock()

	if r.functions[f.Name] != nil || r.service.declared[f.Name] != nil {
		return conflict("Function already exist: %s", f.Name)
	}

	if err := r.save(f); err != nil {
		return err
	}

	made := &created{running: map[string]running{}}
	r.functions[f.Name] = made
	r.run(made, f)

	return nil
}

// change changes a function. change receives a copy that it may modify.
func (r *registry) change(name string, change func(f *stored) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()

	f := r.functions[name]
	if f == nil {
		return r.service.unchangeable(name)
	}

	copied, err := f.clone()
	if err != nil {
		return err
	}

	if err := change(&copied); err != nil {
		return err
	}

	if err := r.save(copied); err != nil {
		return err
	}

	r.run(f, copied)

	return nil
}

// remove deletes a function.
func (r *registry) remove(name string) error {
	r.code.Lock()
	defer r.code.Unlock()

	r.mu.Lock()
	defer r.mu.Unlock()

	f := r.functions[name]
	if f == nil {
		return r.service.unchangeable(name)
	}

	err := r.service.config.Creation.DB.Update(func(tx *bbolt.Tx) error { return tx.Bucket(createdBucket).Delete([]byte(name)) })
	if err != nil {
		return fmt.Errorf("delete the function %s: %w", name, err)
	}

	delete(r.functions, name)

	for _, one := range f.running {
		r.service.pool.withdraw(one.pool)
	}

	r.removeCode()

	return nil
}

// unchangeable is the error of a change of a function that no client has created.
func (s *Service) unchangeable(name string) error {
	if s.declared[name] != nil {
		return conflict("The function %s belongs to the emulator's own stack, which the API cannot change: create a function with another name", name)
	}

	return notFound(FunctionARN(s.config.Region, s.config.Account, name))
}

// run makes the pool run a function as it is stored now. The registry is locked.
func (r *registry) run(f *created, now stored) {
	if f.Reserved == nil || now.Reserved == nil || *f.Reserved != *now.Reserved || f.inUse == nil {
		f.inUse = nil
		if now.Reserved != nil {
			f.inUse = make(chan struct{}, *now.Reserved)
		}
	}

	f.stored = now

	wanted := map[string]version{}
	for _, one := range now.versions() {
		wanted[one.Number] = one
	}

	for number, one := range f.running {
		if next, stays := wanted[number]; !stays || !reflect.DeepEqual(next, one.version) {
			r.service.pool.withdraw(one.pool)
			delete(f.running, number)
		}
	}

	for number, one := range wanted {
		if _, runs := f.running[number]; !runs {
			f.running[number] = running{one, r.service.pool.insert(r.service.functionOf(now.Name, one))}
		}
	}
}

// save stores a function. The registry is locked.
func (r *registry) save(f stored) error {
	text, err := json.Marshal(f)
	if err == nil {
		err = r.service.config.Creation.DB.Update(func(tx *bbolt.Tx) error { return tx.Bucket(createdBucket).Put([]byte(f.Name), text) })
	}

	if err != nil {
		return fmt.Errorf("store the function %s: %w", f.Name, err)
	}

	return nil
}

func conflict(format string, args ...any) error {
	err := awsapi.Errorf("ResourceConflictException", format, args...)
	err.Status = 409

	return err
}
