package canvaswire_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a shape holds that is not ours to list: keys that senders choose.
var free = map[string]bool{"attributes": true}

func TestTheProtocolPageNamesEveryField(t *testing.T) {
	page, err := os.ReadFile("../../docs/protocol.md")
	require.NoError(t, err)
	shapes, err := filepath.Glob("testdata/*.golden.json")
	require.NoError(t, err)
	require.Greater(t, len(shapes), 5)
	for _, shape := range shapes {
		raw, err := os.ReadFile(shape)
		require.NoError(t, err)
		var value any
		require.NoError(t, json.Unmarshal(raw, &value))
		for _, key := range keysOf(value) {
			assert.Regexp(t, "`[^`]*\\b"+key+"\\b[^`]*`", string(page), "%s has %q: docs/protocol.md must name it", shape, key)
		}
	}
}

func keysOf(value any) (keys []string) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			keys = append(keys, key)
			if !free[key] {
				keys = append(keys, keysOf(inner)...)
			}
		}
	case []any:
		for _, inner := range value {
			keys = append(keys, keysOf(inner)...)
		}
	}
	return keys
}
