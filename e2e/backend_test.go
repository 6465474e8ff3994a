package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// backend stands in for Orcheo's: it knows the trace id of an execution from the start, and answers as Orcheo does.
type backend struct {
	*httptest.Server
	mu    sync.Mutex
	calls map[string]int
}

func startBackend(t *testing.T, run otlpreplay.Expectation) *backend {
	t.Helper()
	b := &backend{calls: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/executions/{id}/trace", func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		b.mu.Lock()
		b.calls[id]++
		b.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if id != run.ExecutionID {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"detail":"Execution history not found"}`))
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"execution": map[string]any{
				"id": id, "status": "running", "thread_id": id, "started_at": nil, "finished_at": nil,
				"trace_id": run.TraceID, "token_usage": map[string]int{"input": 0, "output": 0},
			},
			"spans":     []any{},
			"page_info": map[string]any{"has_next_page": false, "cursor": nil},
		})
	})
	b.Server = httptest.NewServer(mux)
	t.Cleanup(b.Close)
	return b
}

func (b *backend) asked(id string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls[id]
}

func (c *collector) put(t testing.TB, route string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPut, "http://"+c.server+route, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Less(t, resp.StatusCode, 300, "PUT %s", route)
}
