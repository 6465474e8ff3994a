package memorystore

import "sort"

// changes is a compacted change index: items in the order in which they last changed. An item that changes again leaves a
// hole where it was and goes to the end; holes are squeezed out when they are the majority. So reading on from a position
// is one binary search and a walk over what changed after it, and a slot costs sixteen bytes.
type changes[T any] struct {
	slots []slot[T]
	live  int
}

type slot[T any] struct {
	seq  uint64
	item *T // nil: a hole
}

const (
	fewSlots   = 16 // below it holes are not worth squeezing
	firstSlots = 4  // room for so many is made at first: doubling up to it costs more
)

// push puts an item at the end; seq must be above all before it.
func (c *changes[T]) push(seq uint64, item *T) {
	if c.slots == nil {
		c.slots = make([]slot[T], 0, firstSlots)
	}
	c.slots = append(c.slots, slot[T]{seq, item})
	c.live++
}

// remove makes a hole where seq is. It does nothing if seq is not there.
func (c *changes[T]) remove(seq uint64) {
	i := c.find(seq)
	if i == len(c.slots) || c.slots[i].seq != seq || c.slots[i].item == nil {
		return
	}
	c.slots[i].item = nil
	c.live--
	for n := len(c.slots); n > 0 && c.slots[n-1].item == nil; n-- {
		c.slots = c.slots[:n-1]
	}
	if cap(c.slots) >= fewSlots && (c.live < len(c.slots)/2 || c.live < cap(c.slots)/8) {
		c.squeeze()
	}
}

// squeeze drops the holes, and memory that is no longer needed.
func (c *changes[T]) squeeze() {
	kept := c.slots[:0]
	if c.live < cap(c.slots)/4 {
		kept = make([]slot[T], 0, c.live+c.live/4)
	}
	for _, s := range c.slots {
		if s.item != nil {
			kept = append(kept, s)
		}
	}
	if len(kept) > 0 && &kept[0] == &c.slots[0] {
		clear(c.slots[len(kept):])
	}
	c.slots = kept
}

// after returns the slots behind seq, oldest first, holes included. They are valid until the next change.
func (c *changes[T]) after(seq uint64) []slot[T] {
	if seq == 0 {
		return c.slots
	}
	return c.slots[c.find(seq+1):]
}

// before returns the slots in front of seq, oldest first, holes included. They are valid until the next change.
func (c *changes[T]) before(seq uint64) []slot[T] { return c.slots[:c.find(seq)] }

func (c *changes[T]) find(seq uint64) int {
	return sort.Search(len(c.slots), func(i int) bool { return c.slots[i].seq >= seq })
}

// bytes is the memory that the slots take.
func (c *changes[T]) bytes() int64 { return pointersSize(uintptr(cap(c.slots)) * slotSize) }
