package canvaswire

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// MaxContextBytes bounds what AppendContext appends.
const MaxContextBytes = 64 << 10

// AppendContext appends the resource, the scope and their schema URLs in OTLP protobuf. Equal ones give equal bytes, so
// that a store can keep them once. Over MaxContextBytes it keeps the first attributes of the resource and of the scope
// that fit half of that, and short names only.
func AppendContext(dst []byte, r ptrace.ResourceSpans, s ptrace.ScopeSpans) []byte {
	one := ptrace.NewTraces()
	rs := one.ResourceSpans().AppendEmpty()
	r.Resource().CopyTo(rs.Resource())
	rs.SetSchemaUrl(r.SchemaUrl())
	ss := rs.ScopeSpans().AppendEmpty()
	s.Scope().CopyTo(ss.Scope())
	ss.SetSchemaUrl(s.SchemaUrl())

	marshaler := &ptrace.ProtoMarshaler{}
	if marshaler.TracesSize(one) > MaxContextBytes {
		shorten(rs, ss)
	}
	b, err := marshaler.MarshalTraces(one)
	if err != nil { // the interface has an error, writing protobuf from pdata has none
		return dst
	}
	return append(dst, b...)
}

func shorten(rs ptrace.ResourceSpans, ss ptrace.ScopeSpans) {
	const part = 1024
	rs.SetSchemaUrl(cutText(rs.SchemaUrl(), part))
	ss.SetSchemaUrl(cutText(ss.SchemaUrl(), part))
	ss.Scope().SetName(cutText(ss.Scope().Name(), part))
	ss.Scope().SetVersion(cutText(ss.Scope().Version(), part))
	const half = MaxContextBytes/2 - 8*part
	keepFirst(rs.Resource().Attributes(), half)
	keepFirst(ss.Scope().Attributes(), half)
}

// keepFirst removes the attributes that do not fit room. Protobuf takes up to five bytes a level more than a blob does.
func keepFirst(m pcommon.Map, room int) {
	m.RemoveIf(func(key string, v pcommon.Value) bool {
		size, ok := protoSize(v, room-len(key))
		if ok {
			room -= len(key) + size
		}
		return !ok
	})
}

// protoSize returns an upper bound for the size of v and its frame in OTLP protobuf; false once it is over most.
func protoSize(v pcommon.Value, most int) (size int, ok bool) {
	size = 24 // key and value frames with the longest lengths
	switch v.Type() {
	case pcommon.ValueTypeStr:
		size += len(v.Str())
	case pcommon.ValueTypeBytes:
		size += v.Bytes().Len()
	case pcommon.ValueTypeSlice:
		for i := 0; i < v.Slice().Len() && size <= most; i++ {
			n, _ := protoSize(v.Slice().At(i), most-size)
			size += n
		}
	case pcommon.ValueTypeMap:
		for key, member := range v.Map().All() {
			n, _ := protoSize(member, most-size)
			if size += len(key) + n; size > most {
				break
			}
		}
	}
	return size, size <= most
}

// DecodeContext returns what AppendContext was given: one ResourceSpans with one ScopeSpans and no span.
func DecodeContext(b []byte) (ptrace.ResourceSpans, error) {
	traces, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(b)
	if err != nil {
		return ptrace.NewResourceSpans(), fmt.Errorf("decode resource and scope: %w", err)
	}
	if traces.ResourceSpans().Len() != 1 || traces.ResourceSpans().At(0).ScopeSpans().Len() != 1 {
		return ptrace.NewResourceSpans(), errors.New("decode resource and scope: expected exactly one of each")
	}
	return traces.ResourceSpans().At(0), nil
}
