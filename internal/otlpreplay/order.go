package otlpreplay

import (
	"math/rand/v2"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Order is the order in which a run's spans are sent.
type Order string

// The orders. In each of them the spans that arrive, and so what a viewer sees in the end, are the same.
const (
	Recorded  Order = "recorded"   // as Orcheo sent them: children first, the root last
	RootFirst Order = "root first" // the root in a request of its own, then the rest as recorded
	Shuffled  Order = "shuffled"   // each span in a request of its own, in an order drawn from the run's seed
	Twice     Order = "twice"      // as recorded, but each request is sent a second time, as a sender does that lost the answer
)

// Orders lists all of them.
func Orders() []Order { return []Order{Recorded, RootFirst, Shuffled, Twice} }

// Arrange returns the requests to send, in order. They are copies: a sender may keep or change them.
func (r *Run) Arrange(order Order) []ptrace.Traces {
	switch order {
	case RootFirst:
		return r.rootFirst()
	case Shuffled:
		return r.shuffled()
	case Twice:
		var twice []ptrace.Traces
		for _, request := range r.Requests {
			twice = append(twice, clone(request), clone(request))
		}
		return twice
	default:
		recorded := make([]ptrace.Traces, len(r.Requests))
		for i, request := range r.Requests {
			recorded[i] = clone(request)
		}
		return recorded
	}
}

func (r *Run) rootFirst() []ptrace.Traces {
	var root, rest []ptrace.Traces
	for _, request := range r.Requests {
		others := clone(request)
		spans(request, func(resource ptrace.ResourceSpans, scope ptrace.ScopeSpans, s ptrace.Span) {
			if s.ParentSpanID().IsEmpty() {
				root = append(root, alone(resource, scope, s))
			}
		})
		others.ResourceSpans().RemoveIf(func(resource ptrace.ResourceSpans) bool {
			resource.ScopeSpans().RemoveIf(func(scope ptrace.ScopeSpans) bool {
				scope.Spans().RemoveIf(func(s ptrace.Span) bool { return s.ParentSpanID().IsEmpty() })
				return scope.Spans().Len() == 0
			})
			return resource.ScopeSpans().Len() == 0
		})
		if others.SpanCount() > 0 {
			rest = append(rest, others)
		}
	}
	return append(root, rest...)
}

func (r *Run) shuffled() []ptrace.Traces {
	var single []ptrace.Traces
	for _, request := range r.Requests {
		spans(request, func(resource ptrace.ResourceSpans, scope ptrace.ScopeSpans, s ptrace.Span) {
			single = append(single, alone(resource, scope, s))
		})
	}
	random := rand.New(rand.NewPCG(r.Seed, 1)) // another stream than the ids are drawn from
	random.Shuffle(len(single), func(i, j int) { single[i], single[j] = single[j], single[i] })
	return single
}

// alone is a request with one span, under its resource and scope.
func alone(resource ptrace.ResourceSpans, scope ptrace.ScopeSpans, s ptrace.Span) ptrace.Traces {
	request := ptrace.NewTraces()
	rs := request.ResourceSpans().AppendEmpty()
	resource.Resource().CopyTo(rs.Resource())
	rs.SetSchemaUrl(resource.SchemaUrl())
	ss := rs.ScopeSpans().AppendEmpty()
	scope.Scope().CopyTo(ss.Scope())
	ss.SetSchemaUrl(scope.SchemaUrl())
	s.CopyTo(ss.Spans().AppendEmpty())
	return request
}

func clone(request ptrace.Traces) ptrace.Traces {
	c := ptrace.NewTraces()
	request.CopyTo(c)
	return c
}
