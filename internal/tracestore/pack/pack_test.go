package pack

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// fill sets everything in a value that can be set to something that is not zero.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
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

func TestEveryFieldOfARecordComesBack(t *testing.T) {
	n := 1
	rec := &tracestore.Record{}
	fill(reflect.ValueOf(rec).Elem(), &n)
	blocks := new(Packer).Pack([]*tracestore.Record{rec})
	require.Len(t, blocks, 1)
	assert.Equal(t, rec.Seq, blocks[0].Last)
	back, copied, err := blocks[0].Unpack()
	require.NoError(t, err)
	require.Equal(t, []*tracestore.Record{rec}, back)
	assert.Positive(t, copied)
}

func TestNoFieldIsOfAShapeThatCannotBePacked(t *testing.T) {
	empty := &tracestore.Record{Span: &tracestore.Span{}}
	back, _, err := new(Packer).Pack([]*tracestore.Record{empty})[0].Unpack()
	require.NoError(t, err)
	require.Equal(t, []*tracestore.Record{empty}, back)
}

func TestTheSchemaChangesWithAnyField(t *testing.T) {
	type inner struct{ A int64 }
	type one struct{ In []inner }
	type renamed struct{ On []inner }
	type other struct{ A string }
	type two struct{ In []other }
	assert.NotEqual(t, SchemaOf(one{}), SchemaOf(renamed{}))
	assert.NotEqual(t, SchemaOf(one{}), SchemaOf(two{}))
}

// drawRecords draws records that share some of their texts, as those of a trace do.
func drawRecords(t *rapid.T) []*tracestore.Record {
	texts := rapid.SampledFrom([]string{"", "a", "orcheo", strings.Repeat("long ", 300), "ä\x00\xff"})
	seq := uint64(0)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *tracestore.Record {
		seq += uint64(rapid.IntRange(1, 1000).Draw(t, "step"))
		s := &tracestore.Span{Body: []byte(texts.Draw(t, "body"))}
		s.ID[0] = byte(seq)
		s.Facts.Name, s.Facts.Service, s.Facts.Model = texts.Draw(t, "name"), texts.Draw(t, "service"), texts.Draw(t, "model")
		if c := texts.Draw(t, "context"); c != "" {
			s.Context = []byte(c)
		}
		if rapid.Bool().Draw(t, "usage") {
			s.Facts.Usage = &tracestore.Usage{Input: rapid.Int64().Draw(t, "input"), CostUSD: rapid.Float64().Draw(t, "cost")}
		}
		if rapid.Bool().Draw(t, "tags") {
			s.Facts.Tags = rapid.SliceOfN(texts, 0, 3).Draw(t, "tag")
		}
		return &tracestore.Record{Span: s, Seq: seq, FirstSeq: seq / 2, Received: rapid.Int64().Draw(t, "received")}
	}), 1, 600).Draw(t, "records")
}

func TestWhatIsPackedIsUnpackedInItsOrder(t *testing.T) {
	var p Packer
	rapid.Check(t, func(t *rapid.T) {
		records := drawRecords(t)
		var back []*tracestore.Record
		for _, b := range p.Pack(records) {
			part, _, err := b.Unpack()
			require.NoError(t, err)
			require.Len(t, part, b.Records)
			require.Equal(t, b.Last, part[len(part)-1].Seq)
			back = append(back, part...)
		}
		require.Equal(t, records, back)
	})
}

func FuzzUnpack(f *testing.F) {
	n := 1
	rec := &tracestore.Record{}
	fill(reflect.ValueOf(rec).Elem(), &n)
	b := new(Packer).Pack([]*tracestore.Record{rec, rec})[0]
	f.Add(b.Bytes(), 2)
	f.Add(b.Bytes()[:len(b.Bytes())-3], 2)
	f.Add([]byte{}, 0)
	f.Fuzz(func(t *testing.T, data []byte, records int) {
		got, _, err := Block{Data: Cut(data), Records: records}.Unpack()
		if err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
			return
		}
		require.Len(t, got, records)
	})
}

func benchRecords() []*tracestore.Record {
	var records []*tracestore.Record
	for n := range 50 {
		records = append(records, &tracestore.Record{Seq: uint64(n + 1), Span: &tracestore.Span{
			Facts: tracestore.Facts{Name: fmt.Sprint("node ", n), Service: "orcheo", WorkflowID: "wf", Usage: &tracestore.Usage{Input: 5}},
			Body:  fmt.Appendf(nil, `{"span_id":"%016x","attributes":{"text":"%s"}`, n, strings.Repeat("word ", 200)), Context: []byte(strings.Repeat("c", 400)),
		}})
	}
	return records
}

func BenchmarkPack(b *testing.B) {
	records := benchRecords()
	var p Packer
	b.ReportAllocs()
	for b.Loop() {
		p.Pack(records)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/span")
}

func BenchmarkUnpack(b *testing.B) {
	block := new(Packer).Pack(benchRecords())[0]
	b.ReportAllocs()
	for b.Loop() {
		_, _, _ = block.Unpack()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*block.Records), "ns/span")
}
