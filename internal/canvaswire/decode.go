package canvaswire

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// DecodeSpan turns what Encoder.Span made back into the span it was given: to the nanosecond and the byte where the limits
// had room for all of it. Beyond them the result is a part of that span: values may be shortened, attributes, events and
// links may be missing, nothing is added. Without whole (nil) it is what the body shows, ellipses included.
//
// dst should be a new span; after an error it holds what was read before it. Nothing of the arguments is kept.
func DecodeSpan(body, residual, whole []byte, dst ptrace.Span) error {
	d := decoder{
		json:     jsonReader{text: string(body)},
		residual: blobReader{name: "residual", rest: residual},
		whole:    blobReader{name: "whole", rest: whole},
		bare:     len(whole) == 0,
	}
	if err := d.span(dst); err != nil {
		return fmt.Errorf("decode span: %w", err)
	}
	return nil
}

// decoder reads a body and its blobs side by side.
type decoder struct {
	json            jsonReader
	residual, whole blobReader
	bare            bool // there is no whole blob
	flags           uint16
	statusCode      uint64
}

func (d *decoder) span(dst ptrace.Span) error {
	var startNanos, endNanos uint64
	return firstError(
		func() error { return d.head(dst, &startNanos, &endNanos) },
		func() error { return d.spanID(`{"span_id":`, dst.SetSpanID) },
		func() error { return d.spanID(`,"parent_span_id":`, dst.SetParentSpanID) },
		func() error { return d.text(`,"name":`, d.flags&hasName != 0, dst.SetName) },
		func() error { return d.instant(`,"start_time":`, startNanos, dst.SetStartTimestamp) },
		func() error { return d.instant(`,"end_time":`, endNanos, dst.SetEndTimestamp) },
		func() error { return d.attributes(`,"attributes":{`, d.flags&hasAttributes != 0, dst.Attributes()) },
		func() error { return d.events(dst.Events()) },
		func() error { return d.status(dst.Status()) },
		func() error { return d.links(dst.Links()) },
		func() error { return d.traceID(`,"trace_id":`, dst.SetTraceID) },
		func() error { return d.kind(dst) },
	)
}

func firstError(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// head reads the residual's numbers. Kind and status code are used later, in place of what the body says.
func (d *decoder) head(dst ptrace.Span, startNanos, endNanos *uint64) error {
	if len(d.residual.rest) == 0 {
		return nil
	}
	b, err := d.residual.take(3)
	if err != nil {
		return err
	}
	if b[0] != blobVersion {
		return d.residual.fail(fmt.Errorf("version %d, this program reads %d", b[0], blobVersion))
	}
	d.flags = binary.LittleEndian.Uint16(b[1:])
	var flags, kind, attributes, events, links uint64
	for _, f := range []struct {
		flag uint16
		into *uint64
	}{
		{hasStartNanos, startNanos},
		{hasEndNanos, endNanos},
		{hasFlags, &flags},
		{hasKind, &kind},
		{hasStatusCode, &d.statusCode},
		{hasDroppedAttributes, &attributes},
		{hasDroppedEvents, &events},
		{hasDroppedLinks, &links},
	} {
		if *f.into, err = d.residual.count(d.flags, f.flag); err != nil {
			return err
		}
	}
	dst.SetFlags(uint32(flags))
	dst.SetKind(ptrace.SpanKind(int32(uint32(kind))))
	dst.SetDroppedAttributesCount(uint32(attributes))
	dst.SetDroppedEventsCount(uint32(events))
	dst.SetDroppedLinksCount(uint32(links))
	if d.flags&hasTraceState != 0 {
		return d.exactText(dst.TraceState().FromRaw)
	}
	return nil
}

// residualFlags returns the flags of a residual's head, zero if it has none.
func residualFlags(residual []byte) uint16 {
	if len(residual) < 3 {
		return 0
	}
	return binary.LittleEndian.Uint16(residual[1:])
}

// exactText reads a text of the residual, wherever it is.
func (d *decoder) exactText(set func(string)) error {
	head, err := d.residual.uvarint()
	if err != nil {
		return err
	}
	from := &d.residual
	if head&textInWhole != 0 {
		if d.bare {
			return nil
		}
		from = &d.whole
	}
	b, err := from.take(head >> 2)
	if err == nil {
		set(string(b))
	}
	return err
}

// text reads a text of the body, and the exact one in its place if there is one.
func (d *decoder) text(key string, corrected bool, set func(string)) error {
	if err := d.json.expect(key); err != nil {
		return err
	}
	s, err := d.json.strOrNull()
	if err != nil {
		return err
	}
	set(s)
	if !corrected {
		return nil
	}
	return d.exactText(set)
}

func (d *decoder) instant(key string, nanos uint64, set func(pcommon.Timestamp)) error {
	if err := d.json.expect(key); err != nil {
		return err
	}
	text, err := d.json.strOrNull()
	if err != nil {
		return err
	}
	var t pcommon.Timestamp
	if text != "" {
		if t, err = parseInstant(text); err != nil {
			return err
		}
	}
	set(t + pcommon.Timestamp(nanos))
	return nil
}

func (d *decoder) spanID(key string, set func(pcommon.SpanID)) error {
	var id pcommon.SpanID
	if err := d.id(key, id[:]); err != nil {
		return err
	}
	set(id)
	return nil
}

func (d *decoder) traceID(key string, set func(pcommon.TraceID)) error {
	var id pcommon.TraceID
	if err := d.id(key, id[:]); err != nil {
		return err
	}
	set(id)
	return nil
}

// id reads a hex id into dst; null leaves it zero.
func (d *decoder) id(key string, dst []byte) error {
	if err := d.json.expect(key); err != nil {
		return err
	}
	text, err := d.json.strOrNull()
	if err != nil || text == "" {
		return err
	}
	if len(text) != 2*len(dst) {
		return d.json.fail(fmt.Sprintf("%d hex digits", 2*len(dst)))
	}
	_, err = hex.Decode(dst, []byte(text))
	return err
}

func (d *decoder) status(dst ptrace.Status) error {
	if err := d.json.expect(`,"status":{"code":`); err != nil {
		return err
	}
	word, err := d.json.str()
	if err != nil {
		return err
	}
	code := slices.Index(statusCodes[:], word)
	if code < 0 {
		return d.json.fail("a status code")
	}
	dst.SetCode(ptrace.StatusCode(code))
	if d.flags&hasStatusCode != 0 {
		dst.SetCode(ptrace.StatusCode(int32(uint32(d.statusCode))))
	}
	if err := d.text(`,"message":`, d.flags&hasMessage != 0, dst.SetMessage); err != nil {
		return err
	}
	return d.json.expect("}")
}

func (d *decoder) kind(dst ptrace.Span) error {
	if err := d.json.expect(`,"kind":`); err != nil {
		return err
	}
	word, err := d.json.str()
	if err != nil {
		return err
	}
	kind := slices.Index(kinds[:], word)
	if kind < 0 {
		return d.json.fail("a span kind")
	}
	if d.flags&hasKind == 0 {
		dst.SetKind(ptrace.SpanKind(kind))
	}
	return nil
}
