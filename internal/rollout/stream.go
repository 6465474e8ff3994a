package rollout

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// stream is a live stream, and what came over it. A nil stream has nothing.
type stream struct {
	cancel func()
	done   chan struct{}
	news   chan struct{} // a hint that something changed

	mu       sync.Mutex
	seen     map[string]time.Time // span id → when it came first
	frames   int
	text     strings.Builder
	complete bool
	ended    error
	endedAt  time.Time
}

func newStream(cancel func()) *stream {
	return &stream{cancel: cancel, done: make(chan struct{}), news: make(chan struct{}, 1), seen: map[string]time.Time{}}
}

// take keeps one frame.
func (s *stream) take(frame []byte) {
	var f struct {
		Complete bool `json:"complete"`
		Spans    []struct {
			SpanID string `json:"span_id"`
		} `json:"spans"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames++
	if s.text.Len() < maxAnswer {
		s.text.Write(frame)
	}
	if json.Unmarshal(frame, &f) == nil {
		s.complete = s.complete || f.Complete
		for _, span := range f.Spans {
			if _, is := s.seen[span.SpanID]; !is {
				s.seen[span.SpanID] = time.Now()
			}
		}
	}
	s.hint()
}

// end says why nothing more comes.
func (s *stream) end(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended, s.endedAt = why, time.Now()
	s.hint()
	close(s.done)
}

func (s *stream) hint() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

func (s *stream) close() {
	if s != nil {
		s.cancel()
		<-s.done
	}
}

// has says when a span came.
func (s *stream) has(id pcommon.SpanID) (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, is := s.seen[id.String()]
	return at, is
}

// count is how many of these spans came.
func (s *stream) count(ids []pcommon.SpanID) int {
	n := 0
	for _, id := range ids {
		if _, is := s.has(id); is {
			n++
		}
	}
	return n
}

// over says why and when the stream ended; nil: it goes on.
func (s *stream) over() (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endedAt, s.ended
}

func (s *stream) state() (frames int, complete bool, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frames, s.complete, s.text.String()
}

// await waits until a condition holds, the stream ends, or the time is over.
func (s *stream) await(ctx context.Context, within time.Duration, condition func() bool) bool {
	timer := time.NewTimer(within)
	defer timer.Stop()
	for !condition() {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return condition()
		case <-s.done:
			return condition()
		case <-s.news:
		}
	}
	return true
}
