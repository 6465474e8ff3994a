// Package otelcolcanvas has no code: its test holds the manifest of the distribution, the tree and the versions together.
package otelcolcanvas

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

const (
	ourModule  = "github.com/orcheo/otelcol-canvas"
	unstable   = "go.opentelemetry.io/collector/exporter/exporterhelper" // has the version of the modules that are not stable yet
	stable     = "go.opentelemetry.io/collector/pdata"                   // has the version of the stable ones
	builder    = "go.opentelemetry.io/collector/cmd/builder"
	mdatagen   = "go.opentelemetry.io/collector/cmd/mdatagen"
	ourVersion = "v0.0.0"
)

// servedAt lists the modules that are pinned to another version than the set's, because the set's is not to be had.
var servedAt = map[string]string{
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckv2extension": "v0.155.0",
}

type module struct {
	GoMod  string `yaml:"gomod"`
	Import string `yaml:"import"`
	Path   string `yaml:"path"`
}

func (m module) path() string    { return strings.Fields(m.GoMod)[0] }
func (m module) version() string { return strings.Fields(m.GoMod)[1] }

type manifest struct {
	Receivers  []module `yaml:"receivers"`
	Processors []module `yaml:"processors"`
	Exporters  []module `yaml:"exporters"`
	Extensions []module `yaml:"extensions"`
	Connectors []module `yaml:"connectors"`
	Providers  []module `yaml:"providers"`
	Converters []module `yaml:"converters"`
	Replaces   []string `yaml:"replaces"`
}

func (m manifest) all() []module {
	var all []module
	for _, part := range [][]module{m.Receivers, m.Processors, m.Exporters, m.Extensions, m.Connectors, m.Providers, m.Converters} {
		all = append(all, part...)
	}
	return all
}

// manifests are the distribution's own, its router's, and that of the components it is measured against.
var manifests = []string{"builder-config.yaml", "builder-config.router.yaml", "e2e/peers/builder-config.yaml"}

func readManifest(t *testing.T, file string) manifest {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var m manifest
	require.NoError(t, yaml.Unmarshal(text, &m))
	return m
}

// required returns the versions that go.mod requires, by module.
func required(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	parsed, err := modfile.Parse("go.mod", text, nil)
	require.NoError(t, err)
	versions := map[string]string{}
	for _, r := range parsed.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	return versions
}

func TestTheManifestHasOneVersionSet(t *testing.T) {
	versions := required(t)
	set := map[string]string{"v0": versions[unstable], "v1": versions[stable]}
	var all []module
	for _, file := range manifests {
		all = append(all, readManifest(t, file).all()...)
	}
	for _, m := range all {
		if m.path() == ourModule {
			assert.Equal(t, ourVersion, m.version(), "%s: our own module is replaced by the tree", m.Import)
			continue
		}
		want, pinned := servedAt[m.path()]
		if !pinned {
			want = set[semver.Major(m.version())]
		}
		assert.Equal(t, want, m.version(), m.path())
		if inGoMod, ok := versions[m.path()]; ok {
			assert.Equal(t, inGoMod, m.version(), "%s: go.mod has another version", m.path())
		}
	}
}

func TestTheToolsAreOfTheSameSet(t *testing.T) {
	versions := required(t)
	assert.Equal(t, versions[unstable], versions[builder], "a newer builder would lift the Collector silently")
	assert.Equal(t, versions[unstable], versions[mdatagen])
}

func TestOneReplaceLineAndNoPathPointsAtTheTree(t *testing.T) {
	for file, tree := range map[string]string{manifests[0]: "../", manifests[1]: "../../"} {
		m := readManifest(t, file)
		assert.Equal(t, []string{ourModule + " => " + tree}, m.Replaces)
		for _, c := range m.all() {
			assert.Empty(t, c.Path, "%s: every path would write a replace line of its own", c.GoMod)
		}
	}
}

func TestTheRouterIsOfTheSameReleaseAndHasWhatItsProfileNames(t *testing.T) {
	versions := map[string]string{}
	for _, file := range manifests[:2] {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var m struct {
			Dist struct {
				Version string `yaml:"version"`
			} `yaml:"dist"`
		}
		require.NoError(t, yaml.Unmarshal(text, &m))
		versions[m.Dist.Version] = file
	}
	assert.Len(t, versions, 1, "one version for both programs")

	m := readManifest(t, manifests[1])
	of := func(modules []module) (folders []string) {
		for _, c := range modules {
			folders = append(folders, path.Base(c.Import+c.path()))
		}
		return folders
	}
	assert.Subset(t, of(m.Exporters), []string{"loadbalancingexporter"})
	assert.Subset(t, of(m.Processors), []string{"memorylimiterprocessor"})
	assert.Subset(t, of(m.Extensions), []string{"bearertokenauthextension", "filestorage", "healthcheckv2extension", "pprofextension", "zpagesextension"})
}

func TestTheManifestsHoldEveryComponentOfTheTree(t *testing.T) {
	m, router := readManifest(t, manifests[0]), readManifest(t, manifests[1])
	m.Extensions = append(m.Extensions, router.Extensions...) // one of which is only there
	for folder, listed := range map[string][]module{
		"receiver": m.Receivers, "processor": m.Processors, "exporter": m.Exporters, "extension": m.Extensions, "connector": m.Connectors,
	} {
		var imports []string
		for _, c := range listed {
			if c.path() == ourModule {
				imports = append(imports, c.Import)
			}
		}
		assert.ElementsMatch(t, factories(t, folder), imports, "folders with a NewFactory under %s/, and the manifest's %ss", folder, folder)
	}
}

// factories returns the import paths of the packages right under folder that have a NewFactory function.
func factories(t *testing.T, folder string) []string {
	t.Helper()
	var found []string
	files, err := fs.Glob(os.DirFS("."), folder+"/*/*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.FromSlash(file))
		require.NoError(t, err)
		if bytes.Contains(text, []byte("\nfunc NewFactory()")) {
			found = append(found, path.Join(ourModule, path.Dir(file)))
		}
	}
	return found
}
