package e2e

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// commandLine is a line of an example's comment that starts the distribution: variables, the binary, its arguments.
var commandLine = regexp.MustCompile(`(?m)^# {3}((?:[A-Z_]+=\S+ )*)otelcol-canvas(?: validate)?((?: --\S+)*)$`)

// TestTheExamplesStartAsTheySay validates what each example's own comment tells to start.
func TestTheExamplesStartAsTheySay(t *testing.T) {
	var files []string
	require.NoError(t, filepath.WalkDir("../examples", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".yaml" && entry.Name() != "builder-config.yaml" {
			files = append(files, path)
		}
		return err
	}))
	require.GreaterOrEqual(t, len(files), 3)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			commands := commandLine.FindAllStringSubmatch(string(text), -1)
			require.NotEmpty(t, commands, "the file does not say how to start it")
			for _, command := range commands {
				validate := exec.Command(builtBinary(t, ""), append([]string{"validate"}, strings.Fields(command[2])...)...)
				validate.Dir = ".."
				validate.Env = append(cleanEnviron(), strings.Fields(command[1])...)
				output, err := validate.CombinedOutput()
				assert.NoError(t, err, "%s: %s", command[0], output)
			}
		})
	}
}

// TestTheDistributionRunsBehindACollectorYouAlreadyRun starts that example's collector in front of ours, on free ports.
func TestTheDistributionRunsBehindACollectorYouAlreadyRun(t *testing.T) {
	backend := startArchive(t, nil)
	ours := start(t, profile("local"))
	front := prepare(t, setup{})
	front.cmd.Args = append(front.cmd.Args, "--config=../examples/behind-your-collector.yaml",
		"--set=receivers.otlp.protocols.grpc.endpoint="+front.grpc, "--set=receivers.otlp.protocols.http.endpoint="+front.http,
		"--set=exporters.otlp_http/your_backend.endpoint=http://"+backend.http, "--set=exporters.otlp_grpc/canvas.endpoint="+ours.grpc,
		"--set=service.telemetry.metrics.level=none")
	front.launch(t, func() bool { return front.listens(front.grpc) && front.listens(front.http) })

	run := freshRun(t, "rich")
	front.send(t, otlpreplay.HTTPProtobuf, run, otlpreplay.Recorded)
	eventually(t, patience, "all spans on the Trace tab", func() bool {
		return ours.trace(t, run.Expect.ExecutionID).Execution.SpanCount == len(run.Expect.Spans)
	})
	assert.Len(t, byID(t, backend.await(t, len(run.Expect.Spans))), len(run.Expect.Spans))
}

// TestTheTenLineClientsShowAnExecution runs both against the binary. Node has a WebSocket of its own from 22 on, and behind
// the flag from 20.10 on.
func TestTheTenLineClientsShowAnExecution(t *testing.T) {
	c := startCollector(t, quickly)
	run := freshRun(t, "rich")
	c.send(t, otlpreplay.HTTPProtobuf, run, otlpreplay.Recorded)
	address := "ws://" + c.server + "/ws/executions/" + run.Expect.ExecutionID

	program := filepath.Join(t.TempDir(), "client")
	output, err := exec.Command("go", "build", "-o", program, "../examples/websocket-client").CombinedOutput()
	require.NoError(t, err, "%s", output)
	for name, client := range map[string]*exec.Cmd{
		"Go":         exec.CommandContext(testContext(t), program, address),
		"JavaScript": exec.CommandContext(testContext(t), "node", "--no-warnings", "--experimental-websocket", "../examples/websocket-client/client.mjs", address),
	} {
		output, err := client.CombinedOutput()
		if assert.NoError(t, err, "%s: %s", name, output) {
			for _, span := range run.Expect.Spans {
				assert.Contains(t, string(output), "ended "+span.Name, name)
			}
		}
	}
}

// TestTheManifestOfYourOwnDistributionGenerates lets the Builder read the example's manifest, strictly, and write the program.
func TestTheManifestOfYourOwnDistributionGenerates(t *testing.T) {
	folder := t.TempDir()
	text, err := os.ReadFile("../examples/your-own-manifest/builder-config.yaml")
	require.NoError(t, err)
	tree, err := filepath.Abs("..")
	require.NoError(t, err)
	assert.Contains(t, string(text), "otelcol-canvas => ../../..\n", "seen from examples/your-own-manifest/build")
	manifest := strings.NewReplacer("./build", filepath.Join(folder, "build"), "=> ../../..", "=> "+tree).Replace(string(text))
	file := filepath.Join(folder, "builder-config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(manifest), 0o600))
	output, err := exec.Command("go", "tool", "builder", "--config", file, "--skip-compilation", "--skip-strict-versioning=false").CombinedOutput()
	require.NoError(t, err, "%s", output)
	written, err := os.ReadFile(filepath.Join(folder, "build", "components.go"))
	require.NoError(t, err)
	for _, component := range []string{"canvastraceexporter", "canvasserverextension", "tokenpreviewprocessor", "partialspanconnector"} {
		assert.Contains(t, string(written), component)
	}
}
