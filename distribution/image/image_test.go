package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// These tests look at what `make image` packs: ../../build/otelcol-canvas and ../../build/canvasctl.
var packed = contents{"../../build/otelcol-canvas", "../../build/canvasctl", "registry.example.com/team", runtime.GOARCH, "1.2.3", "abc"}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// reread writes the image as make does, and reads it back.
func reread(t *testing.T) v1.Image {
	t.Helper()
	folder := t.TempDir()
	if err := write(must[v1.Image](t)(image(packed)), folder, packed); err != nil {
		t.Fatal(err)
	}
	index := must[v1.ImageIndex](t)(layout.ImageIndexFromPath(filepath.Join(folder, "oci")))
	manifest := must[*v1.IndexManifest](t)(index.IndexManifest())
	if len(manifest.Manifests) != 1 {
		t.Fatalf("%d images in the layout", len(manifest.Manifests))
	}
	return must[v1.Image](t)(index.Image(manifest.Manifests[0].Digest))
}

func TestTheSameContentsGiveTheSameDigest(t *testing.T) {
	one, two := must[v1.Hash](t)(reread(t).Digest()), must[v1.Hash](t)(reread(t).Digest())
	if one != two {
		t.Fatalf("%s, then %s", one, two)
	}
}

func TestTheImageSaysHowItIsRun(t *testing.T) {
	c := must[*v1.ConfigFile](t)(reread(t).ConfigFile())
	if c.Config.User != "65532:65532" || strings.Join(c.Config.Entrypoint, " ") != "/otelcol-canvas" || c.OS != "linux" || c.Architecture != runtime.GOARCH {
		t.Errorf("user %s, entry point %q, for %s/%s", c.Config.User, c.Config.Entrypoint, c.OS, c.Architecture)
	}
	if c.Config.Labels["org.opencontainers.image.version"] != "1.2.3" || c.Config.Labels["org.opencontainers.image.licenses"] != "Apache-2.0" {
		t.Errorf("labels %v", c.Config.Labels)
	}
}

func TestTheImageIsNamedForItsRegistry(t *testing.T) {
	folder := t.TempDir()
	if err := write(must[v1.Image](t)(image(packed)), folder, packed); err != nil {
		t.Fatal(err)
	}
	tag := must[name.Tag](t)(name.NewTag("registry.example.com/team/otelcol-canvas:1.2.3"))
	if _, err := tarball.ImageFromPath(filepath.Join(folder, "otelcol-canvas.tar"), &tag); err != nil {
		t.Error(err)
	}
}

func TestTheRoutersImageStartsTheRouter(t *testing.T) {
	router := packed
	router.collector = filepath.Join(t.TempDir(), "otelcol-canvas-router")
	if err := os.WriteFile(router.collector, []byte("a program"), 0o600); err != nil {
		t.Fatal(err)
	}
	img := must[v1.Image](t)(image(router))
	c := must[*v1.ConfigFile](t)(img.ConfigFile()).Config
	if strings.Join(append(c.Entrypoint, c.Cmd...), " ") != "/otelcol-canvas-router --config=canvas:router" || c.Healthcheck != nil || c.Labels["org.opencontainers.image.title"] != "otelcol-canvas-router" {
		t.Errorf("%+v", c)
	}
	if err := write(img, t.TempDir(), router); err != nil {
		t.Error(err)
	}
}

// TestTheImageRuns unpacks the image and starts its entry point in there, as its user where the test is root: it takes
// nothing from outside, refuses to listen without tokens, and serves with them.
func TestTheImageRuns(t *testing.T) {
	img := reread(t)
	root := t.TempDir()
	unpack(t, img, root)
	roots := must[[]byte](t)(os.ReadFile(filepath.Join(root, "etc/ssl/certs/ca-certificates.crt")))
	if !x509.NewCertPool().AppendCertsFromPEM(roots) || bytes.Count(roots, []byte("BEGIN")) < 100 {
		t.Error("no certificate authorities")
	}
	config := must[*v1.ConfigFile](t)(img.ConfigFile()).Config
	if said, err := command(root, config).CombinedOutput(); err == nil || !bytes.Contains(said, []byte("CANVAS_INGEST_TOKEN")) {
		t.Fatalf("without tokens: %v\n%s", err, said)
	}
	var log bytes.Buffer
	server := free(t)
	cmd := command(root, config, "CANVAS_INGEST_TOKEN=in", "CANVAS_AUTH_TOKEN=out", "CANVAS_SERVER_ENDPOINT="+server, "CANVAS_OTLP_GRPC_ENDPOINT="+free(t),
		"CANVAS_OTLP_HTTP_ENDPOINT="+free(t), "CANVAS_METRICS_HOST=127.0.0.1", "CANVAS_METRICS_PORT="+strings.Split(free(t), ":")[1],
		"CANVAS_HEALTH_ENDPOINT=none", "CANVAS_ZPAGES_ENDPOINT=none", "CANVAS_PPROF_ENDPOINT=none")
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(time.Minute); ; {
		if resp, err := http.Get("http://" + server + "/healthz"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				break
			}
		}
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, &log)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			t.Fatalf("it does not answer: %v\n%s", <-ended, &log)
		}
	}
	check := func() *exec.Cmd {
		config := config
		config.Entrypoint, config.Cmd = config.Healthcheck.Test[1:], nil
		return command(root, config, "CANVAS_SERVER_ENDPOINT="+server)
	}
	if said, err := check().CombinedOutput(); err != nil {
		t.Errorf("its health check, while it serves: %v\n%s", err, said)
	}
	_ = cmd.Process.Kill()
	<-ended
	if said, err := check().CombinedOutput(); err == nil {
		t.Errorf("its health check, after the end: %s", said)
	}
}

func command(root string, config v1.Config, env ...string) *exec.Cmd {
	args := append(append([]string{}, config.Entrypoint[1:]...), config.Cmd...)
	cmd := exec.Command(filepath.Join(root, config.Entrypoint[0]), args...)
	cmd.Env = append(append([]string{}, config.Env...), env...)
	if os.Getuid() != 0 {
		cmd.Env = append(cmd.Env, "CANVAS_STATE_DIR="+filepath.Join(root, stateDir), "SSL_CERT_FILE=")
		return cmd
	}
	cmd.Path, cmd.Dir = config.Entrypoint[0], "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: user, Gid: user}}
	return cmd
}

func free(t *testing.T) string {
	l := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	defer l.Close()
	return l.Addr().String()
}

func unpack(t *testing.T, img v1.Image, root string) {
	t.Helper()
	for parent := root; parent != "/"; parent = filepath.Dir(parent) {
		if strings.Contains(parent, t.Name()) {
			_ = os.Chmod(parent, 0o755) //nolint:gosec // its user must get there
		}
	}
	files := mutate.Extract(img)
	defer files.Close()
	for r := tar.NewReader(files); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(root, h.Name)
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, os.FileMode(h.Mode)&os.ModePerm)
		} else {
			err = os.WriteFile(path, must[[]byte](t)(io.ReadAll(r)), os.FileMode(h.Mode)&os.ModePerm)
		}
		if err == nil && os.Getuid() == 0 {
			err = os.Chown(path, h.Uid, h.Gid)
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, err := json.Marshal(h); h.ModTime.Unix() != 0 {
			t.Errorf("a time of its own: %s %v", text, err)
		}
	}
}
