package observation

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/orcheo/otelcol-canvas/internal/canvaswire"
)

func TestEveryAttributeThatTellsAFactHasAKnownKey(t *testing.T) {
	for a, key := range attributeKeys {
		if attribute(a) == noAttribute {
			assert.Empty(t, key)
			continue
		}
		n := canvaswire.NumberOf(key)
		assert.NotZero(t, n, "%q is not among the known keys of sources", key)
		assert.Equal(t, attribute(a), attributeOf[n], key)
	}
	assert.Equal(t, noAttribute, attributeOf[0], "the number of keys that are not known")
}
