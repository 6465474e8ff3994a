package environment

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

var (
	local      = Profile{}
	staging    = Profile{Forwards: true, SampleRatio: 1}
	production = Profile{Forwards: true, SampleRatio: 0.25, TokenNeeded: true}
)

// set is an environment.
type set map[string]string

func (s set) overlay(p Profile) (*confmap.Conf, error) {
	return p.Overlay(func(name string) string { return s[name] }, machine())
}

func TestWhereTracesGo(t *testing.T) {
	for _, tt := range []struct {
		name     string
		env      set
		exporter string
		endpoint any
	}{
		{"nowhere, where nothing is said", nil, "nop", nil},
		{"nowhere, where none is said", set{ForwardExporter: "none", ForwardEndpoint: "http://tempo:4318"}, "nop", nil},
		{"to the terminal", set{ForwardExporter: "console"}, "debug/forward", nil},
		{"in any case of letters, with spaces", set{ForwardExporter: " Console "}, "debug/forward", nil},
		{"over HTTP", set{ForwardExporter: "otlp", ForwardEndpoint: "http://tempo:4318"}, "otlp_http/forward", "http://tempo:4318"},
		{"over gRPC", set{ForwardExporter: "otlp", ForwardEndpoint: "http://tempo:4317"}, "otlp_grpc/forward", "tempo:4317"},
		{"over gRPC, by word", set{ForwardExporter: "otlp", ForwardEndpoint: "http://tempo:4318", ForwardProtocol: "grpc"}, "otlp_grpc/forward", "tempo:4318"},
		{"over HTTP, by OpenTelemetry's word", set{ForwardEndpoint: "http://tempo:4317", ForwardProtocol: "http/protobuf"}, "otlp_http/forward", "http://tempo:4317"},
		{"to an endpoint, without more words", set{ForwardEndpoint: "http://tempo:4318"}, "otlp_http/forward", "http://tempo:4318"},
		{"as Orcheo's backend does", set{OrcheoExporter: "otlp", OrcheoEndpoint: "http://tempo:4318/v1/traces"}, "otlp_http/forward", "http://tempo:4318"},
		{"to our endpoint rather than Orcheo's", set{OrcheoExporter: "otlp", OrcheoEndpoint: "http://localhost:4318/v1/traces", ForwardEndpoint: "http://tempo:4318"}, "otlp_http/forward", "http://tempo:4318"},
		{"to our endpoint although the backend traces nothing", set{OrcheoExporter: "none", ForwardEndpoint: "http://tempo:4318"}, "otlp_http/forward", "http://tempo:4318"},
		{"nowhere, as we say, although the backend does", set{ForwardExporter: "none", OrcheoExporter: "otlp", OrcheoEndpoint: "http://localhost:4318/v1/traces"}, "nop", nil},
		{"nowhere, with variables that are set to nothing", set{ForwardExporter: "", ForwardEndpoint: " "}, "nop", nil},
		{"with a dollar in its path", set{ForwardEndpoint: "http://tempo:4318/$HOME"}, "otlp_http/forward", "http://tempo:4318/$$HOME"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conf, err := tt.env.overlay(staging)
			require.NoError(t, err)
			assert.Equal(t, []any{tt.exporter}, conf.Get("service::pipelines::traces/store::exporters"))
			require.True(t, conf.IsSet("exporters::"+tt.exporter))
			assert.Equal(t, tt.endpoint, conf.Get("exporters::"+tt.exporter+"::endpoint"))
		})
	}
}

func TestTLSIsAsTheSchemeSays(t *testing.T) {
	for _, tt := range []struct {
		env      set
		insecure bool
	}{
		{set{ForwardEndpoint: "grpc://tempo:4317"}, true},
		{set{ForwardEndpoint: "grpcs://tempo:4317"}, false},
		{set{ForwardEndpoint: "tempo:4317"}, false},
		{set{ForwardEndpoint: "tempo:4317", ForwardInsecure: "yes"}, true},
		{set{ForwardEndpoint: "tempo:4317", OrcheoInsecure: "True"}, true},
		{set{ForwardEndpoint: "tempo:4317", OrcheoInsecure: "True", ForwardInsecure: "0"}, false},
		{set{ForwardEndpoint: "grpcs://tempo:4317", OrcheoInsecure: "true"}, false},
	} {
		conf, err := tt.env.overlay(staging)
		require.NoError(t, err)
		assert.Equal(t, tt.insecure, conf.Get("exporters::otlp_grpc/forward::tls::insecure"), "%v", tt.env)
	}
}

func TestTheShareThatIsForwarded(t *testing.T) {
	with, without := []any{"filter/partials", "probabilistic_sampler"}, []any{"filter/partials"}
	for _, tt := range []struct {
		name       string
		profile    Profile
		env        set
		processors []any
		percentage float64
	}{
		{"all in staging", staging, nil, without, 100},
		{"a quarter in production", production, set{AuthToken: "t"}, with, 25},
		{"none", staging, set{ForwardSampleRatio: "0"}, with, 0},
		{"a half", staging, set{ForwardSampleRatio: "0.5"}, with, 50},
		{"all, by word", production, set{AuthToken: "t", ForwardSampleRatio: "1.0"}, without, 100},
		{"Orcheo's share", staging, set{OrcheoSampleRatio: "1e-1"}, with, 10},
		{"ours before Orcheo's", staging, set{OrcheoSampleRatio: "0.1", ForwardSampleRatio: "0.3"}, with, 30},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conf, err := tt.env.overlay(tt.profile)
			require.NoError(t, err)
			assert.Equal(t, tt.processors, conf.Get("service::pipelines::traces/store::processors"))
			assert.InDelta(t, tt.percentage, conf.Get("processors::probabilistic_sampler::sampling_percentage"), 1e-9)
		})
	}
}

func TestWhatIsSharedWithTheBackend(t *testing.T) {
	conf, err := set{OrcheoServiceName: "orcheo-staging", OrcheoHighTokenThreshold: "2000", OrcheoPreviewMaxLength: "64"}.overlay(local)
	require.NoError(t, err)
	assert.EqualValues(t, 2000, conf.Get("processors::tokenpreview::high_token_threshold"))
	assert.EqualValues(t, 64, conf.Get("processors::tokenpreview::preview_max_length"))
	assert.EqualValues(t, 2000, conf.Get("extensions::canvasserver::thresholds::high_tokens"))
	assert.Equal(t, []any{"memory_limiter", "resource/service_name", "tokenpreview"}, conf.Get("service::pipelines::traces/live::processors"))
	assert.Equal(t, []any{map[string]any{"key": "service.name", "value": "orcheo-staging", "action": "insert"}}, conf.Get("processors::resource/service_name::attributes"))

	conf, err = set{}.overlay(local)
	require.NoError(t, err)
	assert.False(t, conf.IsSet("service::pipelines"), "the profile's own pipelines stay as they are")
}

func TestTheLocalProfileLooksAtNoVariableOfForwarding(t *testing.T) {
	conf, err := set{ForwardExporter: "otlp", ForwardEndpoint: "nonsense", OrcheoSampleRatio: "7"}.overlay(local)
	require.NoError(t, err)
	assert.False(t, conf.IsSet("exporters"))
}

func TestTokensBecomeAuthenticators(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("from-a-file\n"), 0o600))
	conf, err := set{AuthToken: "v$ewers", IngestTokenFile: file, AllowedOrigins: "https://a.example, https://b.example,", AllowedHosts: "canvas.example"}.overlay(production)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"token": "v$$ewers"}, conf.Get("extensions::bearertokenauth/viewers"), "not expanded as a variable")
	assert.Equal(t, map[string]any{"filename": file}, conf.Get("extensions::bearertokenauth/senders"))
	assert.Equal(t, []any{"canvasserver", "bearertokenauth/viewers", "bearertokenauth/senders"}, conf.Get("service::extensions"))
	assert.Equal(t, "bearertokenauth/viewers", conf.Get("extensions::canvasserver::http::auth::authenticator"))
	for _, protocol := range []string{"grpc", "http"} {
		assert.Equal(t, "bearertokenauth/senders", conf.Get("receivers::otlp::protocols::"+protocol+"::auth::authenticator"))
	}
	assert.Equal(t, []any{"https://a.example", "https://b.example"}, conf.Get("extensions::canvasserver::allowed_origins"))
	assert.Equal(t, []any{"canvas.example"}, conf.Get("extensions::canvasserver::allowed_hosts"))
	assert.False(t, conf.IsSet("extensions::canvasserver::insecure"))
}

func TestAFolderForStateKeepsTheStoreAndTheQueue(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "st$te")
	conf, err := set{StateDir: folder, AuthToken: "t", ForwardEndpoint: "http://tempo:4318"}.overlay(production)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"directory": strings.ReplaceAll(folder, "$", "$$"), "create_directory": true}, conf.Get("extensions::file_storage"))
	assert.Equal(t, []any{"canvasserver", "bearertokenauth/viewers", "file_storage"}, conf.Get("service::extensions"))
	assert.Equal(t, "file_storage", conf.Get("exporters::canvastrace::storage"))
	assert.Equal(t, "file_storage", conf.Get("exporters::otlp_http/forward::sending_queue::storage"))

	conf, err = set{ForwardEndpoint: "http://tempo:4318"}.overlay(staging)
	require.NoError(t, err)
	assert.False(t, conf.IsSet("extensions::file_storage"))
	assert.False(t, conf.IsSet("exporters::otlp_http/forward::sending_queue::storage"))
}

func TestWhoMayStartWithoutATokenAndWhere(t *testing.T) {
	everywhere := set{OTLPHTTPEndpoint: "0.0.0.0:4318"}
	with := func(more set) set {
		maps.Copy(more, everywhere)
		return more
	}
	for _, tt := range []struct {
		name    string
		profile Profile
		env     set
		want    []string // in the error; none: it starts
	}{
		{"local on loopback", local, nil, nil},
		{"staging on loopback", staging, nil, nil},
		{"staging on loopback by address", staging, set{OTLPGRPCEndpoint: "127.0.0.1:4317", OTLPHTTPEndpoint: "[::1]:4318"}, nil},
		{"production without a token", production, nil, []string{"CANVAS_AUTH_TOKEN_FILE", "CANVAS_INSECURE=true"}},
		{"production with a token", production, set{AuthToken: "t"}, nil},
		{"production behind something that authenticates", production, with(set{Insecure: "true"}), nil},
		{"local off loopback", local, everywhere, []string{"CANVAS_OTLP_HTTP_ENDPOINT is 0.0.0.0:4318, which other machines can reach", "CANVAS_INGEST_TOKEN", "localhost:4318"}},
		{"off loopback with a token of the viewers only", staging, with(set{AuthToken: "t"}), []string{"CANVAS_INGEST_TOKEN"}},
		{"off loopback with a token of the senders", staging, with(set{IngestToken: "t"}), nil},
		{"off loopback by a name", staging, set{OTLPGRPCEndpoint: "collector:4317"}, []string{"CANVAS_OTLP_GRPC_ENDPOINT is collector:4317"}},
		{"off loopback without a host", staging, set{OTLPGRPCEndpoint: ":4317"}, []string{"CANVAS_OTLP_GRPC_ENDPOINT is :4317"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.env.overlay(tt.profile)
			if tt.want == nil {
				require.NoError(t, err)
			}
			for _, part := range tt.want {
				require.ErrorContains(t, err, part)
			}
		})
	}
}

func TestBadValuesSayWhatIsValid(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	require.NoError(t, os.WriteFile(empty, []byte(" \n"), 0o600))
	for _, tt := range []struct {
		name string
		env  set
		want string
	}{
		{"an exporter that is none", set{ForwardExporter: "zipkin"}, `CANVAS_FORWARD_EXPORTER is "zipkin": write one of none, console, otlp`},
		{"Orcheo's exporter that is none", set{OrcheoExporter: "jaeger"}, `ORCHEO_TRACING_EXPORTER is "jaeger"`},
		{"a protocol that is none", set{ForwardEndpoint: "http://tempo:4318", ForwardProtocol: "udp"}, `CANVAS_FORWARD_PROTOCOL is "udp": write one of http, grpc, http/protobuf`},
		{"an endpoint that is missing", set{ForwardExporter: "otlp"}, "CANVAS_FORWARD_ENDPOINT is not set, and the exporter otlp needs it: write http://tempo:4318"},
		{"an endpoint that is none", set{ForwardEndpoint: "http://"}, "CANVAS_FORWARD_ENDPOINT is no address"},
		{"Orcheo's endpoint that is none", set{OrcheoExporter: "otlp", OrcheoEndpoint: "tempo"}, "ORCHEO_TRACING_ENDPOINT names no port"},
		{"a ratio above 1", set{ForwardSampleRatio: "1.01"}, `CANVAS_FORWARD_SAMPLE_RATIO is "1.01": write the share of traces to forward as a number from 0 (none) to 1 (all)`},
		{"a ratio below 0", set{ForwardSampleRatio: "-0.1"}, "from 0 (none) to 1"},
		{"a ratio in per cent", set{OrcheoSampleRatio: "25%"}, `ORCHEO_TRACING_SAMPLE_RATIO is "25%"`},
		{"a ratio that is no number", set{ForwardSampleRatio: "NaN"}, `is "NaN"`},
		{"a flag that is neither yes nor no", set{ForwardEndpoint: "http://tempo:4318", ForwardInsecure: "maybe"}, `CANVAS_FORWARD_INSECURE is "maybe": write true or false`},
		{"no TLS to an address with TLS", set{ForwardEndpoint: "https://tempo:4318", ForwardInsecure: "true"}, "begins with https://: the scheme alone tells"},
		{"TLS to an address without", set{ForwardEndpoint: "http://tempo:4318", ForwardInsecure: "false"}, "begins with http://: the scheme alone tells"},
		{"a loop", set{ForwardEndpoint: "http://localhost:4318"}, "leads to localhost:4318, which is our own receiver (CANVAS_OTLP_HTTP_ENDPOINT)"},
		{"a loop through Orcheo's variables", set{OrcheoExporter: "otlp", OrcheoEndpoint: "http://0.0.0.0:4318/v1/traces"}, "ORCHEO_TRACING_ENDPOINT leads to 0.0.0.0:4318, which is our own receiver"},
		{"a loop into a moved receiver", set{OTLPGRPCEndpoint: "127.0.0.1:7", ForwardEndpoint: "grpc://localhost:7"}, "our own receiver (CANVAS_OTLP_GRPC_ENDPOINT)"},
		{"a receiver without a port", set{OTLPHTTPEndpoint: "localhost"}, `CANVAS_OTLP_HTTP_ENDPOINT is "localhost": write host:port`},
		{"a length that is no number", set{OrcheoPreviewMaxLength: "long"}, `ORCHEO_TRACING_PREVIEW_MAX_LENGTH is "long": write a whole number from 16 to 65536`},
		{"a threshold of nothing", set{OrcheoHighTokenThreshold: "0"}, "ORCHEO_TRACING_HIGH_TOKEN_THRESHOLD"},
		{"two tokens", set{AuthToken: "a", AuthTokenFile: empty}, "CANVAS_AUTH_TOKEN and CANVAS_AUTH_TOKEN_FILE are both set: unset one"},
		{"a token file that is missing", set{IngestTokenFile: empty + "!"}, "CANVAS_INGEST_TOKEN_FILE: open "},
		{"a folder for state that is a file", set{StateDir: empty}, "CANVAS_STATE_DIR is " + empty + ", which is a file: name a folder"},
		{"a token file without a token", set{IngestTokenFile: empty}, "is empty: write the token into it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.env.overlay(staging)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestEverythingThatIsWrongIsToldAtOnce(t *testing.T) {
	_, err := set{
		ForwardExporter: "otlp", ForwardEndpoint: "http://localhost:4318", ForwardSampleRatio: "2", ForwardInsecure: "x",
		OrcheoPreviewMaxLength: "1", OTLPGRPCEndpoint: "0.0.0.0:4317",
	}.overlay(production)
	require.Error(t, err)
	for _, variable := range []string{ForwardEndpoint, ForwardSampleRatio, ForwardInsecure, OrcheoPreviewMaxLength, OTLPGRPCEndpoint, AuthToken} {
		assert.ErrorContains(t, err, variable)
	}
	assert.Len(t, strings.Split(err.Error(), "\n"), 6, "one line each")
}

func TestNoTokenIsInAnError(t *testing.T) {
	_, err := set{AuthToken: "s3cret", IngestToken: "s3cret", AuthTokenFile: "/nowhere", ForwardSampleRatio: "2"}.overlay(production)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "s3cret")
}
