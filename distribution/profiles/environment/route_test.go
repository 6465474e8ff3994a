package environment

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var router = Profile{Routes: true, Health: true}

func TestWhichCollectorsTracesAreSharedOutAmong(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  set
		want map[string]any
	}{
		{"a list", set{RouteTo: "grpc://c0:4317, grpc://c1:4317"}, map[string]any{"static": map[string]any{"hostnames": []any{"c0:4317", "c1:4317"}}}},
		{"the addresses of a name", set{RouteTo: "grpc://collectors:4317", RouteResolver: "dns"}, map[string]any{"dns": map[string]any{"hostname": "collectors", "port": "4317"}}},
		{"the endpoints of a service", set{RouteTo: "grpc://collectors.tracing:4317", RouteResolver: "K8s"}, map[string]any{"k8s": map[string]any{"service": "collectors.tracing", "ports": []any{4317}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conf, err := tt.env.overlay(router)
			require.NoError(t, err)
			assert.Equal(t, tt.want, conf.Get("exporters::load_balancing::resolver"))
			assert.Equal(t, true, conf.Get("exporters::load_balancing::protocol::otlp::tls::insecure"))
			assert.Equal(t, []any{"healthcheckv2"}, conf.Get("service::extensions"), "nothing is shown to viewers")
			assert.False(t, conf.IsSet("extensions::canvasserver"))
			assert.False(t, conf.IsSet("exporters::canvastrace"))
		})
	}
}

func TestTheWayToTheCollectorsIsSecured(t *testing.T) {
	ca, token := pemFile(t, "ca.pem"), filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("s3cret"), 0o600))
	conf, err := set{RouteTo: "grpcs://collectors:4317", RouteResolver: "dns", RouteCAFile: ca, RouteTokenFile: token, IngestToken: "other"}.overlay(router)
	require.NoError(t, err)
	otlp := "exporters::load_balancing::protocol::otlp"
	assert.Equal(t, map[string]any{"insecure": false, "ca_file": ca, "server_name_override": "collectors"}, conf.Get(otlp+"::tls"), "their addresses are in no certificate")
	assert.Equal(t, collectorsAuth, conf.Get(otlp+"::auth::authenticator"))
	assert.Equal(t, map[string]any{"filename": token}, conf.Get("extensions::"+collectorsAuth))
	assert.Equal(t, sendersAuth, conf.Get("receivers::otlp::protocols::grpc::auth::authenticator"))
	assert.Equal(t, []any{"healthcheckv2", collectorsAuth, sendersAuth}, conf.Get("service::extensions"))
}

func TestViewersAreTakenToTheCollectors(t *testing.T) {
	ca, cert, key := pemFile(t, "ca.pem"), pemFile(t, "cert.pem"), pemFile(t, "key.pem")
	conf, err := set{RouteTo: "grpc://c0:4317", RouteServers: "https://c0:8090, https://c1:8090", RouteCAFile: ca, TLSCertFile: cert, TLSKeyFile: key}.overlay(router)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"http":       map[string]any{"endpoint": "localhost:8090", "tls": map[string]any{"cert_file": cert, "key_file": key, "reload_interval": "5m"}},
		"collectors": []any{"https://c0:8090", "https://c1:8090"},
		"tls":        map[string]any{"ca_file": ca},
	}, conf.Get("extensions::canvasrouter"))
	assert.Contains(t, conf.Get("service::extensions"), "canvasrouter")
}

func TestWhereWhatIsRoutedWaits(t *testing.T) {
	conf, err := set{RouteTo: "grpc://c0:4317"}.overlay(router)
	require.NoError(t, err)
	assert.Equal(t, 64<<20, conf.Get("exporters::load_balancing::protocol::otlp::sending_queue::queue_size"), "for each collector")
	assert.False(t, conf.IsSet("exporters::load_balancing::sending_queue"))

	conf, err = set{RouteTo: "grpc://c0:4317", StateDir: t.TempDir()}.overlay(router)
	require.NoError(t, err)
	assert.Equal(t, "file_storage", conf.Get("exporters::load_balancing::sending_queue::storage"))
	assert.Equal(t, false, conf.Get("exporters::load_balancing::protocol::otlp::sending_queue::enabled"), "two queues cannot share a file")
	assert.Contains(t, conf.Get("service::extensions"), "file_storage")
}

func TestBadValuesOfARoute(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("s3cret"), 0o600))
	for _, tt := range []struct {
		name string
		env  set
		want string
	}{
		{"nowhere", nil, "CANVAS_ROUTE_TO is not set"},
		{"no address", set{RouteTo: "grpc://c0"}, "CANVAS_ROUTE_TO has an address that names no port"},
		{"over HTTP", set{RouteTo: "http://c0:4318/v1/traces"}, "has a path, which OTLP/gRPC has not"},
		{"TLS to some", set{RouteTo: "grpcs://c0:4317,grpc://c1:4317"}, "with TLS and without"},
		{"a token that others could read", set{RouteTo: "grpc://c0:4317", RouteTokenFile: token}, "the way to c0:4317 has no TLS"},
		{"many names that stand for more", set{RouteTo: "grpc://c0:4317,grpc://c1:4317", RouteResolver: "dns"}, "one name stands for all"},
		{"another way of finding", set{RouteTo: "grpc://c0:4317", RouteResolver: "consul"}, "write one of static, dns, k8s"},
		{"to itself", set{RouteTo: "grpc://localhost:4317"}, "which is our own receiver (CANVAS_OTLP_GRPC_ENDPOINT)"},
		{"senders whom nobody asks", set{RouteTo: "grpc://c0:4317", OTLPGRPCEndpoint: "0.0.0.0:4317"}, "set CANVAS_INGEST_TOKEN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.env.overlay(router)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}
