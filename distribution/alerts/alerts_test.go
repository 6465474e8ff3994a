// Package alerts tests the alert rules of this folder with promtool, which scripts/test-deps.sh installs.
package alerts

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const (
	rulesFile = "otelcol-canvas.rules.yaml"
	testsFile = "otelcol-canvas.test.yaml"
	runbook   = "https://github.com/orcheo/otelcol-canvas/blob/main/docs/operations.md"
)

func promtool(t *testing.T, args ...string) {
	t.Helper()
	program := os.Getenv("CANVAS_PROMTOOL")
	if program == "" {
		program = "/usr/bin/promtool"
	}
	said, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	require.NoError(t, err, "%s", said)
}

func TestEveryAlertFiresWhenItShouldAndOnlyThen(t *testing.T) {
	promtool(t, "check", "rules", rulesFile)
	promtool(t, "test", "rules", testsFile)
}

type rule struct {
	Alert       string            `yaml:"alert"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

func rules(t *testing.T) (all []rule) {
	t.Helper()
	text, err := os.ReadFile(rulesFile)
	require.NoError(t, err)
	var file struct {
		Groups []struct{ Rules []rule }
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	for _, group := range file.Groups {
		all = append(all, group.Rules...)
	}
	require.NotEmpty(t, all)
	return all
}

// A state of affairs in the tests names all alerts that fire, so an alert that fires there is also silent somewhere: in each
// state that does not name it, the ordinary day first of all.
func TestEveryAlertIsTested(t *testing.T) {
	text, err := os.ReadFile(testsFile)
	require.NoError(t, err)
	var file struct {
		Tests []struct {
			Name   string
			Checks []struct {
				Expected []struct{ Labels string } `yaml:"exp_samples"`
			} `yaml:"promql_expr_test"`
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	fires := map[string]bool{}
	for i, state := range file.Tests {
		silent := false
		for _, check := range state.Checks {
			silent = silent || len(check.Expected) == 0
			for _, sample := range check.Expected {
				fires[strings.Trim(strings.TrimPrefix(sample.Labels, "{alertname="), `"}`)] = true
			}
		}
		assert.NotEmpty(t, state.Name, "test %d", i)
		assert.True(t, silent || strings.Contains(state.Name, "full queue"), "%q: nothing is silent before", state.Name)
	}
	for _, r := range rules(t) {
		assert.True(t, fires[r.Alert], "%s fires in no test", r.Alert)
	}
}

func TestEveryAlertHasItsSectionInTheRunbook(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	sections := map[string]string{}
	for _, section := range strings.Split(string(text), "\n### ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		sections[strings.ToLower(title)] = body
	}
	known := map[string]bool{}
	for _, r := range rules(t) {
		anchor, ok := strings.CutPrefix(r.Annotations["runbook_url"], runbook+"#")
		assert.True(t, ok, "%s: its runbook_url is not %s#…", r.Alert, runbook)
		assert.Equal(t, strings.ToLower(r.Alert), anchor)
		assert.NotEmpty(t, r.Annotations["summary"], r.Alert)
		assert.Contains(t, []string{"critical", "warning", "info"}, r.Labels["severity"], r.Alert)
		for _, part := range []string{"**Meaning.**", "**First look.**", "**Remedy.**"} {
			assert.Contains(t, sections[anchor], part, "the section of %s", r.Alert)
		}
		known[anchor] = true
	}
	for title := range sections {
		if regexp.MustCompile(`^canvas[a-z]+$`).MatchString(title) {
			assert.True(t, known[title], "docs/operations.md explains %s, which is no alert", title)
		}
	}
}
