package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
	"github.com/orcheo/otelcol-canvas/internal/rollout"
)

// jaeger is the real Jaeger, with traces in memory.
type jaeger struct {
	*collector
	query string // address of its API
}

func startJaeger(t testing.TB) jaeger {
	t.Helper()
	query, queryGRPC := freeAddress(t), freeAddress(t)
	j := jaeger{prepare(t, setup{binary: "jaeger", args: []string{"--config=jaeger.yaml"}}), "http://" + query}
	j.cmd.Env = append(j.cmd.Env, "OTEL_TRACES_SAMPLER=always_off", // it would trace itself
		"JAEGER_QUERY_ENDPOINT="+query, "JAEGER_QUERY_GRPC_ENDPOINT="+queryGRPC,
		"JAEGER_OTLP_GRPC_ENDPOINT="+j.grpc, "JAEGER_OTLP_HTTP_ENDPOINT="+j.http)
	j.launch(t, func() bool { return j.listens(query) && j.listens(j.grpc) && j.listens(j.http) })
	return j
}

func (j jaeger) forwarding(transport otlpreplay.Transport) string {
	return archive{collector: j.collector}.forwarding(transport)
}

// checked is what a check said.
type checked struct {
	rollout.Report
	code     int
	progress string
}

// check runs `canvasctl rollout check --json` with further variables (NAME=value) and flags.
func check(t testing.TB, env []string, args ...string) checked {
	t.Helper()
	command := exec.CommandContext(testContext(t), builtBinary(t, "canvasctl"), append([]string{"rollout", "check", "--json", "--timeout=10s", "--latency=10s"}, args...)...)
	for _, variable := range cleanEnviron() {
		if name, _, _ := strings.Cut(strings.ToUpper(variable), "="); !strings.HasSuffix(name, "_PROXY") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, env...)
	var out, progress bytes.Buffer
	command.Stdout, command.Stderr = &out, &progress
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	c := checked{code: command.ProcessState.ExitCode(), progress: progress.String()}
	require.NoError(t, json.Unmarshal(out.Bytes(), &c.Report), "code %d: %s%s", c.code, out.Bytes(), progress.Bytes())
	require.Equal(t, rollout.Schema, c.Schema)
	return c
}

// at is the result of a step.
func (c checked) at(t testing.TB, id string) rollout.Result {
	t.Helper()
	for _, step := range c.Steps {
		if step.ID == id {
			return step
		}
	}
	t.Fatalf("no step %s", id)
	return rollout.Result{}
}

// passes looks for these steps among those that passed, and for none that failed.
func (c checked) passes(t testing.TB, ids ...string) {
	t.Helper()
	assert.Zero(t, c.code, c.progress)
	assert.Equal(t, rollout.Passed, c.Outcome)
	for _, id := range ids {
		assert.Equal(t, rollout.Passed, c.at(t, id).Status, "%s: %s", id, c.progress)
	}
}

// names looks for one failed step, and for words in its cause.
func (c checked) names(t testing.TB, id, cause string) {
	t.Helper()
	assert.Equal(t, 1, c.code, c.progress)
	assert.Equal(t, rollout.Failed, c.Outcome)
	for _, failed := range c.Failures() {
		if assert.Equal(t, id, failed.ID, c.progress) {
			assert.Contains(t, failed.Cause, cause)
			assert.NotEmpty(t, failed.Remedy)
		}
	}
	assert.NotEmpty(t, c.Failures())
}

// everyStep are the steps that need nothing but a backend, its metrics and a silence.
var everyStep = []string{
	"connection", "viewers", "senders", "websocket", "otlp", "live", "events", "rest", "downstream", "service_name", "sampling", "redaction", "loop", "idle",
}

// TestStagingIsCheckedFromEndToEnd goes through a staging collector into the real Jaeger, over both protocols.
func TestStagingIsCheckedFromEndToEnd(t *testing.T) {
	backend := startJaeger(t)
	tokens := []string{"CANVAS_AUTH_TOKEN_FILE=" + secretFile(t, "s3cret-viewers"), "CANVAS_INGEST_TOKEN_FILE=" + secretFile(t, "s3cret-senders")}
	c := start(t, profile("staging", append(tokens, backend.forwarding(otlpreplay.GRPC))...))
	for name, endpoint := range map[string]string{"OTLP over HTTP": "http://" + c.http + "/v1/traces", "OTLP over gRPC": "grpc://" + c.grpc} {
		t.Run(name, func(t *testing.T) {
			got := check(t, append(tokens, "ORCHEO_TRACING_SERVICE_NAME=orcheo-staging"), "--endpoint", endpoint, "--server", "http://"+c.server,
				"--downstream-jaeger", backend.query, "--metrics", "http://"+c.metrics+"/metrics", "--idle=2s")
			got.passes(t, everyStep...)
			assert.Contains(t, got.at(t, "viewers").Detail, "answers 401 without one")
			assert.Equal(t, "orcheo-staging", got.at(t, "service_name").Detail)
			assert.NotContains(t, got.progress, "s3cret")
		})
	}
}

// TestACheckNamesWhatIsWrongBetweenCollectorAndBackend breaks one thing at a time behind the endpoint.
func TestACheckNamesWhatIsWrongBetweenCollectorAndBackend(t *testing.T) {
	backend := startJaeger(t)
	run := func(t *testing.T, c *collector, flags ...string) checked {
		t.Helper()
		return check(t, nil, append([]string{"--endpoint", "http://" + c.http, "--server", "http://" + c.server, "--downstream-jaeger", backend.query, "--timeout=5s"}, flags...)...)
	}
	into := backend.forwarding(otlpreplay.HTTPProtobuf)

	t.Run("a quarter is a quarter", func(t *testing.T) {
		t.Parallel()
		got := run(t, start(t, profile("production", into, "CANVAS_INSECURE=true")), "--ratio=0.25")
		got.passes(t, "downstream", "sampling")
		assert.Contains(t, got.at(t, "sampling").Detail, "0.25 of the traces")
	})
	t.Run("sampled twice", func(t *testing.T) {
		t.Parallel()
		second := start(t, profile("staging", into, "CANVAS_FORWARD_SAMPLE_RATIO=0.5"))
		first := start(t, profile("staging", "CANVAS_FORWARD_ENDPOINT=grpc://"+second.grpc, "CANVAS_FORWARD_SAMPLE_RATIO=0.5"))
		run(t, first, "--ratio=0.5").names(t, "sampling", "sampled twice")
	})
	t.Run("sampled before the Trace tab", func(t *testing.T) {
		t.Parallel()
		second := start(t, profile("staging", into))
		first := start(t, profile("staging", "CANVAS_FORWARD_ENDPOINT=grpc://"+second.grpc, "CANVAS_FORWARD_SAMPLE_RATIO=0.5"))
		got := check(t, nil, "--endpoint", "http://"+first.http, "--server", "http://"+second.server)
		got.names(t, "sampling", "in front of this collector samples")
	})
	t.Run("nothing is forwarded", func(t *testing.T) {
		t.Parallel()
		run(t, start(t, profile("staging"))).names(t, "downstream", "does not forward")
	})
	t.Run("not the backend's API", func(t *testing.T) {
		t.Parallel()
		c := start(t, profile("staging", into))
		got := check(t, nil, "--endpoint", "http://"+c.http, "--server", "http://"+c.server, "--downstream-jaeger", "http://"+c.server+"/assets", "--timeout=3s")
		got.names(t, "downstream", "not the API of jaeger")
	})
	t.Run("redaction is off", func(t *testing.T) {
		t.Parallel()
		s := profile("staging", into)
		s.args = append(s.args, "--set=processors.tokenpreview.redaction.enabled=false")
		run(t, start(t, s)).names(t, "redaction", "its redaction is switched off")
	})
	t.Run("a service is renamed", func(t *testing.T) {
		t.Parallel()
		s := profile("staging", into)
		s.args = append(s.args, "--set=processors.resource/rename={attributes: [{key: service.name, value: other, action: upsert}]}",
			"--set=service.pipelines.traces/store.processors=[filter/partials, resource/rename]")
		run(t, start(t, s)).names(t, "service_name", "renames services")
	})
	t.Run("another collector's server", func(t *testing.T) {
		t.Parallel()
		one, other := start(t, profile("local")), start(t, profile("local"))
		got := check(t, nil, "--endpoint", "http://"+one.http, "--server", "http://"+other.server, "--timeout=3s")
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.at(t, "live").Cause, "not the same collector")
	})
	t.Run("a forwarding loop", func(t *testing.T) {
		t.Parallel()
		around := prepareArchive(t, nil)
		c := start(t, profile("staging", "CANVAS_FORWARD_ENDPOINT=grpc://"+around.grpc))
		loop := startArchiveAt(t, around, c)
		got := check(t, nil, "--endpoint", "http://"+c.http, "--server", "http://"+c.server, "--metrics", "http://"+c.metrics+"/metrics")
		require.NoError(t, loop.cmd.Process.Kill())
		got.names(t, "loop", "forwarding loop")
	})
}

// TestWrongUsageOfTheCheckIsToldAtOnce: nothing is sent, and the code is another one than that of a failed step.
func TestWrongUsageOfTheCheckIsToldAtOnce(t *testing.T) {
	for words, args := range map[string][]string{
		"the address of the endpoint":   {"--endpoint", "localhost:4318"},
		"holds a password":              {"--server", "http://user:secret@localhost:8090"},
		"check one after the other":     {"--downstream-jaeger", "http://a:1", "--downstream-tempo", "http://b:1"},
		"no such file":                  {"--token-file", "/nowhere/at/all"},
		"a share from 0 to 1":           {"--ratio", "25"},
		"flag provided but not defined": {"--what"},
		"it takes flags only":           {"now"},
	} {
		command := exec.Command(builtBinary(t, "canvasctl"), append([]string{"rollout", "check"}, args...)...)
		command.Env = cleanEnviron()
		output, err := command.CombinedOutput()
		require.Error(t, err)
		assert.Equal(t, 2, command.ProcessState.ExitCode(), "%s", output)
		assert.Contains(t, string(output), words)
		assert.NotContains(t, string(output), "secret@")
	}
}
