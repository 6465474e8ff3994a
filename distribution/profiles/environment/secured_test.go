package environment

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pemFile is a file that looks like certificates or a key from outside.
func pemFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte("-----BEGIN CERTIFICATE-----\n"), 0o600))
	return path
}

func TestCertificatesGoOntoEveryListener(t *testing.T) {
	cert, key, ca := pemFile(t, "cert.pem"), pemFile(t, "key.pem"), pemFile(t, "ca.pem")
	conf, err := set{TLSCertFile: cert, TLSKeyFile: key, TLSClientCAFile: ca, OTLPHTTPEndpoint: "0.0.0.0:4318"}.overlay(staging)
	require.NoError(t, err, "a certificate is as good as a token for senders")
	for _, listener := range []string{"receivers::otlp::protocols::grpc", "receivers::otlp::protocols::http", "extensions::canvasserver::http"} {
		assert.Equal(t, cert, conf.Get(listener+"::tls::cert_file"), listener)
		assert.Equal(t, key, conf.Get(listener+"::tls::key_file"), listener)
	}
	assert.Equal(t, ca, conf.Get("receivers::otlp::protocols::grpc::tls::client_ca_file"))
	assert.Nil(t, conf.Get("extensions::canvasserver::http::tls::client_ca_file"), "browsers have no certificates")
}

func TestViewersWithAccounts(t *testing.T) {
	conf, err := set{OIDCIssuer: "https://login.example.com/realms/main", OIDCAudience: "canvas"}.overlay(production)
	require.NoError(t, err)
	assert.Equal(t, []any{map[string]any{"issuer_url": "https://login.example.com/realms/main", "audience": "canvas"}}, conf.Get("extensions::oidc/viewers::providers"))
	assert.Equal(t, "oidc/viewers", conf.Get("extensions::canvasserver::http::auth::authenticator"))
	assert.Contains(t, conf.Get("service::extensions"), "oidc/viewers")
}

func TestTheBackendsAuthorityAndToken(t *testing.T) {
	ca, file := pemFile(t, "ca.pem"), filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("s3cret"), 0o600))
	for endpoint, exporter := range map[string]string{"https://tempo:4318": "otlp_http/forward", "grpcs://tempo:4317": "otlp_grpc/forward"} {
		conf, err := set{ForwardEndpoint: endpoint, ForwardCAFile: ca, ForwardTokenFile: file}.overlay(staging)
		require.NoError(t, err)
		assert.Equal(t, ca, conf.Get("exporters::"+exporter+"::tls::ca_file"))
		assert.Equal(t, "bearertokenauth/backend", conf.Get("exporters::"+exporter+"::auth::authenticator"))
		assert.Equal(t, map[string]any{"filename": file}, conf.Get("extensions::bearertokenauth/backend"))
		assert.Contains(t, conf.Get("service::extensions"), "bearertokenauth/backend")
	}
}

func TestPagesAboutTheProcess(t *testing.T) {
	for _, tt := range []struct {
		name    string
		profile Profile
		env     set
		want    []any
	}{
		{"none locally", local, nil, []any{"canvasserver"}},
		{"all in staging", Profile{Forwards: true, SampleRatio: 1, Health: true, Inspected: true}, nil, []any{"canvasserver", "healthcheckv2", "zpages", "pprof"}},
		{"health in production", Profile{Health: true}, nil, []any{"canvasserver", "healthcheckv2"}},
		{"more in production, by word", Profile{Health: true}, set{ZPagesEndpoint: "127.0.0.1:55679"}, []any{"canvasserver", "healthcheckv2", "zpages"}},
		{"switched off", Profile{Health: true, Inspected: true}, set{HealthEndpoint: "none", ZPagesEndpoint: "None", PProfEndpoint: "none"}, []any{"canvasserver"}},
		{"health where a cluster can ask", Profile{Health: true}, set{HealthEndpoint: "0.0.0.0:13133"}, []any{"canvasserver", "healthcheckv2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conf, err := tt.env.overlay(tt.profile)
			require.NoError(t, err)
			assert.Equal(t, tt.want, conf.Get("service::extensions"))
		})
	}
}

func TestWhatIsKeptWhateverTheShare(t *testing.T) {
	conf, err := set{AuthToken: "t", ForwardKeep: "errors, Slow,expensive", ForwardKeepSlow: "90s", ForwardKeepUSD: "0.25"}.overlay(production)
	require.NoError(t, err)
	assert.Equal(t, []any{"filter/partials", "tail_sampling"}, conf.Get("service::pipelines::traces/store::processors"))
	assert.Equal(t, []any{
		map[string]any{"name": "errors", "type": "status_code", "status_code": map[string]any{"status_codes": []any{"ERROR"}}},
		map[string]any{"name": "slow", "type": "latency", "latency": map[string]any{"threshold_ms": int64(90_000)}},
		ottl("expensive", `span.attributes["orcheo.cost.usd"] > 0.250000`),
		ottl("share", `Substring(span.trace_id.string, 18, 14) >= "c0000000000000"`),
	}, conf.Get("processors::tail_sampling::policies"))
	assert.EqualValues(t, storeBesideTailSampling, conf.Get("exporters::canvastrace::retention::max_bytes"))

	conf, err = set{ForwardKeep: "errors"}.overlay(staging)
	require.NoError(t, err)
	assert.Equal(t, []any{"filter/partials"}, conf.Get("service::pipelines::traces/store::processors"), "everything is forwarded anyway")

	conf, err = set{ForwardKeep: "errors", ForwardSampleRatio: "0"}.overlay(staging)
	require.NoError(t, err)
	assert.Len(t, conf.Get("processors::tail_sampling::policies"), 1, "no share beside them")
}

func TestTheThresholdOfAShare(t *testing.T) {
	assert.Equal(t, "c0000000000000", threshold(0.25))
	assert.Equal(t, "e6660000000000", threshold(0.1), "with the sampler's four digits")
}

func TestBadValuesOfWhatSecures(t *testing.T) {
	cert, plain := pemFile(t, "cert.pem"), filepath.Join(t.TempDir(), "plain")
	require.NoError(t, os.WriteFile(plain, []byte("s3cret"), 0o600))
	for _, tt := range []struct {
		name string
		env  set
		want string
	}{
		{"a certificate without its key", set{TLSCertFile: cert}, "CANVAS_TLS_CERT_FILE and CANVAS_TLS_KEY_FILE belong together"},
		{"senders' certificates without TLS", set{TLSClientCAFile: cert}, "set CANVAS_TLS_CERT_FILE and CANVAS_TLS_KEY_FILE, too"},
		{"a certificate that is missing", set{TLSCertFile: cert + "!", TLSKeyFile: cert}, "CANVAS_TLS_CERT_FILE: open "},
		{"a certificate that is none", set{TLSCertFile: plain, TLSKeyFile: cert}, "is no PEM file"},
		{"two kinds of viewers' tokens", set{AuthToken: "s3cret", OIDCIssuer: "https://login.example.com", OIDCAudience: "a"}, "CANVAS_AUTH_TOKEN and CANVAS_OIDC_ISSUER are both set"},
		{"an issuer whose every token would do", set{OIDCIssuer: "https://login.example.com"}, "CANVAS_OIDC_ISSUER needs CANVAS_OIDC_AUDIENCE"},
		{"an audience without an issuer", set{OIDCAudience: "a"}, "CANVAS_OIDC_AUDIENCE is set and CANVAS_OIDC_ISSUER is not"},
		{"an issuer without TLS", set{OIDCIssuer: "http://login.example.com", OIDCAudience: "a"}, "does not begin with https://"},
		{"zpages for everybody", set{ZPagesEndpoint: "0.0.0.0:55679"}, "CANVAS_ZPAGES_ENDPOINT is 0.0.0.0:55679, which other machines can reach"},
		{"pprof for everybody", set{PProfEndpoint: "collector:1777"}, "CANVAS_PPROF_ENDPOINT is collector:1777"},
		{"health without a port", set{HealthEndpoint: "localhost"}, `CANVAS_HEALTH_ENDPOINT is "localhost": write host:port, or none`},
		{"something else to keep", set{ForwardKeep: "errors,all"}, `CANVAS_FORWARD_KEEP has "all": write some of errors, slow, expensive`},
		{"a time that is none", set{ForwardKeepSlow: "90"}, `CANVAS_FORWARD_KEEP_SLOW is "90": write a time such as 30s`},
		{"an amount of nothing", set{ForwardKeepUSD: "0"}, "CANVAS_FORWARD_KEEP_USD"},
		{"a token that others could read on its way", set{ForwardEndpoint: "http://tempo:4318", ForwardTokenFile: plain}, "the way to tempo:4318 has no TLS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.env.overlay(staging)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}
