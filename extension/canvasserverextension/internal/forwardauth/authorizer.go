package forwardauth

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Result is what came of a question.
type Result string

// The results.
const (
	Allowed  Result = "allowed"
	Denied   Result = "denied"   // the service said no, or anything but yes
	Failed   Result = "failed"   // the service did not answer in time, or said that it cannot
	Overflow Result = "overflow" // not asked: too many questions are open
)

// Question is whether the viewer with these credentials has a right. The header is not changed and not kept.
type Question struct {
	Header http.Header
	Kind   Kind
	ID     string
}

// Verdict is an answer and how long it counts. Only Allowed is a yes.
type Verdict struct {
	Result Result
	Until  time.Time
}

// Config says whom to ask, and bounds the work. All bounds must be positive. An empty URL means no to everybody.
type Config struct {
	URLs       map[Kind]string
	TLS        *tls.Config   // for https; nil: as the system trusts
	Timeout    time.Duration // of one question
	TTL        time.Duration // how long a yes counts
	MaxEntries int           // answers that are remembered, and questions that are open
	Parallel   int           // questions at once
}

// How long other answers count: long enough to shield the service from whoever asks in a loop.
const (
	deniedTTL = 5 * time.Second
	failedTTL = time.Second
)

// Authorizer asks and remembers. Close ends it.
type Authorizer struct {
	config   Config
	endpoint *endpoint
	report   func(Kind, Result)

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	turns  chan struct{}

	mu      sync.Mutex
	closed  bool
	answers map[key]*answer
}

// key is who asks for what, without the secret.
type key [sha256.Size]byte

// answer is a question and, once done is closed, what came of it.
type answer struct {
	done    chan struct{}
	verdict Verdict
}

// New returns an authorizer; report is called with the result of each question that was put.
func New(c Config, report func(Kind, Result)) (*Authorizer, error) {
	e, err := newEndpoint(&c)
	if err != nil {
		return nil, err
	}
	a := &Authorizer{config: c, endpoint: e, report: report, turns: make(chan struct{}, c.Parallel), answers: map[key]*answer{}}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a, nil
}

// Close ends all asking and waits for it. What is asked afterwards has failed.
func (a *Authorizer) Close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.cancel()
	a.wg.Wait()
	a.endpoint.client.CloseIdleConnections()
}

// Ask answers from memory, or has the service asked. It waits no longer than a question may take, or ctx.
func (a *Authorizer) Ask(ctx context.Context, q Question) Verdict {
	found, verdict := a.answer(q)
	if found == nil {
		return verdict
	}
	select {
	case <-found.done:
		return found.verdict
	case <-ctx.Done():
		return Verdict{Result: Failed}
	}
}

// answer finds the answer to a question or begins to ask it; nil where there is no room.
func (a *Authorizer) answer(q Question) (*answer, Verdict) {
	k, now := keyOf(q), time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return nil, Verdict{Result: Failed}
	}
	known := a.answers[k]
	if known != nil && known.counts(now) {
		return known, Verdict{}
	}
	if known == nil && len(a.answers) >= a.config.MaxEntries && !a.forget(now) {
		a.report(q.Kind, Overflow)
		return nil, Verdict{Result: Overflow}
	}
	asked := &answer{done: make(chan struct{})}
	a.answers[k] = asked
	q.Header = maps.Clone(q.Header)
	a.wg.Go(func() { a.put(asked, q) })
	return asked, Verdict{}
}

// counts says whether an answer is being waited for, or still good.
func (a *answer) counts(now time.Time) bool {
	select {
	case <-a.done:
		return now.Before(a.verdict.Until)
	default:
		return true
	}
}

// put asks the service. Whoever asked first may leave meanwhile: others may wait.
func (a *Authorizer) put(asked *answer, q Question) {
	defer close(asked.done)
	ctx, cancel := context.WithTimeout(a.ctx, a.config.Timeout)
	defer cancel()
	result := Failed
	select {
	case a.turns <- struct{}{}:
		result = a.endpoint.ask(ctx, q)
		<-a.turns
	case <-ctx.Done():
	}
	a.report(q.Kind, result)
	asked.verdict = Verdict{Result: result, Until: time.Now().Add(a.ttl(result))}
}

func (a *Authorizer) ttl(r Result) time.Duration {
	switch r {
	case Allowed:
		return a.config.TTL
	case Denied:
		return min(a.config.TTL, deniedTTL)
	}
	return min(a.config.TTL, failedTTL)
}

// forget makes room: among some answers it drops those that count no more, or else one that is known. a.mu is held.
func (a *Authorizer) forget(now time.Time) (room bool) {
	const look = 32
	seen := 0
	var oldest *key
	var until time.Time
	for k, known := range a.answers {
		if seen++; seen > look {
			break
		}
		select {
		case <-known.done:
		default:
			continue // somebody waits for it
		}
		if !known.counts(now) {
			delete(a.answers, k)
			room = true
		} else if oldest == nil || known.verdict.Until.Before(until) {
			oldest, until = &k, known.verdict.Until
		}
	}
	if !room && oldest != nil {
		delete(a.answers, *oldest)
		room = true
	}
	return room
}

// keyOf hashes a question, with lengths between the parts so that no two questions are written alike.
func keyOf(q Question) (k key) {
	h := sha256.New()
	part := func(text string) {
		n := len(text)
		_, _ = h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		_, _ = h.Write([]byte(text))
	}
	part(string(q.Kind))
	part(q.ID)
	for _, name := range slices.Sorted(maps.Keys(q.Header)) {
		part(name)
		for _, value := range q.Header[name] {
			part(value)
		}
		part("")
	}
	h.Sum(k[:0])
	return k
}
