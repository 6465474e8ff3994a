package canvasserverextension

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheREADMENamesEveryKeyAndRoute(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := string(text)
	for _, c := range []any{Config{}, BindConfig{}, ThresholdsConfig{}, ResolverConfig{}, BackendConfig{}, ForwardAuthConfig{}} {
		for f := range fields(reflect.TypeOf(c)) {
			assert.Contains(t, readme, f, "configuration key")
		}
	}
	for _, code := range []int{
		closeGoingAway, closeProtocol, closeNotText, closeTooBig, closeInternal, closeRestart, closeTryAgain,
		closeBadRequest, closeUnauthenticated, closeForbidden, closeNoInit, closeDuplicate, closeNotEnabled, closeTooMany,
	} {
		assert.Contains(t, readme, fmt.Sprintf("\n| %d |", code), "close code")
	}
	for path, methods := range (&api{config: &Config{}}).routes() {
		for method := range methods {
			path, _, _ := strings.Cut(strings.TrimSuffix(path, "{$}"), "{path...}")
			assert.Contains(t, readme, path, "route of %s", method)
		}
	}
}

// fields are the keys of a part of the configuration.
func fields(c reflect.Type) map[string]bool {
	keys := map[string]bool{}
	for field := range c.Fields() {
		if key, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ","); key != "" {
			keys[key] = true
		}
	}
	return keys
}
