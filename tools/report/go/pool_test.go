// SPDX-License-Identifier: GPL-2.0

// Package pool measures sync.Pool with the workloads that "kpool bench" has of
// the same names: pair, parallel, overflow and expensive-new. Run by the script
// "run" beside it.
package pool

import (
	"sync"
	"testing"
	"time"
)

// An object of the size that kpool is measured with.
type object struct {
	bytes [256]byte
}

func newPool() *sync.Pool {
	return &sync.Pool{New: func() any { return new(object) }}
}

// Get and put on one goroutine.
func BenchmarkPair(b *testing.B) {
	pool := newPool()
	for i := 0; i < b.N; i++ {
		pool.Put(pool.Get())
	}
}

// The same on all processors at once: the time that passed, over the operations
// of all of them.
func BenchmarkParallel(b *testing.B) {
	pool := newPool()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			pool.Put(pool.Get())
		}
	})
}

// Get 100 objects, then put them; an operation is one of them.
func BenchmarkOverflow(b *testing.B) {
	pool := newPool()
	var held [100]any
	for i := 0; i < b.N; i += len(held) {
		for j := range held {
			held[j] = pool.Get()
		}
		for j := range held {
			pool.Put(held[j])
			held[j] = nil
		}
	}
}

// As much garbage as brings the collector, which clears pools, now and then.
var garbage []byte

// Get 100 objects that take a millisecond each to build, then put them.
func BenchmarkExpensiveNew(b *testing.B) {
	pool := &sync.Pool{New: func() any {
		time.Sleep(time.Millisecond)
		return new(object)
	}}
	var held [100]any
	for i := 0; i < b.N; i += len(held) {
		for j := range held {
			held[j] = pool.Get()
			garbage = make([]byte, 32<<10)
		}
		for j := range held {
			pool.Put(held[j])
			held[j] = nil
		}
	}
}
