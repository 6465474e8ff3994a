package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.yaml.in/yaml/v3"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// selector is a metric in an expression, with what is asked of its labels.
var (
	selector = regexp.MustCompile(`(otelcol_[a-z_]+)(\{[^}]*\})?`)
	matcher  = regexp.MustCompile(`([a-z_]+)=~?\\?"([^"\\]*)\\?"`)
	escaped  = strings.NewReplacer(`\"`, `"`)
)

// TestWhatAlertsAndDashboardsAskForExists asks the running binary for every metric that an alert or a dashboard names. What
// only a rare event brings forth, and cannot be brought about here, must be declared by its component.
func TestWhatAlertsAndDashboardsAskForExists(t *testing.T) {
	scraped := provoke(t)
	declared := declaredMetrics(t)
	files, err := filepath.Glob("../distribution/*/*.json")
	require.NoError(t, err)
	more, err := filepath.Glob("../distribution/alerts/*.rules.yaml")
	require.NoError(t, err)
	require.Len(t, more, 1)
	asked := map[string]bool{}
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, found := range selector.FindAllStringSubmatch(escaped.Replace(string(text)), -1) {
			name := found[1]
			if strings.HasPrefix(name, "otelcol_loadbalancer_") { // the router's, see TestRouterHasWhatAlertsAskFor
				continue
			}
			asked[name] = true
			values, ours := declared[name]
			assert.True(t, scraped[name] || ours, "%s asks for %s, which the collector does not have", file, name)
			for _, m := range matcher.FindAllStringSubmatch(found[2], -1) {
				assert.True(t, m[1] == "job" || m[1] == "instance" || scraped[name+" "+m[1]] || values[m[1]] != nil, "%s asks %s for the label %s", file, name, m[1])
				for value := range strings.SplitSeq(m[2], "|") {
					assert.True(t, len(values[m[1]]) == 0 || slices.Contains(values[m[1]], value), "%s asks %s for %s=%s", file, name, m[1], value)
				}
			}
		}
	}
	assert.Greater(t, len(asked), 35)
}

// provoke has collectors do what they do, and returns the names of the metrics that they then have, each also with each of
// its labels after a space.
func provoke(t *testing.T) map[string]bool {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadRequest) }))
	t.Cleanup(backend.Close)
	forward := []string{"CANVAS_FORWARD_ENDPOINT=" + backend.URL, "CANVAS_AUTH_TOKEN=right", "CANVAS_FORWARD_SAMPLE_RATIO=0.5"}
	refused := start(t, profile("staging", forward...))
	crowded := profile("staging", append(forward, "CANVAS_FORWARD_SAMPLE_RATIO=1")...)
	crowded.args = append(crowded.args, "--set=exporters.otlp_http/forward.sending_queue.queue_size=1", "--set=exporters.otlp_http/forward.sending_queue.batch.min_size=0")
	full := start(t, crowded)

	_, resp, err := websocket.DefaultDialer.Dial("ws://"+refused.server+"/ws/executions/run-ordinary", nil)
	require.Error(t, err, "without a token")
	require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	_ = resp.Body.Close()
	v, resp, err := websocket.DefaultDialer.Dial("ws://"+refused.server+"/ws/executions/run-ordinary", http.Header{"Authorization": {"Bearer right"}})
	require.NoError(t, err)
	_ = resp.Body.Close()
	defer v.Close()
	_, _, err = v.ReadMessage() // what there is: nothing yet
	require.NoError(t, err)

	for n := range 40 { // half of them is sampled
		refused.post(t, otlpreplay.HTTPProtobuf, batch(pcommon.TraceID{byte(n + 1), 9: byte(n * 6)}, "run-ordinary", 1, 1, 100))
	}
	refused.send(t, otlpreplay.HTTPProtobuf, freshRun(t, "rich"), otlpreplay.Recorded)
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, full.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	require.Error(t, sender.Send(testContext(t), batch(pcommon.TraceID{1}, "run-crowded", 1, 1, 100)), "nothing fits into that queue")

	for _, name := range []string{"otelcol_canvasserver_receive_to_frame_bucket", "otelcol_exporter_send_failed_spans"} {
		eventually(t, patience, name, func() bool { return names(t, refused)[name] })
	}
	all := names(t, refused)
	for name := range names(t, full) {
		all[name] = true
	}
	return all
}

func names(t *testing.T, c *collector) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for line := range strings.Lines(c.scrape(t)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, labels, _ := strings.Cut(strings.Fields(line)[0], "{")
		all[name] = true
		for _, m := range matcher.FindAllStringSubmatch(labels, -1) {
			all[name+" "+m[1]] = true
		}
	}
	return all
}

// declaredMetrics are the metrics of our components, as Prometheus names them, with the values of their labels: nil, where a
// label may say anything.
func declaredMetrics(t *testing.T) map[string]map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../*/*/metadata.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 4)
	all := map[string]map[string][]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var declared struct {
			Attributes map[string]struct {
				NameOverride string `yaml:"name_override"`
				Enum         []string
			}
			Telemetry struct {
				Metrics map[string]struct {
					Histogram  any
					Attributes []string
				}
			}
		}
		require.NoError(t, yaml.Unmarshal(text, &declared), file)
		for name, metric := range declared.Telemetry.Metrics {
			labels := map[string][]string{}
			for _, key := range metric.Attributes {
				attribute := declared.Attributes[key]
				if attribute.NameOverride != "" {
					key = attribute.NameOverride
				}
				labels[strings.ReplaceAll(key, ".", "_")] = append([]string{}, attribute.Enum...)
			}
			if metric.Histogram == nil {
				all["otelcol_"+name] = labels
			}
		}
	}
	return all
}
