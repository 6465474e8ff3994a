package tracestore

import "time"

// Query selects executions: those that fit all of its fields. Zero fields fit everything. It is comparable, so that equal
// questions can be told.
type Query struct {
	WorkflowID string
	Statuses   StatusSet
	Model      string // one of the models, whole, case-insensitive
	Text       string // case-insensitive, in ids, names, workflow and model; never in content

	// When an execution started, by its sender's clock. One whose start is not known yet fits none of these.
	StartedFrom   int64         // Unix nanoseconds, and it is part of the range
	StartedBefore int64         // Unix nanoseconds
	StartedWithin time.Duration // before now, by the store's clock: what fits grows old and fits no more

	Limit  int    // 0: the store's default of 50
	Cursor string // of the page before
}

// StatusSet is a set of statuses. The empty one stands for all of them.
type StatusSet uint8

// AllStatuses are the states of an execution.
var AllStatuses = [...]Status{StatusPending, StatusRunning, StatusCompleted, StatusFailed, StatusCancelled}

// SetOf is the set of these statuses; what is none of AllStatuses is left out.
func SetOf(statuses ...Status) (set StatusSet) {
	for _, s := range statuses {
		set |= s.bit()
	}
	return set
}

// Has says whether a status is in the set.
func (set StatusSet) Has(s Status) bool { return set == 0 || set&s.bit() != 0 }

func (s Status) bit() StatusSet {
	for i, known := range AllStatuses {
		if s == known {
			return 1 << i
		}
	}
	return 0
}
