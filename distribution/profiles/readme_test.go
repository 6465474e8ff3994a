package profiles

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheReadmeNamesEveryVariable(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	variables, err := os.ReadFile("environment/variables.go")
	require.NoError(t, err)
	names := regexp.MustCompile(`"((?:CANVAS|ORCHEO)_[A-Z_]+)"`).FindAllStringSubmatch(string(variables), -1)
	require.Greater(t, len(names), 15)
	for _, profile := range Names() {
		text, err := YAML(profile)
		require.NoError(t, err)
		names = append(names, regexp.MustCompile(`\$\{env:([A-Z_]+)`).FindAllStringSubmatch(string(text), -1)...)
	}
	for _, name := range names {
		assert.Contains(t, string(readme), "`"+name[1]+"`")
	}
}
