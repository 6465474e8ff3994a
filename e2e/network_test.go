package e2e

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/rollout"
)

// insecureClient asks whatever certificate the other shows: it only waits until somebody listens.
var insecureClient = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}

// startWebServer starts a real nginx or Caddy and waits until it answers at the address.
func startWebServer(t testing.TB, address string, command *exec.Cmd) {
	t.Helper()
	log := &lockedBuffer{}
	command.Stdout, command.Stderr = log, log
	require.NoError(t, command.Start(), "scripts/test-deps.sh installs it")
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("%s: %s", command.Path, log)
		}
	})
	eventually(t, patience, command.Path+" to answer", func() bool {
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", command.Path, log)
		default:
		}
		resp, err := insecureClient.Get(address)
		if err != nil {
			return false
		}
		return resp.Body.Close() == nil
	})
}

// startNginx starts nginx with one server; the text is what stands in it beside the port and certificates. One process,
// so that its pid is the whole of it.
func startNginx(t testing.TB, cert, key, text string) string {
	t.Helper()
	address, folder := freeAddress(t), t.TempDir()
	listen, scheme := "listen "+address+";", "http://"
	if cert != "" {
		listen, scheme = fmt.Sprintf("listen %s ssl; ssl_certificate %s; ssl_certificate_key %s;", address, cert, key), "https://"
	}
	var temporary strings.Builder
	for _, what := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&temporary, "%s_temp_path %s/%s;\n", what, folder, what)
	}
	config := filepath.Join(folder, "nginx.conf")
	require.NoError(t, os.WriteFile(config, []byte(fmt.Sprintf(`
daemon off;
master_process off;
pid %[1]s/pid;
error_log stderr;
events {}
http {
access_log off;
%[2]s
map $http_upgrade $canvas_connection { default upgrade; '' ''; }
server { %[3]s %[4]s }
}`, folder, temporary.String(), listen, text)), 0o600))
	program := os.Getenv("CANVAS_NGINX")
	if program == "" {
		program = "/usr/sbin/nginx"
	}
	startWebServer(t, scheme+address+"/", exec.Command(program, "-p", folder, "-e", "stderr", "-c", config))
	return scheme + address
}

// startCaddy starts Caddy with one site and a certificate of ours.
func startCaddy(t testing.TB, cert, key, text string) string {
	t.Helper()
	address, folder := freeAddress(t), t.TempDir()
	config := filepath.Join(folder, "Caddyfile")
	require.NoError(t, os.WriteFile(config, []byte(fmt.Sprintf("{\n\tadmin off\n\tauto_https off\n\tstorage file_system %s\n}\nhttps://%s {\n\ttls %s %s\n%s\n}\n",
		folder, address, cert, key, text)), 0o600))
	program := os.Getenv("CANVAS_CADDY")
	if program == "" {
		program = "/usr/bin/caddy"
	}
	command := exec.Command(program, "run", "--adapter", "caddyfile", "--config", config)
	command.Env = append(os.Environ(), "HOME="+folder, "XDG_DATA_HOME="+folder, "XDG_CONFIG_HOME="+folder)
	startWebServer(t, "https://"+address+"/", command)
	return "https://" + address
}

// connectProxy is an HTTP proxy that tunnels, as companies put between their networks. It alone knows the name canvas.test.
type connectProxy struct {
	address string
	allowed bool

	mu    sync.Mutex
	asked []string
}

func startConnectProxy(t testing.TB, allowed bool) *connectProxy {
	t.Helper()
	return startConnectProxyTLS(t, allowed, nil)
}

// startConnectProxyTLS starts one that is itself asked over TLS.
func startConnectProxyTLS(t testing.TB, allowed bool, config *tls.Config) *connectProxy {
	t.Helper()
	listener, err := net.Listen("tcp", freeAddress(t))
	require.NoError(t, err)
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	p := &connectProxy{address: listener.Addr().String(), allowed: allowed}
	server := &http.Server{Handler: p, ReadHeaderTimeout: patience}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return p
}

func (p *connectProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.Host)
	p.mu.Unlock()
	if r.Method != http.MethodConnect || !p.allowed {
		http.Error(w, "not from here", http.StatusForbidden)
		return
	}
	_, port, _ := net.SplitHostPort(r.Host)
	far, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	near, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		_ = far.Close()
		return
	}
	_, _ = io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n")
	go pipe(far, buffered.Reader, near)
	go pipe(near, bufio.NewReader(far), far)
}

func pipe(to net.Conn, from *bufio.Reader, source net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = source.Close()
}

func (p *connectProxy) tunnels() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.asked...)
}

// The locations of nginx, as examples/nginx has them, and with what is wrong in some networks.
const (
	passedOn = "proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $canvas_connection;"
	noSocket = "proxy_http_version 1.1; proxy_set_header Host $http_host;"
)

// company is a collector in a company's network: tokens, and names that its proxies use.
type company struct {
	*collector
	ca               *authority
	cert, key        string
	viewers, senders string // files of tokens
	wrong            string // a file with another token
	otlpLoc          string // nginx's location of OTLP
}

func startCompany(t testing.TB, args []string, env ...string) company {
	t.Helper()
	n := company{ca: newAuthority(t), viewers: secretFile(t, "s3cret-viewers"), senders: secretFile(t, "s3cret-senders"), wrong: secretFile(t, "s3cret-wrong")}
	n.cert, n.key = n.ca.issue("proxy", time.Now().Add(time.Hour), "127.0.0.1", "canvas.test")
	s := profile("staging", append(env, "CANVAS_AUTH_TOKEN_FILE="+n.viewers, "CANVAS_INGEST_TOKEN_FILE="+n.senders, "CANVAS_ALLOWED_HOSTS=127.0.0.1,canvas.test")...)
	s.args = append(append(s.args, "--set=extensions.canvasserver.base_path=/canvas"), args...)
	n.collector = prepare(t, s)
	n.launch(t, func() bool { return n.listens(n.server) && n.listens(n.grpc) && n.listens(n.http) })
	n.otlpLoc = "location /v1/ { proxy_pass http://" + n.http + "; }"
	return n
}

func (n company) location(path, how string) string {
	return fmt.Sprintf("location %s { proxy_pass http://%s; %s } %s", path, n.server, how, n.otlpLoc)
}

// check checks with the right tokens and the company's authority; later flags win.
func (n company) check(t testing.TB, env []string, flags ...string) checked {
	t.Helper()
	got := check(t, env, append([]string{"--token-file", n.viewers, "--ingest-token-file", n.senders, "--ca-file", n.ca.file()}, flags...)...)
	assert.NotContains(t, got.progress, "s3cret")
	return got
}

// throughout are the steps that must pass whatever is on the way.
var throughout = []string{"connection", "viewers", "senders", "websocket", "otlp", "live", "events", "rest", "service_name", "redaction"}

// TestTheTraceTabIsLiveInCorporateNetworks: nginx, Caddy and an HTTP CONNECT proxy in front, TLS of a private authority, a
// sub-path, an idle limit.
func TestTheTraceTabIsLiveInCorporateNetworks(t *testing.T) {
	n := startCompany(t, []string{"--set=extensions.canvasserver.ping_interval=1s"})
	t.Run("nginx with TLS", func(t *testing.T) {
		t.Parallel()
		site := startNginx(t, n.cert, n.key, n.location("/", passedOn))
		n.check(t, nil, "--endpoint", site, "--server", site).passes(t, append(throughout, "tls")...)
	})
	t.Run("nginx with a sub-path, and an idle limit longer than the pings", func(t *testing.T) {
		t.Parallel()
		site := startNginx(t, n.cert, n.key, n.location("/canvas/", passedOn+" proxy_read_timeout 3s;"))
		n.check(t, nil, "--endpoint", site, "--server", site+"/canvas/", "--idle=6s").passes(t, append(throughout, "idle")...)
	})
	t.Run("Caddy with TLS", func(t *testing.T) {
		t.Parallel()
		site := startCaddy(t, n.cert, n.key, "\thandle /v1/* {\n\t\treverse_proxy "+n.http+"\n\t}\n\thandle {\n\t\treverse_proxy "+n.server+"\n\t}")
		n.check(t, nil, "--endpoint", site, "--server", site).passes(t, append(throughout, "tls")...)
	})
	t.Run("Caddy with a sub-path", func(t *testing.T) {
		t.Parallel()
		site := startCaddy(t, n.cert, n.key, "\thandle /v1/* {\n\t\treverse_proxy "+n.http+"\n\t}\n\thandle_path /canvas/* {\n\t\treverse_proxy "+n.server+"\n\t}")
		n.check(t, nil, "--endpoint", site, "--server", site+"/canvas").passes(t, throughout...)
	})
	t.Run("an HTTP CONNECT proxy in front of nginx", func(t *testing.T) {
		t.Parallel()
		site := strings.Replace(startNginx(t, n.cert, n.key, n.location("/", passedOn)), "127.0.0.1", "canvas.test", 1)
		proxy := startConnectProxy(t, true)
		got := n.check(t, []string{"HTTPS_PROXY=http://" + proxy.address}, "--endpoint", site, "--server", site, "--idle=2s")
		got.passes(t, append(throughout, "tls", "idle")...)
		assert.Contains(t, got.at(t, "connection").Detail, "through the proxy "+proxy.address)
		assert.Greater(t, len(proxy.tunnels()), 3)
	})
}

// TestTheCollectorsOwnTLS: the profile with certificates of a private authority, directly and through a CONNECT proxy.
func TestTheCollectorsOwnTLS(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue("collector", time.Now().Add(time.Hour), "127.0.0.1", "canvas.test")
	client, clientKey := ca.issue("sender", time.Now().Add(time.Hour), "orcheo")
	n := startCompany(t, nil, "CANVAS_TLS_CERT_FILE="+cert, "CANVAS_TLS_KEY_FILE="+key)
	mutual := startCompany(t, nil, "CANVAS_TLS_CERT_FILE="+cert, "CANVAS_TLS_KEY_FILE="+key, "CANVAS_TLS_CLIENT_CA_FILE="+ca.file())
	proxy := startConnectProxy(t, true)
	named := func(address string) string { return strings.Replace(address, "127.0.0.1", "canvas.test", 1) }
	through := []string{"HTTPS_PROXY=http://" + proxy.address}
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	encrypted := startConnectProxyTLS(t, true, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
	for name, run := range map[string]func(t *testing.T) checked{
		"over HTTP": func(t *testing.T) checked {
			return n.check(t, nil, "--endpoint", "https://"+n.http, "--server", "https://"+n.server, "--ca-file", ca.file())
		},
		"over gRPC": func(t *testing.T) checked {
			return n.check(t, nil, "--endpoint", "grpcs://"+n.grpc, "--server", "https://"+n.server, "--ca-file", ca.file())
		},
		"over HTTP through a proxy": func(t *testing.T) checked {
			return n.check(t, through, "--endpoint", "https://"+named(n.http), "--server", "https://"+named(n.server), "--ca-file", ca.file())
		},
		"over HTTP through a proxy with TLS": func(t *testing.T) checked {
			return n.check(t, []string{"HTTPS_PROXY=https://" + encrypted.address}, "--endpoint", "https://"+named(n.http), "--server", "https://"+named(n.server), "--ca-file", ca.file())
		},
		"over gRPC through a proxy with TLS": func(t *testing.T) checked {
			return n.check(t, []string{"HTTPS_PROXY=https://" + encrypted.address}, "--endpoint", "grpcs://"+named(n.grpc), "--server", "https://"+named(n.server), "--ca-file", ca.file())
		},
		"over gRPC through a proxy": func(t *testing.T) checked {
			return n.check(t, through, "--endpoint", "grpcs://"+named(n.grpc), "--server", "https://"+named(n.server), "--ca-file", ca.file())
		},
		"with the sender's certificate": func(t *testing.T) checked {
			return mutual.check(t, nil, "--endpoint", "https://"+mutual.http, "--server", "https://"+mutual.server, "--ca-file", ca.file(), "--cert-file", client, "--key-file", clientKey)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t).passes(t, append(throughout, "tls")...)
		})
	}
	t.Run("without the sender's certificate", func(t *testing.T) {
		t.Parallel()
		mutual.check(t, nil, "--endpoint", "https://"+mutual.http, "--server", "https://"+mutual.server, "--ca-file", ca.file()).names(t, "tls", "senders must show a certificate")
	})
}

// TestACheckNamesTheCulpritOnTheWay breaks one thing at a time in front of a collector that is well.
func TestACheckNamesTheCulpritOnTheWay(t *testing.T) {
	n := startCompany(t, nil)
	stale, staleKey := n.ca.issue("stale", time.Now().Add(-time.Hour), "127.0.0.1")
	other, otherKey := n.ca.issue("other", time.Now().Add(time.Hour), "other.example.com")
	direct := func(t *testing.T, flags ...string) checked {
		return n.check(t, nil, append([]string{"--endpoint", "http://" + n.http, "--server", "http://" + n.server}, flags...)...)
	}
	behind := func(t *testing.T, site string, flags ...string) checked {
		return n.check(t, nil, append([]string{"--endpoint", "http://" + n.http, "--server", site}, flags...)...)
	}
	for _, tt := range []struct {
		name, step, cause string
		run               func(t *testing.T) checked
	}{
		{"a proxy without upgrade", "websocket", "proxy without upgrade", func(t *testing.T) checked {
			return behind(t, startNginx(t, "", "", n.location("/", noSocket)))
		}},
		{"a buffering proxy", "events", "buffering proxy", func(t *testing.T) checked {
			// HTTP/1.0 towards the server is nginx's default; sockets have their own location.
			return behind(t, startNginx(t, "", "", n.location("/ws/", passedOn)+"location / { proxy_pass http://"+n.server+
				"; proxy_set_header Host $http_host; proxy_ignore_headers X-Accel-Buffering; proxy_buffer_size 64k; proxy_buffers 8 64k; }"))
		}},
		{"an idle cut", "idle", "idle cut", func(t *testing.T) checked {
			return behind(t, startNginx(t, "", "", n.location("/", passedOn+" proxy_read_timeout 3s;")), "--idle=8s")
		}},
		{"a private authority that is not trusted", "tls", "wrong CA", func(t *testing.T) checked {
			return behind(t, startNginx(t, n.cert, n.key, n.location("/", passedOn)), "--ca-file", "")
		}},
		{"an expired certificate", "tls", "expired", func(t *testing.T) checked {
			return behind(t, startNginx(t, stale, staleKey, n.location("/", passedOn)))
		}},
		{"a certificate for another name", "tls", "wrong name", func(t *testing.T) checked {
			return behind(t, startNginx(t, other, otherKey, n.location("/", passedOn)))
		}},
		{"no TLS where it is expected", "tls", "no TLS is spoken", func(t *testing.T) checked {
			return n.check(t, nil, "--endpoint", "http://"+n.http, "--server", "https://"+n.server)
		}},
		{"a name that nobody knows", "name", "no name server", func(t *testing.T) checked {
			return n.check(t, nil, "--endpoint", "http://nowhere.invalid:4318", "--server", "http://"+n.server)
		}},
		{"a wrong port", "connection", "wrong port", func(t *testing.T) checked {
			return n.check(t, nil, "--endpoint", "http://"+freeAddress(t), "--server", "http://"+n.server)
		}},
		{"the port of gRPC for HTTP", "senders", "wrong port", func(t *testing.T) checked {
			return n.check(t, nil, "--endpoint", "http://"+n.grpc, "--server", "http://"+n.server)
		}},
		{"the port of HTTP for gRPC", "senders", "wrong port", func(t *testing.T) checked {
			return n.check(t, nil, "--endpoint", "grpc://"+n.http, "--server", "http://"+n.server)
		}},
		{"the port of OTLP for the server", "viewers", "wrong port", func(t *testing.T) checked {
			return n.check(t, nil, "--endpoint", "http://"+n.http, "--server", "http://"+n.http)
		}},
		{"a page of somebody else", "viewers", "wrong server", func(t *testing.T) checked {
			return behind(t, startNginx(t, "", "", "location / { default_type text/html; return 200 '<html></html>'; }"))
		}},
		{"a proxy that does not reach the server", "viewers", "does not reach the trace server", func(t *testing.T) checked {
			return behind(t, startNginx(t, "", "", "location / { proxy_pass http://"+freeAddress(t)+"; }"))
		}},
		{"a proxy that changes the host", "viewers", "does not answer to this name", func(t *testing.T) checked {
			return behind(t, startNginx(t, "", "", n.location("/", "proxy_set_header Host other.example.com;")))
		}},
		{"a wrong token of a viewer", "viewers", "wrong token", func(t *testing.T) checked { return direct(t, "--token-file", n.wrong) }},
		{"no token of a viewer", "viewers", "no token was given", func(t *testing.T) checked { return direct(t, "--token-file", "") }},
		{"a wrong token of a sender", "senders", "wrong token", func(t *testing.T) checked { return direct(t, "--ingest-token-file", n.wrong) }},
		{"a wrong token over gRPC", "senders", "wrong token", func(t *testing.T) checked {
			return direct(t, "--endpoint", "grpc://"+n.grpc, "--ingest-token-file", n.wrong)
		}},
		{"a proxy that adds the token for everybody", "viewers", "adds one for everybody", func(t *testing.T) checked {
			return behind(t, startNginx(t, "", "", n.location("/", passedOn+" proxy_set_header Authorization 'Bearer s3cret-viewers';")))
		}},
		{"a proxy that refuses to tunnel", "connection", "the proxy that HTTP_PROXY or HTTPS_PROXY names refuses", func(t *testing.T) checked {
			proxy := startConnectProxy(t, false)
			return n.check(t, []string{"HTTPS_PROXY=http://" + proxy.address}, "--endpoint", "https://canvas.test:4318", "--server", "https://canvas.test:8090")
		}},
		{"a request that is too large for a proxy", "otlp", "bounds the size", func(t *testing.T) checked {
			site := startNginx(t, "", "", "client_max_body_size 1; "+n.otlpLoc)
			return n.check(t, nil, "--endpoint", site, "--server", "http://"+n.server)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.run(t)
			got.names(t, tt.step, tt.cause)
			for _, step := range got.Steps {
				assert.Contains(t, []rollout.Status{rollout.Passed, rollout.Failed, rollout.Skipped}, step.Status)
				assert.NotEmpty(t, step.Detail, step.ID)
			}
		})
	}
}
