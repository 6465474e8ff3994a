package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestTheDebianPackageKeepsWhatItAccepted installs the package into a root of its own, starts it there by its unit's own
// command line and environment, kills it while the backend is away, and starts it again: every accepted span arrives.
func TestTheDebianPackageKeepsWhatItAccepted(t *testing.T) {
	root := installDeb(t)
	unit := readUnit(t, root)
	backend := prepareArchive(t, nil)
	c := unit.start(t, backend.forwarding(otlpreplay.HTTPProtobuf))
	sender, err := otlpreplay.Dial(otlpreplay.GRPC, c.endpoints())
	require.NoError(t, err)
	defer sender.Close()
	const spans = 40
	for n := range spans {
		require.NoError(t, sender.Send(testContext(t), batch(pcommon.TraceID{byte(n + 1), 9}, "run-deb", 1, 1, 100)))
	}
	require.NoError(t, c.cmd.Process.Kill())
	<-c.exited

	backend.begin(t)
	unit.start(t, backend.forwarding(otlpreplay.HTTPProtobuf))
	seen := map[pcommon.TraceID]bool{}
	for _, f := range backend.await(t, spans) {
		seen[f.span.TraceID()] = true
	}
	require.Len(t, seen, spans)
}

// installDeb has dpkg install the package. Without root's rights, which dpkg needs for owners, it only unpacks it.
func installDeb(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for parent := root; strings.Contains(parent, t.Name()); parent = filepath.Dir(parent) {
		require.NoError(t, os.Chmod(parent, 0o755))
	}
	deb := builtBinary(t, "deb/otelcol-canvas.deb")
	install := exec.CommandContext(t.Context(), "dpkg-deb", "--extract", deb, root)
	if os.Getuid() == 0 {
		for _, folder := range []string{"info", "updates", "triggers"} {
			require.NoError(t, os.MkdirAll(filepath.Join(root, "var/lib/dpkg", folder), 0o755))
		}
		require.NoError(t, os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o600))
		install = exec.CommandContext(t.Context(), "dpkg", "--root="+root, "--force-script-chrootless", "--install", deb)
	}
	said, err := install.CombinedOutput()
	require.NoError(t, err, "%s", said)
	return root
}

// unit is the systemd unit of the package, as far as starting it goes.
type unit struct {
	root        string
	command     string
	environment []string
	state       string
}

func readUnit(t *testing.T, root string) unit {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "lib/systemd/system/otelcol-canvas.service"))
	require.NoError(t, err)
	u := unit{root: root}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "ExecStart":
			u.command = value
		case "Environment":
			u.environment = append(u.environment, strings.Fields(value)...)
		case "EnvironmentFile":
			defaults, err := os.ReadFile(filepath.Join(root, strings.TrimPrefix(value, "-")))
			require.NoError(t, err)
			for line := range strings.Lines(string(defaults)) {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					u.environment = append(u.environment, line)
				}
			}
		case "StateDirectory":
			u.state = filepath.Join(root, "var/lib", value)
		case "LoadCredential":
			_, folder, _ := strings.Cut(value, ":")
			require.DirExists(t, filepath.Join(root, folder))
		}
	}
	require.NotEmpty(t, u.command)
	require.NotEmpty(t, u.state)
	return u
}

// nobody stands for the user that systemd makes up.
const nobody = 65534

// start does what systemd does with the unit, but for the addresses, which are the test's own: as root in the package's own
// root folder and as an ordinary user there, else with its paths written out.
func (u unit) start(t *testing.T, env ...string) *collector {
	t.Helper()
	require.NoError(t, os.MkdirAll(u.state, 0o700))
	c := prepare(t, setup{env: append(u.environment, env...)})
	values := map[string]string{}
	for _, variable := range u.environment {
		name, value, _ := strings.Cut(variable, "=")
		values[name] = value
	}
	args := strings.Fields(os.Expand(u.command, func(name string) string { return values[name] }))
	c.cmd.Path, c.cmd.Args, c.cmd.Dir, c.cmd.Err = args[0], args, "/", nil
	if os.Getuid() == 0 {
		require.NoError(t, os.Chown(u.state, nobody, nobody))
		c.cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: u.root, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	} else {
		c.cmd.Path = filepath.Join(u.root, args[0])
		for i, arg := range args {
			c.cmd.Args[i] = strings.Replace(arg, "--config=/", "--config="+u.root+"/", 1)
		}
		c.cmd.Env = append(c.cmd.Env, "CANVAS_STATE_DIR="+u.state)
	}
	c.launch(t, func() bool {
		return c.answers("http://"+c.server+"/healthz") && c.listens(c.grpc) && c.listens(c.http)
	})
	return c
}
