package memorystore

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// A summary's texts may be parts of a chunk, which must not live on for their sake. Those that are not are constants, and the
// execution's id.
func TestAStoredSummarySharesNoMemoryWithItsMaker(t *testing.T) {
	var given tracestore.Summary
	seen := 1
	setAll(reflect.ValueOf(&given).Elem(), &seen)
	kept := bounded(given)
	require.Equal(t, &given, kept)
	from, to := reflect.ValueOf(given), reflect.ValueOf(*kept)
	for i := range from.NumField() {
		if from.Type().Field(i).Type != reflect.TypeFor[string]() || from.Type().Field(i).Name == "Execution" {
			continue
		}
		require.NotSame(t, unsafe.StringData(from.Field(i).String()), unsafe.StringData(to.Field(i).String()), from.Type().Field(i).Name)
	}
	require.NotSame(t, unsafe.StringData(given.Tags[0]), unsafe.StringData(kept.Tags[0]))
	require.NotSame(t, unsafe.StringData(given.Models[0]), unsafe.StringData(kept.Models[0]))
}
