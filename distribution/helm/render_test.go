package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

type values = map[string]any

func TestEveryShapeOfTheChartIsWhatKubernetesTakes(t *testing.T) {
	for name, shape := range map[string]struct {
		values values
		has    []string
		hasNot []string
	}{
		"as delivered": {nil, []string{"kind: Deployment", "kind: PersistentVolumeClaim", "kind: NetworkPolicy", "kind: PodDisruptionBudget", "kind: Ingress", "runAsNonRoot: true"}, []string{"kind: Horizontal", "kind: ServiceMonitor"}},
		"scaling": {values{"autoscaling": values{"enabled": true}, "persistence": values{"enabled": false}},
			[]string{"kind: HorizontalPodAutoscaler", "emptyDir"}, []string{"replicas:", "PersistentVolumeClaim"}},
		"next to nothing": {values{"ingress": values{"enabled": false}, "networkPolicy": values{"enabled": false}, "podDisruptionBudget": values{"enabled": false}, "persistence": values{"enabled": false}},
			[]string{"kind: Deployment", "kind: Service\n"}, []string{"kind: Ingress", "kind: NetworkPolicy", "kind: PodDisruptionBudget"}},
		"all settings": {values{"forward": values{"sampleRatio": "0.1"}, "args": []any{"--set=exporters.canvastrace.retention.ttl=48h"}, "env": []any{values{"name": "A", "value": "b"}}, "persistence": values{"storageClass": "fast"}},
			[]string{"CANVAS_FORWARD_SAMPLE_RATIO", "ttl=48h", "storageClassName: fast"}, nil},
		"two tiers": {values{"router": values{"enabled": true}, "replicas": 3},
			[]string{"kind: StatefulSet", "volumeClaimTemplates:", "clusterIP: None", "ghcr.io/orcheo/otelcol-canvas-router:", "CANVAS_INSECURE", "name: otelcol-canvas-router",
				"grpc://otelcol-canvas-0.otelcol-canvas-collectors:4317,grpc://otelcol-canvas-1.otelcol-canvas-collectors:4317,grpc://otelcol-canvas-2.otelcol-canvas-collectors:4317",
				"http://otelcol-canvas-2.otelcol-canvas-collectors:8090"},
			[]string{"kind: PersistentVolumeClaim", "grpcs://", "strategy:"}},
		"two tiers with TLS between them": {values{"router": values{"enabled": true, "tlsSecret": "inside"}, "replicas": 2, "persistence": values{"enabled": false}, "networkPolicy": values{"enabled": false}},
			[]string{"grpcs://otelcol-canvas-1.otelcol-canvas-collectors:4317", "https://otelcol-canvas-1.otelcol-canvas-collectors:8090", "CANVAS_ROUTE_TOKEN_FILE", "CANVAS_TLS_CERT_FILE", "emptyDir"},
			[]string{"CANVAS_INSECURE", "kind: NetworkPolicy", "volumeClaimTemplates"}},
		"images of one's own": {values{"image": values{"registry": "registry.example.com/team", "tag": "1.2.3"}, "router": values{"enabled": true}},
			[]string{"registry.example.com/team/otelcol-canvas:1.2.3", "registry.example.com/team/otelcol-canvas-router:1.2.3"}, []string{"ghcr.io"}},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := render("otelcol-canvas", shape.values)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range shape.has {
				if !strings.Contains(text, part) {
					t.Errorf("no %q in:\n%s", part, text)
				}
			}
			for _, part := range shape.hasNot {
				if strings.Contains(text, part) {
					t.Errorf("%q in:\n%s", part, text)
				}
			}
			if said, err := validate(t, text); err != nil {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

func TestTheValidationFindsWhatIsWrong(t *testing.T) {
	text, err := render("otelcol-canvas", nil)
	if err != nil {
		t.Fatal(err)
	}
	if said, err := validate(t, strings.Replace(text, "runAsNonRoot: true", "runAsNonRoot: perhaps", 1)); err == nil {
		t.Errorf("accepted:\n%s", said)
	}
}

// validate holds manifests to the schemas inside kubectl-validate; no cluster and no network take part.
func validate(t *testing.T, text string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "all.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("../../build/kubectl-validate", "--version", "1.30", file).CombinedOutput()
	return string(said), err
}

func TestThePlainManifestsAreCurrent(t *testing.T) {
	want, err := render("otelcol-canvas", nil)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../kubernetes/otelcol-canvas.yaml")
	if err != nil || string(have) != notice+want {
		t.Errorf("distribution/kubernetes is not what the chart gives (%v): run `make kubernetes`", err)
	}
}

func TestValuesThatContradictEachOtherAreRefused(t *testing.T) {
	routed := values{"enabled": true}
	for _, v := range []struct {
		values values
		want   string
	}{
		{values{"autoscaling": routed}, "persistence.enabled=false"},
		{values{"replicas": 2}, "persistence.enabled=false"},
		{values{"autoscaling": routed, "router": routed, "persistence": values{"enabled": false}}, "so set replicas"},
		{values{"router": routed, "networkPolicy": values{"enabled": false}}, "router.tlsSecret or networkPolicy.enabled"},
	} {
		if _, err := render("otelcol-canvas", v.values); err == nil || !strings.Contains(err.Error(), v.want) {
			t.Errorf("%v: %v", v.values, err)
		}
	}
}

func TestPrometheusFindsItUnderTheNameOfTheAlerts(t *testing.T) {
	text, err := render("otelcol-canvas", values{"serviceMonitor": values{"enabled": true}})
	if err != nil || !strings.Contains(text, "{targetLabel: job, replacement: otelcol-canvas}") {
		t.Errorf("%v\n%s", err, text)
	}
	text, err = render("otelcol-canvas", values{"serviceMonitor": values{"enabled": true}, "router": values{"enabled": true}})
	if err != nil || !strings.Contains(text, "{targetLabel: job, replacement: otelcol-canvas-router}") || strings.Count(text, "kind: ServiceMonitor") != 2 {
		t.Errorf("routers have a job of their own: %v\n%s", err, text)
	}
}
