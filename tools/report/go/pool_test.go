// SPDX-License-Identifier: GPL-2.0

// Package pool measures sync.Pool with the workloads of "kpool bench" of the
// same names: pair, parallel, overflow and expensive-new. The script "run" in
// this directory runs it.
package pool

import (
	"sync"
	"testing"
	"time"
)

// An object of the same size as in the measurements of kpool.
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

// The same on all processors at once: the elapsed time divided by the
// operations of all of them.
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

// Enough garbage to start the collector, which clears pools, now and then.
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
