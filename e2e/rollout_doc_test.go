package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
	"github.com/orcheo/otelcol-canvas/internal/rollout"
)

var (
	checklistLine = regexp.MustCompile(`(?m)^### ((Staging|Production) ([1-6])): .+$`)
	shellBlock    = regexp.MustCompile("(?s)```sh\n(.*?)```")
)

// TestTheRolloutsCommandsRun runs every command of docs/rollout.md in the order in which it stands there: those that start
// a collector start it, all others must succeed against it.
func TestTheRolloutsCommandsRun(t *testing.T) {
	text, err := os.ReadFile("../docs/rollout.md")
	require.NoError(t, err)
	lines := checklistLine.FindAllSubmatchIndex(text, -1)
	require.Len(t, lines, 12, "six lines for staging, and six for production")
	backend := startJaeger(t)
	viewers, senders, work := secretFile(t, "s3cret-viewers"), secretFile(t, "s3cret-senders"), t.TempDir()
	var c *collector
	var env []string
	stage := ""
	for i, at := range lines {
		title, part := string(text[at[2]:at[3]]), string(text[at[4]:at[5]])
		if part != stage {
			stage = part
			ports := prepare(t, profile(strings.ToLower(part), "CANVAS_AUTH_TOKEN_FILE="+viewers, "CANVAS_INGEST_TOKEN_FILE="+senders, backend.forwarding(otlpreplay.GRPC), "IDLE=2s"))
			c, env = ports, append(slices.Clone(ports.cmd.Env), "CANVAS_CHECK_ENDPOINT=http://"+ports.http, "CANVAS_CHECK_SERVER=http://"+ports.server,
				"CANVAS_CHECK_JAEGER="+backend.query, "CANVAS_CHECK_METRICS=http://"+ports.metrics+"/metrics",
				"PATH="+filepath.Dir(builtBinary(t, ""))+string(os.PathListSeparator)+os.Getenv("PATH"))
		}
		end := len(text)
		if i+1 < len(lines) {
			end = lines[i+1][0]
		}
		section := string(text[at[1]:end])
		if title == "Production 6" {
			section, _, _ = strings.Cut(section, "\n## ")
		}
		blocks := shellBlock.FindAllStringSubmatch(section, -1)
		if title == "Production 5" {
			assert.Contains(t, section, "```text", "what to send")
			continue
		}
		require.NotEmpty(t, blocks, title)
		for _, block := range blocks {
			if arguments, starts := strings.CutPrefix(strings.TrimSpace(block[1]), "otelcol-canvas --config="); starts {
				require.Equal(t, "--config="+arguments, c.cmd.Args[1], "the test starts what the page says")
				c.launch(t, func() bool { return c.listens(c.server) && c.listens(c.grpc) && c.listens(c.http) })
				continue
			}
			if title == "Staging 1" {
				continue // it needs what the next line starts: see below
			}
			runBlock(t, title, block[1], work, env)
		}
		if title == "Staging 4" {
			runBlock(t, "Staging 1", shellBlock.FindStringSubmatch(string(text[lines[0][1]:lines[1][0]]))[1], work, env)
		}
	}
	var report rollout.Report
	written, err := os.ReadFile(filepath.Join(work, "rollout-check.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(written, &report))
	assert.Equal(t, rollout.Passed, report.Outcome)
	for _, step := range report.Steps {
		assert.Contains(t, string(text), "`"+step.ID+"`", "the page explains every step")
	}
}

func runBlock(t *testing.T, title, block, folder string, env []string) {
	t.Helper()
	command := exec.CommandContext(testContext(t), "bash", "-euo", "pipefail", "-c", block)
	command.Dir, command.Env = folder, env
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s: %s%s", title, block, output)
	assert.NotContains(t, string(output), "s3cret", "%s: %s", title, block)
	t.Logf("%s: %s%.1500s", title, block, output)
}
