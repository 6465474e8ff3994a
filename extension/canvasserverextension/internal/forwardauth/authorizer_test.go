package forwardauth

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service is an operator's: it says yes to what is in yes, and remembers what it was asked.
type service struct {
	*httptest.Server

	mu     sync.Mutex
	status map[string]int // path → answer; others: 403
	asked  []*http.Request
	hold   chan struct{} // answers wait for it, if it is set
}

func newService(t *testing.T, status map[string]int) *service {
	s := &service{status: status}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r)
		hold, code := s.hold, s.status[r.URL.EscapedPath()]
		s.mu.Unlock()
		if hold != nil {
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		}
		if code == http.StatusFound {
			w.Header().Set("Location", "/yes")
		}
		if code == 0 {
			code = http.StatusForbidden
		}
		w.WriteHeader(code)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *service) questions() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request{}, s.asked...)
}

func (s *service) set(path string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[path] = status
}

func newAuthorizer(t *testing.T, s *service, change ...func(*Config)) *Authorizer {
	t.Helper()
	c := Config{
		URLs:    map[Kind]string{Execution: s.URL + "/may/{execution_id}"},
		Timeout: 5 * time.Second, TTL: time.Minute, MaxEntries: 100, Parallel: 4,
	}
	for _, f := range change {
		f(&c)
	}
	a, err := New(c, func(Kind, Result) {})
	require.NoError(t, err)
	t.Cleanup(a.Close)
	return a
}

func of(token, id string) Question {
	return Question{Header: http.Header{"Authorization": {"Bearer " + token}}, Kind: Execution, ID: id}
}

func TestOnlyA2xxIsAYes(t *testing.T) {
	s := newService(t, map[string]int{
		"/may/ok": 200, "/may/empty": 204, "/may/moved": 302, "/may/unknown": 404, "/may/who": 401, "/may/broken": 500, "/may/busy": 429, "/yes": 200,
	})
	a := newAuthorizer(t, s)
	for id, want := range map[string]Result{
		"ok": Allowed, "empty": Allowed, "moved": Denied, "unknown": Denied, "who": Denied, "never heard of": Denied,
		"broken": Failed, "busy": Failed,
	} {
		assert.Equal(t, want, a.Ask(t.Context(), of("t", id)).Result, id)
	}
	for _, r := range s.questions() {
		assert.NotEqual(t, "/yes", r.URL.Path, "no redirect is followed")
	}
}

func TestTheServiceGetsTheCredentialsAndTheEscapedID(t *testing.T) {
	s := newService(t, map[string]int{"/may/a%2F..%2Fb": 200})
	a := newAuthorizer(t, s)
	assert.Equal(t, Allowed, a.Ask(t.Context(), of("secret", "a/../b")).Result)
	r := s.questions()[0]
	assert.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
	assert.Equal(t, "a%2F..%2Fb", r.Header.Get("X-Canvas-Execution-Id"))
	assert.Equal(t, "/may/a%2F..%2Fb", r.URL.EscapedPath())
}

func TestAKindWithoutURLIsANo(t *testing.T) {
	a := newAuthorizer(t, newService(t, nil))
	assert.Equal(t, Denied, a.Ask(t.Context(), Question{Kind: Workflow, ID: "wf"}).Result)
}

func TestAnAnswerIsRememberedPerCredentialAndID(t *testing.T) {
	s := newService(t, map[string]int{"/may/a": 200})
	a := newAuthorizer(t, s)
	for range 3 {
		assert.Equal(t, Allowed, a.Ask(t.Context(), of("one", "a")).Result)
	}
	assert.Len(t, s.questions(), 1)
	a.Ask(t.Context(), of("two", "a"))
	a.Ask(t.Context(), of("one", "b"))
	assert.Len(t, s.questions(), 3)
	assert.NotEqual(t, keyOf(Question{Header: http.Header{"A": {"b", "c"}}}), keyOf(Question{Header: http.Header{"A": {"b"}, "C": nil}}))
}

func TestAYesCountsForItsTimeOnly(t *testing.T) {
	s := newService(t, map[string]int{"/may/a": 200})
	a := newAuthorizer(t, s, func(c *Config) { c.TTL = time.Nanosecond })
	assert.Equal(t, Allowed, a.Ask(t.Context(), of("t", "a")).Result)
	s.set("/may/a", 403)
	assert.Equal(t, Denied, a.Ask(t.Context(), of("t", "a")).Result)
}

func TestManyWhoAskAtOnceAreOneQuestion(t *testing.T) {
	s := newService(t, map[string]int{"/may/a": 200})
	s.hold = make(chan struct{})
	a := newAuthorizer(t, s)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { assert.Equal(t, Allowed, a.Ask(t.Context(), of("t", "a")).Result) })
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, Failed, a.Ask(gone, of("t", "a")).Result, "who leaves does not wait")
	require.Eventually(t, func() bool { return len(s.questions()) == 1 }, 10*time.Second, time.Millisecond)
	close(s.hold)
	wg.Wait()
	assert.Len(t, s.questions(), 1)
}

func TestAServiceThatDoesNotAnswerIsANo(t *testing.T) {
	s := newService(t, map[string]int{"/may/a": 200})
	s.hold = make(chan struct{})
	defer close(s.hold)
	a := newAuthorizer(t, s, func(c *Config) { c.Timeout = 20 * time.Millisecond })
	assert.Equal(t, Failed, a.Ask(t.Context(), of("t", "a")).Result)
}

func TestMemoryIsBounded(t *testing.T) {
	s := newService(t, nil)
	a := newAuthorizer(t, s, func(c *Config) { c.MaxEntries = 10 })
	for i := range 50 {
		a.Ask(t.Context(), of("t", fmt.Sprint(i)))
		assert.LessOrEqual(t, len(a.answers), 10)
	}
	s.mu.Lock()
	s.hold = make(chan struct{})
	s.mu.Unlock()
	left, leave := context.WithCancel(t.Context())
	leave()
	for i := range 10 {
		a.Ask(left, of("t", fmt.Sprint("open", i)))
	}
	assert.Equal(t, Overflow, a.Ask(left, of("t", "one too many")).Result)
	close(s.hold)
}

func TestAnAnswerIsNotReadBeyondWhatIsNeeded(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"an endless header": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Large", strings.Repeat("x", 1<<20))
		},
		"an endless body": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		},
	} {
		s := httptest.NewServer(answer)
		a := newAuthorizer(t, &service{Server: s})
		got := a.Ask(t.Context(), of("t", "a")).Result
		if name == "an endless header" {
			assert.Equal(t, Failed, got, name)
		} else {
			assert.Equal(t, Allowed, got, name)
		}
		a.Close()
		s.Close()
	}
}

func TestCloseEndsWhatIsAsked(t *testing.T) {
	s := newService(t, nil)
	s.hold = make(chan struct{})
	defer close(s.hold)
	a := newAuthorizer(t, s)
	answered := make(chan Verdict, 1)
	go func() { answered <- a.Ask(context.Background(), of("t", "a")) }()
	require.Eventually(t, func() bool { return len(s.questions()) == 1 }, 10*time.Second, time.Millisecond)
	a.Close()
	assert.Equal(t, Failed, (<-answered).Result)
	assert.Equal(t, Failed, a.Ask(t.Context(), of("t", "b")).Result)
}

func TestTemplates(t *testing.T) {
	for text, ok := range map[string]bool{
		"http://auth:9000/may/{execution_id}":        true,
		"https://auth/may/{execution_id}/read?x=":    true,
		"https://auth/may":                           true,
		"https://{execution_id}.auth/":               false,
		"https://auth{execution_id}/":                false,
		"https://auth/?id={execution_id}":            false,
		"https://auth/{execution_id}/{execution_id}": false,
		"https://auth/{workflow_id}":                 false,
		"https://user:secret@auth/":                  false,
		"auth:9000/may":                              false,
		"":                                           false,
	} {
		assert.Equal(t, ok, CheckTemplate(Execution, text) == nil, text)
	}
}

func FuzzNoIDLeadsElsewhere(f *testing.F) {
	f.Add("../../x")
	f.Add("?x=1#y")
	f.Add("\x00")
	f.Fuzz(func(t *testing.T, id string) {
		tpl, err := parseTemplate(Execution, "http://auth:9000/may/{execution_id}/read")
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(http.MethodGet, tpl.url(id), http.NoBody)
		if err != nil {
			return
		}
		if req.URL.Host != "auth:9000" || req.URL.RawQuery != "" || req.URL.Fragment != "" {
			t.Fatalf("%q leads to %s", id, req.URL)
		}
	})
}
