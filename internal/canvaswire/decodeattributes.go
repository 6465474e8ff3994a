package canvaswire

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"
)

// attributes reads an attribute object of the body and the entries that correct it.
func (d *decoder) attributes(key string, corrected bool, dst pcommon.Map) error {
	if err := d.json.expect(key); err != nil {
		return err
	}
	if !corrected {
		return d.json.object(dst, 1)
	}
	m := members{json: &d.json, left: true}
	for {
		head, err := d.residual.uvarint()
		if err != nil {
			return err
		}
		if head == 0 {
			break
		}
		if err := m.copy(head >> entryBits); err != nil {
			return err
		}
		if err := d.entry(head, &m); err != nil {
			return err
		}
	}
	if err := m.copy(uint64(len(d.json.text))); err != nil {
		return err
	}
	m.out.UnsafeIntoMap(dst)
	return nil
}

// entry reads one correction, in place of a member of the body or beside them.
func (d *decoder) entry(head uint64, m *members) error {
	var inBody pcommon.Map
	key := ""
	if head&entryInBody != 0 {
		var one xpdata.MapBuilder
		if ok, err := m.next(&one); err != nil || !ok {
			return err
		}
		inBody = pcommon.NewMap()
		one.UnsafeIntoMap(inBody)
		for k := range inBody.All() {
			key = k
		}
	}
	from := &d.residual
	if head&entryInWhole != 0 {
		from = &d.whole
		if d.bare {
			if head&entryInBody != 0 {
				v, _ := inBody.Get(key)
				v.CopyTo(m.out.AppendEmpty(key))
			}
			return nil
		}
	}
	if head&entryHasKey != 0 {
		var err error
		if key, err = from.text(); err != nil {
			return err
		}
	}
	return from.value(m.out.AppendEmpty(key), 0)
}

// members goes over the members of one object of the body.
type members struct {
	json *jsonReader
	read int
	left bool
	out  xpdata.MapBuilder
}

// next reads one member into b; false means that the object has ended.
func (m *members) next(b *xpdata.MapBuilder) (bool, error) {
	if !m.left {
		return false, nil
	}
	var err error
	if m.left, err = m.json.more(m.read == 0, "}"); err != nil || !m.left {
		return false, err
	}
	m.read++
	return true, m.json.member(b, 1)
}

// copy takes up to n members over as they are.
func (m *members) copy(n uint64) error {
	for ; n > 0; n-- {
		if ok, err := m.next(&m.out); err != nil || !ok {
			return err
		}
	}
	return nil
}
