package canvasprovider

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// resolve does what the Collector does with its --config and --set flags.
func resolve(t *testing.T, uris ...string) (*confmap.Conf, error) {
	t.Helper()
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs: uris,
		ProviderFactories: []confmap.ProviderFactory{
			NewFactory(), envprovider.NewFactory(), fileprovider.NewFactory(), yamlprovider.NewFactory(),
		},
		DefaultScheme: "env",
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, resolver.Shutdown(context.Background())) })
	return resolver.Resolve(context.Background())
}

func TestTheSchemeIsValid(t *testing.T) {
	require.NoError(t, confmaptest.ValidateProviderScheme(NewFactory().Create(confmap.ProviderSettings{})))
}

func TestTheLocalProfileListensOnLoopbackAndForwardsNothing(t *testing.T) {
	conf, err := resolve(t, "canvas:local")
	require.NoError(t, err)
	assert.Equal(t, "localhost:4317", conf.Get("receivers::otlp::protocols::grpc::endpoint"))
	assert.Equal(t, "localhost:4318", conf.Get("receivers::otlp::protocols::http::endpoint"))
	assert.Equal(t, "localhost:8090", conf.Get("extensions::canvasserver::http::endpoint"))
	assert.Equal(t, []any{"canvastrace"}, conf.Get("service::pipelines::traces/live::exporters"))
}

func TestEveryPortMovesWithTheEnvironment(t *testing.T) {
	t.Setenv("CANVAS_OTLP_GRPC_ENDPOINT", "127.0.0.1:1")
	t.Setenv("CANVAS_OTLP_HTTP_ENDPOINT", "127.0.0.1:2")
	t.Setenv("CANVAS_SERVER_ENDPOINT", "127.0.0.1:3")
	t.Setenv("CANVAS_METRICS_HOST", "127.0.0.2")
	t.Setenv("CANVAS_METRICS_PORT", "4")
	conf, err := resolve(t, "canvas:local")
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1:1", conf.Get("receivers::otlp::protocols::grpc::endpoint"))
	assert.Equal(t, "127.0.0.1:2", conf.Get("receivers::otlp::protocols::http::endpoint"))
	assert.Equal(t, "127.0.0.1:3", conf.Get("extensions::canvasserver::http::endpoint"))
	prometheus := conf.Get("service::telemetry::metrics::readers").([]any)[0].(map[string]any)["pull"].(map[string]any)["exporter"].(map[string]any)["prometheus"]
	assert.Equal(t, map[string]any{"host": "127.0.0.2", "port": 4}, prometheus)
}

func TestAVariableThatIsSetToNothingCountsAsUnset(t *testing.T) {
	for _, name := range []string{
		"CANVAS_OTLP_GRPC_ENDPOINT", "CANVAS_OTLP_HTTP_ENDPOINT", "CANVAS_SERVER_ENDPOINT", "CANVAS_METRICS_HOST", "CANVAS_METRICS_PORT",
		"CANVAS_ORCHEO_ENDPOINT", "CANVAS_ORCHEO_TOKEN", "CANVAS_FORWARD_ENDPOINT", "CANVAS_AUTH_TOKEN",
	} {
		t.Setenv(name, "")
	}
	empty, err := resolve(t, "canvas:staging")
	require.NoError(t, err)
	assert.Equal(t, "localhost:4317", empty.Get("receivers::otlp::protocols::grpc::endpoint"))
	assert.Equal(t, "localhost:8090", empty.Get("extensions::canvasserver::http::endpoint"))
	for _, reader := range empty.Get("service::telemetry::metrics::readers").([]any) {
		prometheus := reader.(map[string]any)["pull"].(map[string]any)["exporter"].(map[string]any)["prometheus"]
		assert.Equal(t, map[string]any{"host": "localhost", "port": 8888}, prometheus)
	}
}

func TestAFileAndASetOverlayTheProfile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	require.NoError(t, os.WriteFile(file, []byte("extensions: {canvasserver: {http: {endpoint: localhost:9999}}}"), 0o600))
	conf, err := resolve(t, "canvas:local", "file:"+file, "yaml:processors::memory_limiter::limit_mib: 2048")
	require.NoError(t, err)
	assert.Equal(t, "localhost:9999", conf.Get("extensions::canvasserver::http::endpoint"))
	assert.Equal(t, 2048, conf.Get("processors::memory_limiter::limit_mib"))
	assert.Equal(t, 384, conf.Get("processors::memory_limiter::spike_limit_mib"), "what is not overlaid stays")
}

func TestAnUnknownProfileNamesTheOnesThereAre(t *testing.T) {
	_, err := resolve(t, "canvas:lokal")
	require.ErrorContains(t, err, `no built-in profile "lokal"; there are: local, production, router, staging`)
}

func TestAProfileNameIsNotAPath(t *testing.T) {
	for _, uri := range []string{"canvas:../profiles/local", "canvas:", "canvas:local.yaml"} {
		_, err := resolve(t, uri)
		require.ErrorContains(t, err, "no built-in profile", uri)
	}
}

func TestAURIOfAnotherSchemeIsRefused(t *testing.T) {
	_, err := provider{}.Retrieve(context.Background(), "file:local", nil)
	require.ErrorContains(t, err, "expected canvas:<profile>")
}

func TestTheEnvironmentChoosesWhatAForwardingProfileDoes(t *testing.T) {
	t.Setenv("CANVAS_FORWARD_ENDPOINT", "http://127.0.0.1:1/v1/traces")
	t.Setenv("CANVAS_FORWARD_SAMPLE_RATIO", "0.5")
	conf, err := resolve(t, "canvas:staging", "yaml:exporters::otlp_http/forward::headers: {x-scope: a}")
	require.NoError(t, err)
	assert.Equal(t, []any{"canvastrace", "forward/store"}, conf.Get("service::pipelines::traces/live::exporters"))
	assert.Equal(t, []any{"otlp_http/forward"}, conf.Get("service::pipelines::traces/store::exporters"))
	assert.Equal(t, []any{"filter/partials", "probabilistic_sampler"}, conf.Get("service::pipelines::traces/store::processors"))
	assert.Equal(t, "http://127.0.0.1:1", conf.Get("exporters::otlp_http/forward::endpoint"))
	assert.Equal(t, map[string]any{"x-scope": "a"}, conf.Get("exporters::otlp_http/forward::headers"), "an overlay adds to it")
}

func TestATokenIsTakenAsItIs(t *testing.T) {
	t.Setenv("CANVAS_AUTH_TOKEN", "${env:HOME} $x 007")
	conf, err := resolve(t, "canvas:production")
	require.NoError(t, err)
	assert.Equal(t, "${env:HOME} $x 007", conf.Get("extensions::bearertokenauth/viewers::token"))
}

func TestWhatIsWrongInTheEnvironmentStopsTheStart(t *testing.T) {
	t.Setenv("CANVAS_FORWARD_EXPORTER", "kafka")
	_, err := resolve(t, "canvas:staging")
	require.ErrorContains(t, err, "the environment does not fit the profile staging:\nCANVAS_FORWARD_EXPORTER is \"kafka\"")
}
