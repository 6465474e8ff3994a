// Command image packs the distribution into a container image, without a container engine. It is a module of its own, so
// that what it needs stays out of the distribution.
package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// contents is what an image is made of.
type contents struct {
	collector, companion string // the two programs, built without cgo for linux; the image is named as the first
	registry             string // such as ghcr.io/orcheo
	architecture         string // such as amd64
	version, revision    string
}

const (
	user     = 65532 // nonroot, as in other images of this kind
	stateDir = "/var/lib/otelcol-canvas"
	accounts = "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n"
	groups   = "root:x:0:\nnonroot:x:65532:\n"
)

// routerProgram is the collector in front of several others.
const routerProgram = "otelcol-canvas-router"

func (c contents) name() string { return filepath.Base(c.collector) }

func (c contents) profile() string {
	if c.name() == routerProgram {
		return "router"
	}
	return "staging"
}

// image builds the image. The same contents give the same digest, on any machine: every time in it is the epoch, and the
// certificate authorities are those of a pinned module and not of the machine.
func image(c contents) (v1.Image, error) {
	roots, err := certificateAuthorities()
	if err != nil {
		return nil, err
	}
	system, err := layer(
		entry{"etc/", 0o755, 0, nil}, entry{"etc/passwd", 0o644, 0, []byte(accounts)}, entry{"etc/group", 0o644, 0, []byte(groups)},
		entry{"etc/ssl/", 0o755, 0, nil}, entry{"etc/ssl/certs/", 0o755, 0, nil}, entry{"etc/ssl/certs/ca-certificates.crt", 0o644, 0, roots},
		entry{"tmp/", 0o1777, 0, nil}, entry{"var/", 0o755, 0, nil}, entry{"var/lib/", 0o755, 0, nil}, entry{stateDir[1:] + "/", 0o700, user, nil},
	)
	if err != nil {
		return nil, err
	}
	collector, err := os.ReadFile(c.collector)
	if err != nil {
		return nil, fmt.Errorf("read the collector (`make build` makes it): %w", err)
	}
	companion, err := os.ReadFile(c.companion)
	if err != nil {
		return nil, fmt.Errorf("read canvasctl (`make image` builds it): %w", err)
	}
	programs, err := layer(entry{"canvasctl", 0o755, 0, companion}, entry{c.name(), 0o755, 0, collector})
	if err != nil {
		return nil, err
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	img, err := mutate.AppendLayers(base, system, programs)
	if err != nil {
		return nil, fmt.Errorf("append layers: %w", err)
	}
	file, err := img.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("read the image's configuration: %w", err)
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Created, file.Config = "linux", c.architecture, v1.Time{Time: time.Unix(0, 0).UTC()}, c.config()
	return mutate.ConfigFile(img, file)
}

// config listens on all addresses, which the profile allows only with tokens, and keeps state in a volume.
func (c contents) config() v1.Config {
	config := v1.Config{
		User:       fmt.Sprintf("%d:%d", user, user),
		Entrypoint: []string{"/" + c.name()},
		Cmd:        []string{"--config=canvas:" + c.profile()},
		WorkingDir: "/",
		Env: []string{
			"PATH=/", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt", "CANVAS_STATE_DIR=" + stateDir,
			"CANVAS_OTLP_GRPC_ENDPOINT=0.0.0.0:4317", "CANVAS_OTLP_HTTP_ENDPOINT=0.0.0.0:4318",
			"CANVAS_SERVER_ENDPOINT=0.0.0.0:8090", "CANVAS_METRICS_HOST=0.0.0.0",
		},
		ExposedPorts: map[string]struct{}{"4317/tcp": {}, "4318/tcp": {}, "8090/tcp": {}, "8888/tcp": {}},
		Volumes:      map[string]struct{}{stateDir: {}},
		Healthcheck: &v1.HealthConfig{
			Test: []string{"CMD", "/canvasctl", "health"}, Interval: 30 * time.Second, Timeout: 5 * time.Second, StartPeriod: 30 * time.Second,
		},
		Labels: map[string]string{
			"org.opencontainers.image.title":       c.name(),
			"org.opencontainers.image.description": "OpenTelemetry Collector with a live Trace tab for Orcheo workflows",
			"org.opencontainers.image.licenses":    "Apache-2.0",
			"org.opencontainers.image.source":      "https://github.com/orcheo/otelcol-canvas",
			"org.opencontainers.image.version":     c.version,
			"org.opencontainers.image.revision":    c.revision,
		},
	}
	if c.name() == routerProgram {
		config.Healthcheck = nil // without viewers it serves nothing that could be asked
	}
	return config
}

// entry is a file, or a folder where the name ends in a slash.
type entry struct {
	name  string
	mode  int64
	owner int
	body  []byte
}

func layer(entries ...entry) (v1.Layer, error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, e := range entries {
		header := &tar.Header{
			Name: e.name, Mode: e.mode, Uid: e.owner, Gid: e.owner, Size: int64(len(e.body)),
			Typeflag: tar.TypeReg, ModTime: time.Unix(0, 0), Format: tar.FormatPAX,
		}
		if e.body == nil {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("write %s into a layer: %w", e.name, err)
		}
		if _, err := w.Write(e.body); err != nil {
			return nil, fmt.Errorf("write %s into a layer: %w", e.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close a layer: %w", err)
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil }, tarball.WithMediaType(types.OCILayer))
}

// certificateAuthorities are Mozilla's, as Go's own fallback package has them. Those that are trusted only in part are left
// out, because a file of certificates cannot say so.
func certificateAuthorities() ([]byte, error) {
	var out bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		if err := pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, fmt.Errorf("write certificate authorities: %w", err)
		}
	}
	return out.Bytes(), nil
}
