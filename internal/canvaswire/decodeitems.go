package canvaswire

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// itemReader reads the flags of a residual's list of items.
type itemReader struct {
	from  *blobReader
	ended bool
}

// next returns the flags of the next item; 0 where the residual says nothing more.
func (r *itemReader) next() (byte, error) {
	if r.ended {
		return 0, nil
	}
	flags, err := r.from.byte()
	r.ended = flags == 0
	return flags, err
}

// sized reads a number if flag is among flags, else it is zero.
func (d *decoder) sized(flags, flag byte) (uint64, error) {
	if flags&flag == 0 {
		return 0, nil
	}
	return d.residual.uvarint()
}

func (d *decoder) events(dst ptrace.SpanEventSlice) error {
	if err := d.json.expect(`,"events":[`); err != nil {
		return err
	}
	items := itemReader{from: &d.residual, ended: d.flags&hasEvents == 0}
	inBody := 0
	for {
		flags, err := items.next()
		if err != nil {
			return err
		}
		if flags&itemLeftOut != 0 {
			if err := d.eventAside(dst); err != nil {
				return err
			}
			continue
		}
		more, err := d.json.more(inBody == 0, "]")
		if err != nil || !more {
			return err
		}
		inBody++
		if err := d.event(flags, dst.AppendEmpty()); err != nil {
			return err
		}
	}
}

func (d *decoder) event(flags byte, dst ptrace.SpanEvent) error {
	nanos, err := d.sized(flags, itemNanos)
	if err != nil {
		return err
	}
	if err := d.text(`{"name":`, flags&itemName != 0, dst.SetName); err != nil {
		return err
	}
	dropped, err := d.sized(flags, itemDropped)
	if err != nil {
		return err
	}
	dst.SetDroppedAttributesCount(uint32(dropped))
	if err := d.instant(`,"time":`, nanos, dst.SetTimestamp); err != nil {
		return err
	}
	if err := d.attributes(`,"attributes":{`, flags&itemEntries != 0, dst.Attributes()); err != nil {
		return err
	}
	return d.json.expect("}")
}

// eventAside reads an event that is not in the body.
func (d *decoder) eventAside(events ptrace.SpanEventSlice) error {
	if d.bare {
		return nil
	}
	dst := events.AppendEmpty()
	at, err := d.whole.uvarint()
	if err != nil {
		return err
	}
	dst.SetTimestamp(pcommon.Timestamp(at))
	dropped, err := d.whole.uvarint()
	if err != nil {
		return err
	}
	dst.SetDroppedAttributesCount(uint32(dropped))
	name, err := d.whole.text()
	if err != nil {
		return err
	}
	dst.SetName(name)
	return d.whole.mapping(dst.Attributes())
}

func (d *decoder) links(dst ptrace.SpanLinkSlice) error {
	if err := d.json.expect(`,"links":[`); err != nil {
		return err
	}
	items := itemReader{from: &d.residual, ended: d.flags&hasLinks == 0}
	inBody := 0
	for {
		flags, err := items.next()
		if err != nil {
			return err
		}
		if flags&itemLeftOut == 0 {
			more, err := d.json.more(inBody == 0, "]")
			if err != nil || !more {
				return err
			}
			inBody++
		}
		if err := d.link(flags, dst.AppendEmpty()); err != nil {
			return err
		}
	}
}

func (d *decoder) link(flags byte, dst ptrace.SpanLink) error {
	if err := d.linkIDs(flags, dst); err != nil {
		return err
	}
	n, err := d.sized(flags, itemFlags)
	if err != nil {
		return err
	}
	dst.SetFlags(uint32(n))
	dropped, err := d.sized(flags, itemDropped)
	if err != nil {
		return err
	}
	dst.SetDroppedAttributesCount(uint32(dropped))
	if flags&itemState != 0 {
		if err := d.exactText(dst.TraceState().FromRaw); err != nil {
			return err
		}
	}
	if flags&itemEntries != 0 {
		return d.residual.mapping(dst.Attributes())
	}
	return nil
}

func (d *decoder) linkIDs(flags byte, dst ptrace.SpanLink) error {
	if flags&itemLeftOut == 0 {
		if err := d.traceID(`{"trace_id":`, dst.SetTraceID); err != nil {
			return err
		}
		if err := d.spanID(`,"span_id":`, dst.SetSpanID); err != nil {
			return err
		}
		return d.json.expect("}")
	}
	b, err := d.residual.take(24)
	if err != nil {
		return err
	}
	dst.SetTraceID(pcommon.TraceID(b[:16]))
	dst.SetSpanID(pcommon.SpanID(b[16:]))
	return nil
}
