package observation

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

func resourceOf(pairs ...string) pcommon.Map {
	m := pcommon.NewMap()
	for i := 0; i < len(pairs); i += 2 {
		m.PutStr(pairs[i], pairs[i+1])
	}
	return m
}

func TestAProcessIsTheSameByWhatNamesItAlone(t *testing.T) {
	one := process(resourceOf("service.name", "backend", "service.instance.id", "1"))
	assert.Equal(t, one, process(resourceOf("telemetry.sdk.version", "2", "service.instance.id", "1", "service.name", "backend")))
	for _, other := range []pcommon.Map{
		resourceOf("service.name", "backend", "service.instance.id", "2"),
		resourceOf("service.name", "backend", "host.name", "1"),
		resourceOf("service.name", "backend1"),
		resourceOf("service.namespace", "backend", "service.instance.id", "1"),
	} {
		assert.NotEqual(t, one, process(other), other.AsRaw())
	}
	assert.Zero(t, process(resourceOf("telemetry.sdk.version", "2")))
}
