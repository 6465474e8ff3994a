package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// authority signs certificates for tests, as a company's own does.
type authority struct {
	t    testing.TB
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	a := &authority{t: t, dir: t.TempDir(), cert: cert, key: key}
	a.write("ca.pem", "CERTIFICATE", der)
	return a
}

func (a *authority) write(name, kind string, der []byte) string {
	a.t.Helper()
	path := filepath.Join(a.dir, name)
	require.NoError(a.t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return path
}

func (a *authority) file() string { return filepath.Join(a.dir, "ca.pem") }

// issue makes a certificate that is valid until then, and returns the names of its files.
func (a *authority) issue(name string, until time.Time, names ...string) (cert, key string) {
	a.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, private.Public(), a.key)
	require.NoError(a.t, err)
	encoded, err := x509.MarshalECPrivateKey(private)
	require.NoError(a.t, err)
	return a.write(name+".pem", "CERTIFICATE", der), a.write(name+".key", "EC PRIVATE KEY", encoded)
}

func secretFile(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(content+"\n"), 0o600))
	return path
}

// TestEveryProfileIsValidWithAndWithoutEachVariable runs the binary's own `validate` over all of them, one at a time.
func TestEveryProfileIsValidWithAndWithoutEachVariable(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue("server", time.Now().Add(time.Hour), "localhost")
	file, state := secretFile(t, "s3cret"), filepath.Join(t.TempDir(), "state")
	forward := "CANVAS_FORWARD_ENDPOINT=https://tempo.example.com"
	tls := []string{"CANVAS_TLS_CERT_FILE=" + cert, "CANVAS_TLS_KEY_FILE=" + key}
	sets := map[string][]string{
		"CANVAS_FORWARD_EXPORTER": {"CANVAS_FORWARD_EXPORTER=console"}, "CANVAS_FORWARD_ENDPOINT": {forward},
		"CANVAS_FORWARD_PROTOCOL": {forward, "CANVAS_FORWARD_PROTOCOL=grpc"}, "CANVAS_FORWARD_SAMPLE_RATIO": {"CANVAS_FORWARD_SAMPLE_RATIO=0.5"},
		"CANVAS_FORWARD_INSECURE": {"CANVAS_FORWARD_ENDPOINT=tempo:4317", "CANVAS_FORWARD_INSECURE=true"},
		"CANVAS_FORWARD_CA_FILE":  {forward, "CANVAS_FORWARD_CA_FILE=" + ca.file()}, "CANVAS_FORWARD_TOKEN_FILE": {forward, "CANVAS_FORWARD_TOKEN_FILE=" + file},
		"CANVAS_FORWARD_KEEP":      {forward, "CANVAS_FORWARD_SAMPLE_RATIO=0.25", "CANVAS_FORWARD_KEEP=errors,slow,expensive"},
		"CANVAS_FORWARD_KEEP_SLOW": {"CANVAS_FORWARD_KEEP_SLOW=90s", "CANVAS_FORWARD_KEEP=slow"}, "CANVAS_FORWARD_KEEP_USD": {"CANVAS_FORWARD_KEEP_USD=0.1", "CANVAS_FORWARD_KEEP=expensive"},
		"CANVAS_FORWARD_KEEP_WAIT": {"CANVAS_FORWARD_KEEP_WAIT=1m", "CANVAS_FORWARD_KEEP=errors"},
		"CANVAS_ROUTE_TO":          {"CANVAS_ROUTE_TO=grpc://c0:4317,grpc://c1:4317"}, // the router's, see TestRouterIsValidWithEachVariable
		"CANVAS_ROUTE_RESOLVER":    {"CANVAS_ROUTE_RESOLVER=dns"}, "CANVAS_ROUTE_SERVERS": {"CANVAS_ROUTE_SERVERS=http://c0:8090"}, "CANVAS_ROUTE_CA_FILE": {"CANVAS_ROUTE_CA_FILE=" + ca.file()}, "CANVAS_ROUTE_TOKEN_FILE": {"CANVAS_ROUTE_TOKEN_FILE=" + file},
		"CANVAS_AUTH_TOKEN": {"CANVAS_AUTH_TOKEN=s3cret"}, "CANVAS_AUTH_TOKEN_FILE": {"CANVAS_AUTH_TOKEN_FILE=" + file},
		"CANVAS_INGEST_TOKEN": {"CANVAS_INGEST_TOKEN=s3cret"}, "CANVAS_INGEST_TOKEN_FILE": {"CANVAS_INGEST_TOKEN_FILE=" + file},
		"CANVAS_OIDC_ISSUER":   {"CANVAS_OIDC_ISSUER=https://login.example.com", "CANVAS_OIDC_AUDIENCE=canvas"},
		"CANVAS_OIDC_AUDIENCE": {"CANVAS_OIDC_ISSUER=https://login.example.com", "CANVAS_OIDC_AUDIENCE=other"},
		"CANVAS_OIDC_CA_FILE":  {"CANVAS_OIDC_ISSUER=https://login.example.com", "CANVAS_OIDC_AUDIENCE=canvas", "CANVAS_OIDC_CA_FILE=" + ca.file()},
		"CANVAS_TLS_CERT_FILE": tls, "CANVAS_TLS_KEY_FILE": tls, "CANVAS_TLS_CLIENT_CA_FILE": append(tls[:2:2], "CANVAS_TLS_CLIENT_CA_FILE="+ca.file()),
		"CANVAS_INSECURE": {"CANVAS_INSECURE=true"}, "CANVAS_ALLOWED_ORIGINS": {"CANVAS_ALLOWED_ORIGINS=https://canvas.example.com"},
		"CANVAS_ALLOWED_HOSTS": {"CANVAS_ALLOWED_HOSTS=canvas.example.com"}, "CANVAS_STATE_DIR": {"CANVAS_STATE_DIR=" + state},
		"CANVAS_HEALTH_ENDPOINT": {"CANVAS_HEALTH_ENDPOINT=0.0.0.0:13133"}, "CANVAS_ZPAGES_ENDPOINT": {"CANVAS_ZPAGES_ENDPOINT=localhost:1"},
		"CANVAS_PPROF_ENDPOINT": {"CANVAS_PPROF_ENDPOINT=none"}, "CANVAS_OTLP_GRPC_ENDPOINT": {"CANVAS_OTLP_GRPC_ENDPOINT=localhost:2"},
		"CANVAS_OTLP_HTTP_ENDPOINT": {"CANVAS_OTLP_HTTP_ENDPOINT=localhost:3"}, "CANVAS_SERVER_ENDPOINT": {"CANVAS_SERVER_ENDPOINT=localhost:4"},
		"CANVAS_ORCHEO_ENDPOINT": {"CANVAS_ORCHEO_ENDPOINT=http://localhost:8000"}, "CANVAS_ORCHEO_TOKEN": {"CANVAS_ORCHEO_TOKEN=s3cret"},
		"CANVAS_METRICS_HOST": {"CANVAS_METRICS_HOST=127.0.0.1"}, "CANVAS_METRICS_PORT": {"CANVAS_METRICS_PORT=9"},
		"ORCHEO_TRACING_EXPORTER":     {"ORCHEO_TRACING_EXPORTER=otlp", "ORCHEO_TRACING_ENDPOINT=http://tempo:4318/v1/traces"},
		"ORCHEO_TRACING_ENDPOINT":     {"ORCHEO_TRACING_EXPORTER=none", "ORCHEO_TRACING_ENDPOINT=http://localhost:4318/v1/traces"},
		"ORCHEO_TRACING_SAMPLE_RATIO": {"ORCHEO_TRACING_SAMPLE_RATIO=0.1"}, "ORCHEO_TRACING_INSECURE": {"ORCHEO_TRACING_INSECURE=true"},
		"ORCHEO_TRACING_SERVICE_NAME": {"ORCHEO_TRACING_SERVICE_NAME=orcheo-staging"}, "ORCHEO_TRACING_HIGH_TOKEN_THRESHOLD": {"ORCHEO_TRACING_HIGH_TOKEN_THRESHOLD=2000"},
		"ORCHEO_TRACING_PREVIEW_MAX_LENGTH": {"ORCHEO_TRACING_PREVIEW_MAX_LENGTH=256"},
	}
	source, err := os.ReadFile("../distribution/profiles/environment/variables.go")
	require.NoError(t, err)
	for _, name := range regexp.MustCompile(`"((?:CANVAS|ORCHEO)_[A-Z_]+)"`).FindAllStringSubmatch(string(source), -1) {
		require.Contains(t, sets, name[1], "this table has every variable")
	}
	sets["none"] = nil
	for _, profile := range []string{"local", "staging", "production"} {
		for variable, env := range sets {
			t.Run(profile+"/"+variable, func(t *testing.T) {
				t.Parallel()
				if profile == "production" && !strings.HasPrefix(variable, "CANVAS_AUTH_") && !strings.HasPrefix(variable, "CANVAS_OIDC_") {
					env = append(slices.Clip(env), "CANVAS_AUTH_TOKEN_FILE="+file) // it does not start without one
				}
				validate := exec.Command(builtBinary(t, ""), "validate", "--config=canvas:"+profile)
				validate.Env = append(cleanEnviron(), env...)
				output, err := validate.CombinedOutput()
				assert.NoError(t, err, "%v: %s", env, output)
				assert.NotContains(t, string(output), "s3cret")
			})
		}
	}
}

// TestNoSecretIsShownByWhatTellsOfTheProcess gives every secret there is to production, and looks everywhere.
func TestNoSecretIsShownByWhatTellsOfTheProcess(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue("server", time.Now().Add(time.Hour), "127.0.0.1")
	inFiles := []string{
		"CANVAS_AUTH_TOKEN_FILE=" + secretFile(t, "s3cret-viewers"), "CANVAS_INGEST_TOKEN_FILE=" + secretFile(t, "s3cret-senders"),
		"CANVAS_FORWARD_ENDPOINT=https://127.0.0.1:1", "CANVAS_FORWARD_TOKEN_FILE=" + secretFile(t, "s3cret-backend"),
	}
	direct := []string{
		"CANVAS_AUTH_TOKEN=s3cret-viewers", "CANVAS_INGEST_TOKEN=s3cret-senders", "CANVAS_ORCHEO_ENDPOINT=http://127.0.0.1:1",
		"CANVAS_ORCHEO_TOKEN=s3cret-orcheo", "CANVAS_FORWARD_EXPORTER=console", "CANVAS_TLS_CERT_FILE=" + cert, "CANVAS_TLS_KEY_FILE=" + key,
	}
	private, err := os.ReadFile(key)
	require.NoError(t, err)
	for name, env := range map[string][]string{"in files": inFiles, "in variables": direct} {
		t.Run(name, func(t *testing.T) {
			shown := map[string]string{}
			run := func(what string, extra []string, args ...string) {
				command := exec.Command(builtBinary(t, ""), args...)
				command.Env = append(append(cleanEnviron(), env...), extra...)
				output, _ := command.CombinedOutput()
				require.NotEmpty(t, output, what)
				shown[what] = string(output)
			}
			run("print-config", nil, "print-config", "--config=canvas:production")
			run("an error", []string{"CANVAS_FORWARD_SAMPLE_RATIO=2", "CANVAS_FORWARD_KEEP=x"}, "validate", "--config=canvas:production")
			assert.Contains(t, shown["print-config"], "bearertokenauth/viewers")

			pages, healthy := freeAddress(t), freeAddress(t)
			c := prepare(t, profile("production", append(env, "CANVAS_ZPAGES_ENDPOINT="+pages, "CANVAS_HEALTH_ENDPOINT="+healthy)...))
			c.launch(t, func() bool { return c.listens(c.server) && c.answers("http://"+healthy+"/status") })
			for _, page := range []string{"/debug/servicez", "/debug/pipelinez", "/debug/extensionz", "/debug/featurez", "/debug/tracez", "/debug/expvarz"} {
				resp, err := http.Get("http://" + pages + page)
				require.NoError(t, err)
				body, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				require.NoError(t, resp.Body.Close())
				shown["zpages "+page] = string(body)
			}
			resp, err := http.Get("http://" + healthy + "/status?verbose")
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			shown["health"] = string(body)
			shown["the log"] = c.log.String()
			for where, text := range shown {
				assert.NotContains(t, text, "s3cret", where)
				assert.NotContains(t, text, strings.Split(string(private), "\n")[1], where)
			}
		})
	}
}

// TestWhatFailedWasSlowOrExpensiveGoesOnWhateverTheShare: and of the rest exactly the traces that every sampler with the
// same ratio keeps.
func TestWhatFailedWasSlowOrExpensiveGoesOnWhateverTheShare(t *testing.T) {
	plain, chosen := startArchive(t, nil), startArchive(t, nil)
	share := start(t, profile("staging", plain.forwarding(otlpreplay.GRPC), "CANVAS_FORWARD_SAMPLE_RATIO=0.25"))
	keeping := profile("production", chosen.forwarding(otlpreplay.GRPC), "CANVAS_INSECURE=true", "CANVAS_FORWARD_KEEP=errors,slow,expensive")
	keeping.args = append(keeping.args, "--set=processors.tail_sampling.decision_wait_after_root_received=1s")
	keep := start(t, keeping)

	const traces = 120
	changes := map[int]func(root, call ptrace.Span){ // what is kept for what it is
		0: func(root, _ ptrace.Span) { root.Status().SetCode(ptrace.StatusCodeError) },
		1: func(root, _ ptrace.Span) {
			root.SetStartTimestamp(root.EndTimestamp() - pcommon.Timestamp(2*time.Minute))
		},
		2: func(_, call ptrace.Span) {
			call.Attributes().PutStr("gen_ai.operation.name", "chat")
			call.Attributes().PutStr("gen_ai.provider.name", "openai")
			call.Attributes().PutStr("gen_ai.request.model", "gpt-4o")
			call.Attributes().PutStr("gen_ai.response.model", "gpt-4o")
			call.Attributes().PutInt("gen_ai.usage.output_tokens", 4_000)
			call.Attributes().PutInt("gen_ai.usage.input_tokens", 400_000)
		},
	}
	byShare, byChoice := map[pcommon.TraceID]int{}, map[pcommon.TraceID]int{}
	for i := range traces {
		id := pcommon.TraceID{1, byte(i)}
		_, err := rand.Read(id[2:])
		require.NoError(t, err)
		change, special := changes[i]
		if special {
			id[9] = 0 // the first byte of its randomness: no quarter has it
		}
		td := rooted(id, "kept-"+id.String(), "wf", 2, 2)
		if special {
			change(flatten(td)[2].span, flatten(td)[0].span)
		}
		if id[9] >= 0xc0 {
			byShare[id] = 3
		}
		if id[9] >= 0xc0 || special {
			byChoice[id] = 3
		}
		again := clones([]ptrace.Traces{td})
		share.post(t, otlpreplay.GRPC, td)
		keep.post(t, otlpreplay.GRPC, again...)
	}
	for a, want := range map[archive]map[pcommon.TraceID]int{plain: byShare, chosen: byChoice} {
		a.await(t, 3*len(want))
		spans := map[pcommon.TraceID]int{}
		for _, f := range a.spans(t) {
			spans[f.span.TraceID()]++
		}
		assert.Equal(t, want, spans, "whole traces, and no other")
	}
}
