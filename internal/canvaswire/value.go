package canvaswire

import "go.opentelemetry.io/collector/pdata/pcommon"

// value appends one attribute value as JSON and notes in e.lossy and e.cut whether it can be read back. depth is the
// number of maps and arrays around it. Once the body is over e.end it stops early: the caller takes all of it back.
func (e *Encoder) value(dst []byte, v pcommon.Value, depth int) []byte {
	exact, cut := true, false
	switch v.Type() {
	case pcommon.ValueTypeStr:
		text := v.Str()
		if len(text) > e.limits.ValueBytes {
			dst, exact, cut = appendCut(dst, text, e.limits.ValueBytes)
			break
		}
		if dst, exact = appendString(dst, text); exact {
			return dst
		}
	case pcommon.ValueTypeInt:
		dst, exact = appendInt(dst, v.Int())
	case pcommon.ValueTypeBool:
		dst = appendBool(dst, v.Bool())
	case pcommon.ValueTypeDouble:
		dst, exact = appendDouble(dst, v.Double())
	case pcommon.ValueTypeBytes:
		dst, cut = appendBytes(dst, v.Bytes(), e.limits.ValueBytes)
		exact = false
	case pcommon.ValueTypeMap:
		if depth >= e.limits.Depth {
			return e.tooDeep(dst)
		}
		return e.object(dst, v.Map(), depth+1)
	case pcommon.ValueTypeSlice:
		if depth >= e.limits.Depth {
			return e.tooDeep(dst)
		}
		return e.array(dst, v.Slice(), depth+1)
	default:
		dst = append(dst, "null"...)
	}
	e.lossy = e.lossy || !exact
	e.cut = e.cut || cut
	return dst
}

// tooDeep appends what stands for a map or an array below the last level that is shown.
func (e *Encoder) tooDeep(dst []byte) []byte {
	e.cut = true
	return append(append(append(dst, '"'), ellipsis...), '"')
}

func (e *Encoder) array(dst []byte, s pcommon.Slice, depth int) []byte {
	dst = append(dst, '[')
	for i := 0; i < s.Len() && len(dst) <= e.end; i++ {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = e.value(dst, s.At(i), depth)
	}
	return append(dst, ']')
}

// object appends a nested map. Members that cannot be shown make the whole attribute one that is put down elsewhere.
func (e *Encoder) object(dst []byte, m pcommon.Map, depth int) []byte {
	last := e.lastOf(m)
	dst = append(dst, '{')
	first, i := true, 0
	for key, v := range m.All() {
		shadowed := last != nil && last[canonical(key)] != i
		i++
		switch {
		case shadowed:
			e.lossy = true
			continue
		case len(key) > e.names:
			e.cut = true
			continue
		case len(dst) > e.end:
			return dst
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		var exact bool
		dst, exact = appendString(dst, key)
		e.lossy = e.lossy || !exact
		dst = e.value(append(dst, ':'), v, depth)
	}
	return append(dst, '}')
}
