package live

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

func TestNothingIsWatchedAfterTheLastViewerLeftWhateverBecameOfTheExecution(t *testing.T) {
	second := traceID(2)
	for name, play := range map[string]func(*stage) []*Handle{
		"a trace got its execution's name": func(s *stage) []*Handle {
			h := s.open(traceID(1).String())
			s.append(span(1, 0, naming("run-1")))
			return []*Handle{h}
		},
		"a trace became part of an execution with spans of its own": func(s *stage) []*Handle {
			s.append(span(1, 0, naming("run-1")))
			h, other := s.open("run-1"), s.open(second.String())
			s.appendTo(second, span(2, 1))
			synctest.Wait()
			s.appendTo(second, span(1, 0, naming("run-1")))
			return []*Handle{h, other}
		},
		"nobody but the trace's viewer watched the execution it became part of": func(s *stage) []*Handle {
			s.append(span(1, 0, naming("run-1")))
			h := s.open(second.String())
			s.appendTo(second, span(2, 1))
			synctest.Wait()
			s.appendTo(second, span(1, 0, naming("run-1")))
			return []*Handle{h}
		},
		"a hint turned out to be right": func(s *stage) []*Handle {
			h := s.open("run-1", second)
			s.appendTo(second, span(2, 1))
			synctest.Wait()
			s.appendTo(second, span(1, 0, naming("run-1")))
			return []*Handle{h}
		},
		"a hint led to somebody else's trace": func(s *stage) []*Handle {
			s.appendTo(second, span(1, 0, naming("secret")))
			return []*Handle{s.open("run-1", second)}
		},
		"the execution was evicted": func(s *stage) []*Handle {
			s.append(span(1, 0, naming("run-1")))
			h := s.open("run-1")
			require.NoError(s, s.store.Evict(context.Background(), "run-1", tracestore.EvictRequest))
			return []*Handle{h}
		},
		"nobody ever named it": func(s *stage) []*Handle { return []*Handle{s.open("run-1")} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, store := newMeddledStage(t)
				defer s.close()
				handles := play(s)
				synctest.Wait()
				for _, h := range handles {
					h.Close()
				}
				synctest.Wait()
				assert.Empty(t, store.keys())
			})
		})
	}
}

func TestAViewerWhoLeavesTakesNoKeyFromOneWhoWatchesTheSameTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, store := newMeddledStage(t)
		defer s.close()
		s.append(span(1, 0, naming("outer")), span(2, 1, naming("nested")))
		synctest.Wait()
		outer, nested := s.open("outer"), s.open("nested")
		synctest.Wait()
		nested.Close()
		synctest.Wait()
		assert.ElementsMatch(t, []tracestore.Key{{Execution: "outer"}, {Trace: traceID(1)}}, store.keys())
		outer.Close()
		synctest.Wait()
		assert.Empty(t, store.keys())
	})
}
