package dashboards

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestTheFilesAreCurrent(t *testing.T) {
	for _, d := range All() {
		want, err := d.JSON()
		require.NoError(t, err)
		have, err := os.ReadFile(d.FileName())
		require.NoError(t, err)
		assert.Equal(t, string(want), string(have), "%s: run `go generate ./distribution/dashboards`", d.FileName())
	}
	files, err := filepath.Glob("*.json")
	require.NoError(t, err)
	assert.Len(t, files, len(All()))
}

// imported is what Grafana reads of a dashboard, as far as these tests look.
type imported struct {
	UID           string `json:"uid"`
	SchemaVersion int    `json:"schemaVersion"`
	Panels        []struct {
		ID          int    `json:"id"`
		Type        string `json:"type"`
		Title       string `json:"title"`
		Description string `json:"description"`
		GridPos     struct{ X, Y, W, H int }
		Targets     []struct {
			Expr       string            `json:"expr"`
			Datasource map[string]string `json:"datasource"`
		} `json:"targets"`
		FieldConfig struct {
			Defaults struct {
				Unit string `json:"unit"`
			} `json:"defaults"`
		} `json:"fieldConfig"`
	} `json:"panels"`
}

func load(t *testing.T, file string) imported {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var d imported
	require.NoError(t, json.Unmarshal(text, &d))
	return d
}

// units are those of Grafana that are in use; suffix: is Grafana's own way to name another.
var units = []string{"short", "percentunit", "s", "bytes", "Bps", "cps", "currencyUSD", "suffix:spans/s"}

func TestEveryPanelSaysWhatItShows(t *testing.T) {
	for _, dashboard := range All() {
		d := load(t, dashboard.FileName())
		assert.Equal(t, dashboard.UID, d.UID)
		assert.LessOrEqual(t, len(d.UID), 40, "Grafana refuses longer ones")
		ids, cells, shown := map[int]bool{}, map[[2]int]string{}, 0
		for _, p := range d.Panels {
			assert.False(t, ids[p.ID], "two panels have the id %d", p.ID)
			ids[p.ID] = true
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					assert.Less(t, x, columns, p.Title)
					assert.Empty(t, cells[[2]int{x, y}], "%s lies on another panel", p.Title)
					cells[[2]int{x, y}] = p.Title
				}
			}
			if p.Type == "row" {
				continue
			}
			shown++
			assert.NotEmpty(t, p.Description, p.Title)
			assert.Contains(t, units, p.FieldConfig.Defaults.Unit, p.Title)
			require.NotEmpty(t, p.Targets, p.Title)
			for _, target := range p.Targets {
				assert.Equal(t, "${datasource}", target.Datasource["uid"], p.Title)
				assert.Contains(t, target.Expr, `instance=~"$instance"`, p.Title)
			}
		}
		assert.Greater(t, shown, 15, d.UID)
	}
}

// Prometheus' own parser reads every expression, with the values that Grafana puts in.
func TestPrometheusUnderstandsEveryExpression(t *testing.T) {
	promtool := os.Getenv("CANVAS_PROMTOOL")
	if promtool == "" {
		promtool = "/usr/bin/promtool"
	}
	values := strings.NewReplacer("$__rate_interval", "5m", "$__range", "7d", "$instance", ".*")
	var rules []map[string]string
	for _, dashboard := range All() {
		for _, p := range load(t, dashboard.FileName()).Panels {
			for _, target := range p.Targets {
				// A name of its own for each: two rules of one name and expression are an error of another kind.
				rules = append(rules, map[string]string{"record": "panel:" + string(rune('a'+len(rules)/26)) + string(rune('a'+len(rules)%26)), "expr": values.Replace(target.Expr)})
			}
		}
	}
	file := filepath.Join(t.TempDir(), "expressions.yaml")
	text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "panels", "rules": rules}}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	said, err := exec.CommandContext(t.Context(), promtool, "check", "rules", file).CombinedOutput()
	require.NoError(t, err, "%s", said)
}
