// Package compose holds the compose file to Compose's own loader and schema. It is a module of its own, so that the loader
// stays out of the distribution.
package compose

import (
	"os"
	"os/exec"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func load(t *testing.T, env ...string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"testdata/orcheo.yaml", "compose.yaml"}, cli.WithWorkingDirectory("."), cli.WithName("canvas"), cli.WithEnv(env))
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(t.Context())
}

func TestComposeTakesTheFile(t *testing.T) {
	project, err := load(t, "CANVAS_INGEST_TOKEN=in", "CANVAS_AUTH_TOKEN=out")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"backend", "worker", "celery-beat", "canvas", "otelcol-canvas", "tempo", "jaeger", "prometheus", "grafana"} {
		if _, ok := project.Services[name]; !ok {
			t.Errorf("no service %s", name)
		}
	}
	for name, service := range project.Services {
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s opens port %s to the network", name, port.Published)
			}
		}
		for _, volume := range service.Volumes {
			if volume.Type == types.VolumeTypeBind {
				if _, err := os.Stat(volume.Source); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	if headers := project.Services["backend"].Environment["OTEL_EXPORTER_OTLP_HEADERS"]; headers == nil || *headers != "Authorization=Bearer%20in" {
		t.Errorf("the backend does not send the token")
	}
}

func TestItDoesNotStartWithoutTokens(t *testing.T) {
	if _, err := load(t, "CANVAS_AUTH_TOKEN=out"); err == nil {
		t.Error("loaded without a token for senders")
	}
}

func TestPrometheusTakesItsConfiguration(t *testing.T) {
	promtool := os.Getenv("CANVAS_PROMTOOL")
	if promtool == "" {
		promtool = "/usr/bin/promtool"
	}
	if said, err := exec.Command(promtool, "check", "config", "--syntax-only", "prometheus.yaml").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}
