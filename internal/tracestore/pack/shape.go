package pack

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"strings"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// Schema is a hash over the names and types of everything that a block holds. It changes whenever a field does.
var Schema = SchemaOf(tracestore.Record{}, tracestore.Span{})

// SchemaOf is a hash over the shape of some structs, nested ones included.
func SchemaOf(shapes ...any) uint64 {
	var text strings.Builder
	for _, s := range shapes {
		describe(&text, reflect.TypeOf(s))
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(text.String())) // never fails
	return h.Sum64()
}

func describe(out *strings.Builder, t reflect.Type) {
	switch t.Kind() {
	case reflect.Struct:
		out.WriteString("{")
		for f := range t.Fields() {
			out.WriteString(f.Name + " ")
			describe(out, f.Type)
		}
		out.WriteString("}")
	case reflect.Pointer, reflect.Slice:
		out.WriteString(t.Kind().String() + " ")
		describe(out, t.Elem())
	case reflect.Array:
		fmt.Fprintf(out, "[%d]", t.Len())
		describe(out, t.Elem())
	default:
		out.WriteString(t.Kind().String() + ";")
	}
}

// value writes a value by its shape.
func (w *writer) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			w.value(field)
		}
	case reflect.Pointer:
		w.bool(!v.IsNil())
		if !v.IsNil() {
			w.value(v.Elem())
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			w.own(v.Bytes())
			return
		}
		w.length(v.IsNil(), v.Len())
		for i := range v.Len() {
			w.value(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			if v.Index(i).Kind() == reflect.Uint8 {
				w.buf = append(w.buf, byte(v.Index(i).Uint()))
				continue
			}
			w.value(v.Index(i))
		}
	case reflect.String:
		w.text(v.String())
	case reflect.Bool:
		w.bool(v.Bool())
	case reflect.Float64:
		w.float(v.Float())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.uint(v.Uint())
	default:
		panic("pack: a field of kind " + v.Kind().String() + " cannot be written")
	}
}

// value reads a value by its shape, in place.
func (r *reader) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			r.value(field)
		}
	case reflect.Pointer:
		if r.bool() {
			v.Set(reflect.New(v.Type().Elem()))
			r.value(v.Elem())
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(r.own())
			return
		}
		n, isNil := r.length()
		if isNil {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			r.value(v.Index(i))
		}
	case reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			reflect.Copy(v, reflect.ValueOf(r.take(v.Len())))
			return
		}
		for i := range v.Len() {
			r.value(v.Index(i))
		}
	case reflect.String:
		v.SetString(r.text())
	case reflect.Bool:
		v.SetBool(r.bool())
	case reflect.Float64:
		v.SetFloat(r.float())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(r.uint())
	default:
		panic("pack: a field of kind " + v.Kind().String() + " cannot be read")
	}
}

// Marshal writes a struct of numbers, texts, lists and structs by its shape.
func Marshal(v any) []byte {
	var w writer
	w.reset()
	w.value(reflect.ValueOf(v))
	return w.buf
}

// Unmarshal reads what Marshal wrote into a zero value of the same type. The error is ErrCorrupt.
func Unmarshal[T any](data []byte) (v T, err error) {
	r := reader{buf: data}
	r.value(reflect.ValueOf(&v).Elem())
	if r.err != nil || len(r.buf) > 0 {
		var zero T
		return zero, fmt.Errorf("read a %T: %w", zero, ErrCorrupt)
	}
	return v, nil
}
