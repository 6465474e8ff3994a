package memorystore

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// setAll sets everything in a value to something that is not zero.
func setAll(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			setAll(field, n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		setAll(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		setAll(v.Index(0), n)
		setAll(v.Index(1), n)
	case reflect.Array:
		for i := range v.Len() {
			setAll(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(*n) / 3)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) - 5)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n % 250))
	default:
		panic(v.Kind())
	}
}

func TestWhatIsReadOfASpanIsWhatWasAppended(t *testing.T) {
	filled, seen := &tracestore.Span{}, 1
	setAll(reflect.ValueOf(filled).Elem(), &seen)
	filled.ID = spanID(1)
	for name, span := range map[string]*tracestore.Span{
		"every field is set": filled,
		"no field is set":    {ID: spanID(2)},
		"lists are there and empty": {ID: spanID(3), Body: []byte{}, Residual: []byte{}, Whole: []byte{}, Facts: tracestore.Facts{
			Tags: []string{}, Links: []tracestore.Link{}, Usage: &tracestore.Usage{},
		}},
		"lengths take more than one byte": {ID: spanID(4), Body: make([]byte, 100_000), Facts: tracestore.Facts{
			Name: string(make([]byte, 300)), Tags: []string{string(make([]byte, 200))}, Links: make([]tracestore.Link, 130),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New(Config{})
			require.NoError(t, err)
			put(t, s, 1, "somebody", realisticSpan(5, tracestore.ClassFinal), span)
			page := everything(t, s)
			require.Len(t, page.Records, 2)
			require.Equal(t, span, page.Records[1].Span)
			audit(t, s)
		})
	}
}

func TestWhatAReaderGotStaysAsItIsWhateverBecomesOfTheSpan(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	var spans []*tracestore.Span
	for n := range 100 {
		spans = append(spans, realisticSpan(n, tracestore.ClassStart))
	}
	put(t, s, 1, "somebody", spans...)
	page := everything(t, s)
	before, err := json.Marshal(page.Records)
	require.NoError(t, err)
	for class := tracestore.ClassHeartbeat; class <= tracestore.ClassFinal; class++ {
		for n := range 100 {
			put(t, s, 1, "somebody", realisticSpan(n, class))
		}
		audit(t, s)
	}
	compressAll(t, s)
	require.NoError(t, s.Evict(context.Background(), traceID(1).String(), tracestore.EvictRequest))
	after, err := json.Marshal(page.Records)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

func TestAMemoryThatIsUsedAgainGivesTheSameRecords(t *testing.T) {
	s, err := New(Config{})
	require.NoError(t, err)
	for n := range 300 {
		put(t, s, n%7, "somebody", realisticSpan(n, tracestore.ClassFinal))
	}
	var memory tracestore.Memory
	for range 3 {
		for trace := range 7 {
			want, err := s.Read(t.Context(), traceID(trace), tracestore.Position{}, tracestore.ReadLimit{})
			require.NoError(t, err)
			got, err := s.Read(t.Context(), traceID(trace), tracestore.Position{}, tracestore.ReadLimit{Memory: &memory})
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		memory.Reset()
	}
}
