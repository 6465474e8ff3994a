// Package storetest is what every tracestore.Store must pass, in memory or elsewhere.
//
// A check opens stores of its own, looks at them through the interface only, and says what is wrong as an error, so that
// the suite can itself be tested: stores that are broken on purpose must be rejected (see the package's own tests). Checks
// that are laws draw their cases with rapid; under Run they shrink, as a plain Check they try a fixed set of seeds.
package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Options is what a check wants of a store. Zero fields mean the store's own defaults, but for Now.
type Options struct {
	// Now is the clock that the store must go by.
	Now func() time.Time
	// BudgetBytes, ExecutionBytes and ExecutionSpans bound the store and each execution in it.
	BudgetBytes, ExecutionBytes int64
	ExecutionSpans              int
	TTL, TombstoneTTL           time.Duration
}

// Opener makes an empty store. The suite closes it.
type Opener func(Options) tracestore.Store

// Check is one thing that a store must do; its name is the sentence that states it.
type Check struct {
	Name string
	run  func(*trial)
	law  func(*testing.T, Opener) // the same with shrinking, for laws
}

// Try runs the check. The error says what the store did wrong.
func (c Check) Try(open Opener) error { return try(open, c.run) }

// Run runs all checks as subtests of t.
func Run(t *testing.T, open func(t *testing.T, opts Options) tracestore.Store) {
	for _, c := range Checks() {
		t.Run(c.Name, func(t *testing.T) {
			opener := func(o Options) tracestore.Store { return open(t, o) }
			if c.law != nil {
				c.law(t, opener)
				return
			}
			if err := c.Try(opener); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Checks are all checks of the suite.
func Checks() []Check {
	return slices.Concat(mergeChecks(), readChecks(), bindChecks(), boundChecks(), tombstoneChecks(), markChecks(),
		listChecks(), watchChecks(), lifeChecks(), restartChecks())
}

// lawSeeds is how many fixed cases of a law a plain Check tries.
const lawSeeds = 150

// law makes a check of a statement about all cases that a generator draws.
func law[C any](name string, cases *rapid.Generator[C], holds func(*trial, C)) Check {
	return Check{
		Name: name,
		run: func(t *trial) {
			for seed := range lawSeeds {
				c := cases.Example(seed)
				if err := try(t.opener, func(t *trial) { holds(t, c) }); err != nil {
					t.failf("case %d, %+v: %v", seed, c, err)
				}
			}
		},
		law: func(t *testing.T, open Opener) {
			rapid.Check(t, func(rt *rapid.T) {
				c := cases.Draw(rt, "case")
				if err := try(open, func(t *trial) { holds(t, c) }); err != nil {
					rt.Fatal(err)
				}
			})
		},
	}
}

// trial is one run of a check. A check that fails ends there.
type trial struct {
	opener Opener
	stores []tracestore.Store
}

type failure struct{ error }

func try(open Opener, run func(*trial)) (err error) {
	t := &trial{opener: open}
	defer func() {
		for _, s := range t.stores {
			if closeErr := s.Close(); closeErr != nil && err == nil {
				err = fmt.Errorf("close: %w", closeErr)
			}
		}
	}()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			err = r.error
		default:
			panic(r)
		}
	}()
	run(t)
	return nil
}

func (t *trial) failf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

func (t *trial) must(err error) {
	if err != nil {
		t.failf("unexpected error: %w", err)
	}
}

// is fails unless two values that can be compared are equal.
func is[V comparable](t *trial, what string, got, want V) {
	if got != want {
		t.failf("%s: got %v, want %v", what, got, want)
	}
}

// same fails unless two lists are equal.
func same[V comparable](t *trial, what string, got, want []V) {
	if !slices.Equal(got, want) {
		t.failf("%s: got %v, want %v", what, got, want)
	}
}
