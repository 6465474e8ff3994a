package storetest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/memorystore"
	"github.com/orcheo/otelcol-canvas/internal/tracestore/storetest"
)

func check(t *testing.T, name string) storetest.Check {
	t.Helper()
	all := storetest.Checks()
	i := slices.IndexFunc(all, func(c storetest.Check) bool { return c.Name == name })
	require.GreaterOrEqual(t, i, 0, "no check is called %q", name)
	return all[i]
}

func TestASoundStorePassesEveryCheck(t *testing.T) {
	for _, c := range storetest.Checks() {
		require.NoError(t, c.Try(sound()), c.Name)
	}
}

const (
	mergeLaw  = "any order, duplication and split of the same observations gives the same state"
	readLaw   = "any reads and resumes while appends go on end equal to the snapshot"
	namingLaw = "whoever names first, every name and trace leads to the same spans"
	floodLaw  = "no flood takes the store above its budget, or an execution's root away"
	listLaw   = "the pages of a list are the list, and stay so when something changes in between"
)

// broken is a store that breaks the contract, and the check that must notice.
type broken struct {
	breaks string
	open   storetest.Opener
	by     string
}

func TestTheSuiteRejectsAStoreThat(t *testing.T) {
	for _, c := range slices.Concat(brokenRestarts(), []broken{
		{"loses an update", wrapped(func(s tracestore.Store) tracestore.Store {
			return forgetful{s, map[tracestore.SpanID]int{}}
		}), mergeLaw},
		{"shows a lower observation", wrapped(func(s tracestore.Store) tracestore.Store {
			return stubborn{s, map[tracestore.SpanID]*tracestore.Span{}}
		}), mergeLaw},
		{"takes time for the rank", onAppend(eachSpan(func(s *tracestore.Span) { s.Rank.Class = tracestore.ClassFinal }), nil), mergeLaw},
		{"takes a duplicate for news", onAppend(eachSpan(func() func(*tracestore.Span) {
			n := uint64(0)
			return func(s *tracestore.Span) { n++; s.Rank.Hash += n }
		}()), nil), "an observation that is known, or known better, changes nothing"},
		{
			"forgets when a span first came", eachRecord(func(r *record) { r.FirstReceived = r.Received }),
			"a higher observation replaces the whole span, and keeps when it first came",
		},
		{
			"changes records in readers' hands", wrapped(func(s tracestore.Store) tracestore.Store { return vandal{s, new([]*record)} }),
			"records that were handed out never change",
		},
		{
			"counts what is no span", onAppend(nil, func(r *result) { r.Duplicate += r.Refused; r.Refused = 0 }),
			"what is no observation of a span is refused and counted",
		},
		{"skips a record on resume", onPage(func(from tracestore.Position, p *page) {
			if !from.IsZero() && len(p.Records) > 1 {
				p.Records = p.Records[1:]
			}
		}), readLaw},
		{"repeats a record on resume", wrapped(func(s tracestore.Store) tracestore.Store {
			return reading{Store: s, before: func(_ tracestore.Store, _ tracestore.TraceID, from *tracestore.Position, _ *tracestore.ReadLimit) {
				if from.Seq > 0 {
					from.Seq--
				}
			}}
		}), readLaw},
		{"gives two records one position", eachRecord(func(r *record) { r.Seq &^= 1 }), readLaw},
		{"gives positions that are not exact in JavaScript", eachRecord(func(r *record) { r.Seq <<= 4 }), readLaw},
		{"moves no position for a change", onAppend(nil, func(r *result) { r.Position.Seq = 1 }), readLaw},
		{"hides that there is more", onPage(func(_ tracestore.Position, p *page) { p.More = false }), readLaw},
		{"does not keep to a limit", wrapped(func(s tracestore.Store) tracestore.Store {
			return reading{Store: s, before: func(_ tracestore.Store, _ tracestore.TraceID, _ *tracestore.Position, l *tracestore.ReadLimit) {
				*l = tracestore.ReadLimit{}
			}}
		}), readLaw},
		{"goes on in an epoch that is gone", wrapped(func(s tracestore.Store) tracestore.Store {
			return reading{Store: s, before: func(s tracestore.Store, t tracestore.TraceID, from *tracestore.Position, _ *tracestore.ReadLimit) {
				if from.Epoch != "" {
					all, _ := s.Read(context.Background(), t, tracestore.Position{}, tracestore.ReadLimit{Records: 1})
					from.Epoch = all.Info.Epoch
				}
			}}
		}), "a position of another epoch starts over and says so"},
		{"forgets a binding", onAppend(func() func(*batch) {
			n := 0
			return eachSpan(func(s *tracestore.Span) {
				if n++; n%3 == 0 {
					s.Facts.Execution = ""
				}
			})
		}(), nil), namingLaw},
		{"forgets aliases", with(func(b *binding) { b.resolve = func(r *tracestore.Resolution) { r.Aliases = nil } }), namingLaw},
		{
			"hides that executions share a trace", onAppend(nil, func(r *result) { r.Sharing = nil }),
			"a trace that names several executions is part of each",
		},
		{"forgets all but one trace", with(func(b *binding) {
			b.resolve = func(r *tracestore.Resolution) { r.Traces = r.Traces[:min(1, len(r.Traces))] }
		}), "a second trace that names an execution joins it"},
		{
			"lets anybody have a bound trace", with(func(b *binding) { b.bind = func(error) error { return nil } }),
			"a bound trace stays where it is bound",
		},
		{
			"takes an evicted execution up again", sound(func(c *memorystore.Config) { c.TombstoneBytes = 1 }),
			"spans that come for an evicted execution are counted, not taken up",
		},
		{"hides why an execution is over", with(func(b *binding) {
			b.resolve = func(r *tracestore.Resolution) {
				if r.Tombstone != nil {
					r.Tombstone.Summary.CompleteReason = tracestore.CompleteQuiet
				}
			}
		}), "an evicted execution answers with its last summary and why it is over"},
		{
			"keeps tombstones for ever", sound(func(c *memorystore.Config) { c.TombstoneTTL = 1000 * time.Hour }),
			"a tombstone is forgotten after its time, and its trace can begin anew",
		},
		{
			"keeps everything for ever", sound(func(c *memorystore.Config) { c.TTL = 1000 * time.Hour }),
			"what did not change for the TTL is evicted",
		},
		{
			"does not evict when asked", with(func(b *binding) { b.evict = func(tracestore.Store, string) error { return nil } }),
			"an eviction takes the whole of an execution, and nothing else",
		},
		{"exceeds its budget", oversized, floodLaw},
		{"has no room for a root", onAppend(func() func(*batch) {
			n := 0
			return func(b *batch) {
				b.Spans = slices.DeleteFunc(b.Spans, func(s *tracestore.Span) bool { n++; return s.Parent.IsEmpty() && n > 150 })
			}
		}(), nil), floodLaw},
		{"miscounts what it drops", onAppend(nil, func(r *result) { r.Dropped = 0 }), "above its bound an execution keeps skeletons, then counts"},
		{"has no skeletons", sound(func(c *memorystore.Config) { c.SkeletonReserve = 1e-9 }), "above its bound an execution keeps skeletons, then counts"},
		{"ignores bytes", sound(func(c *memorystore.Config) {
			c.BudgetBytes, c.ExecutionBytes = c.BudgetBytes*16, c.ExecutionBytes*16
		}), "bytes bound an execution as spans do"},
		{
			"makes room by what still runs", with(func(b *binding) { b.put = func(s *tracestore.Summary) { s.Complete = false } }),
			"complete executions make room first, then those longest silent",
		},
		{"does not know senders", onAppend(func(b *batch) { b.Sender = "" }, nil), "a noisy sender makes room by its own executions"},
		{
			"thinks nothing of what is finished", onAppend(func(b *batch) { b.Sender = "" }, nil),
			"what a quiet sender finished outlives what a noisy one is at",
		},
		{
			"does not look for a workflow", onAppend(eachSpan(func(s *tracestore.Span) { s.Facts.WorkflowID = "" }), nil),
			"a workflow is told from the others of its service",
		},
		{
			"does not care for viewers", sound(func(c *memorystore.Config) { c.WatchedShare = 1e-9 }),
			"watched executions make room last, and hold at most half",
		},
		{
			"cares for nothing but viewers", sound(func(c *memorystore.Config) { c.WatchedShare = 1 }),
			"watched executions make room last, and hold at most half",
		},
		{"loses no span whose heartbeats stop", with(func(b *binding) {
			b.sweep = func(tracestore.Store, time.Time) (tracestore.SweepResult, error) {
				return tracestore.SweepResult{}, nil
			}
		}), "an open span whose heartbeats stop is lost"},
		{
			"takes a jump of the clock for silence", sound(func(c *memorystore.Config) { c.ClockJump = 1000 * time.Hour }),
			"a jump of the clock grants one more lease",
		},
		{
			"hears each span as a process of its own", onAppend(eachSpan(func(s *tracestore.Span) {
				s.Facts.Process = uint32(s.ID[7]) + 100*uint32(s.Rank.Class)
			}), nil),
			"an open span without a lease is stale when its process is silent, until that is heard again",
		},
		{"takes a mark for nothing", with(func(b *binding) { b.mark = true }), "marks are written to open records only, once, and move them"},
		{"does not say when to sweep", with(func(b *binding) {
			b.sweep = func(s tracestore.Store, now time.Time) (tracestore.SweepResult, error) {
				res, err := s.Sweep(context.Background(), now)
				res.NextSweepBy = time.Time{}
				return res, err
			}
		}), "a sweep says when there is something to do next"},
		{"counts rows for a cursor", with(func(b *binding) { b.list = byOffset }), listLaw},
		{"lists the oldest first", with(func(b *binding) {
			b.list = func(s tracestore.Store, q tracestore.Query) (tracestore.ExecutionPage, error) {
				p, err := s.Executions(context.Background(), q)
				slices.Reverse(p.Rows)
				return p, err
			}
		}), "a list shows the summaries that were put, newest activity first"},
		{"replaces rows by first ones", with(func(b *binding) { b.hasty = true }), "a first row replaces none"},
		{"concludes what has changed", with(func(b *binding) { b.hasty = true }), "an execution is concluded unless something came of it"},
		{"takes any cursor", with(func(b *binding) {
			b.list = func(s tracestore.Store, q tracestore.Query) (tracestore.ExecutionPage, error) {
				p, err := s.Executions(context.Background(), q)
				if err != nil {
					err = nil
				}
				return p, err
			}
		}), "a cursor that no list gave is refused"},
		{"does not filter", with(func(b *binding) {
			b.list = func(s tracestore.Store, q tracestore.Query) (tracestore.ExecutionPage, error) {
				return s.Executions(context.Background(), tracestore.Query{Limit: q.Limit, Cursor: q.Cursor})
			}
		}), "a list can be asked for a workflow, statuses, a model or a text"},
		{"knows no age", with(func(b *binding) {
			b.list = func(s tracestore.Store, q tracestore.Query) (tracestore.ExecutionPage, error) {
				q.StartedWithin = 0
				return s.Executions(context.Background(), q)
			}
		}), "a list can be asked for when executions started"},
		{"takes the first status for all", with(func(b *binding) {
			b.list = func(s tracestore.Store, q tracestore.Query) (tracestore.ExecutionPage, error) {
				q.Statuses &= -q.Statuses
				return s.Executions(context.Background(), q)
			}
		}), "a list with a filter is what of the whole list fits it"},
		{"tells watchers of everything", telling(func(k []tracestore.Key) []tracestore.Key {
			return append(k, tracestore.Key{Execution: "somebody else's"})
		}), "a change of a watched trace or execution wakes its watcher"},
		{
			"never wakes anybody", with(func(b *binding) {
				b.watch = func(w tracestore.Watcher) tracestore.Watcher { return deaf{w} }
			}), "a change of a watched trace or execution wakes its watcher",
		},
		{
			"does not tell viewers of an eviction", wrapped(func(s tracestore.Store) tracestore.Store {
				evicting := false
				return binding{
					Store: s,
					evict: func(s tracestore.Store, id string) error {
						evicting = true
						return s.Evict(context.Background(), id, tracestore.EvictRequest)
					},
					watch: func(w tracestore.Watcher) tracestore.Watcher {
						return hearing{w, func(k []tracestore.Key) []tracestore.Key {
							if evicting {
								return nil
							}
							return k
						}}
					},
				}
			}), "an eviction wakes the watchers of all its keys",
		},
		{"goes on after it was closed", with(func(b *binding) { b.close = true }), "a closed store says so, and wakes its watchers a last time"},
	}) {
		t.Run(c.breaks, func(t *testing.T) {
			storetest.Impatient(t)
			err := check(t, c.by).Try(c.open)
			require.Error(t, err, "%q accepts it", c.by)
			t.Log(err)
		})
	}
}
