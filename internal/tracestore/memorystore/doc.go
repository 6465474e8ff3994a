// Package memorystore is the trace store that lives in the Collector's own memory.
//
// # What is kept
//
// A trace holds the latest record of each of its spans, and the order in which they changed (see rows). What a span says lies
// in chunks of bytes, one for each batch, of which readers get parts and not copies; rows and chunks hold no pointers, so that a
// full store is nothing to the garbage collector. A resource is kept once for all traces that have it (see contextPool). Traces and
// the executions that name them form groups: an execution may have several traces, and a trace may be named by several, nested,
// executions. A group is what is bounded, what is evicted, and what its sender is charged for.
//
// # Bounds
//
// Every byte is accounted for as the allocator takes it (see account.go). The sum never exceeds Config.BudgetBytes when a
// method returns: what must go goes before the lock is released. Over its own bound an execution keeps skeletons of new
// spans while a reserve lasts, then counts them; updates, roots and spans that say how a workflow ended stay welcome up to
// half of the budget, so that a flood neither hides how an execution ended nor evicts everybody else.
//
// Who must go is decided by sender (see queue): of whoever holds most, complete executions first. What is finished and left
// alone can be compressed (see compressed); its bounds stay those of its records in full.
//
// # Restart
//
// Snapshot writes everything in the frames of saved.go, records in the blocks that compression makes of them anyway. Restore
// reads all of it before it takes anything in, and leaves records in their blocks until they change.
//
// # Locking
//
// One read-write lock guards everything. Append holds it for one batch, that is for the spans of one trace, at less than a
// microsecond each. Read holds it shared, for one binary search and for making at most ReadLimit.Records records, a tenth of a
// microsecond each: that is the longest that an appender waits for a reader. Watchers are signalled without waiting for them. Records are
// packed and unpacked outside of the lock. The store has no goroutine of its own: somebody must call Sweep from time to time,
// and start a Compressor.
package memorystore
