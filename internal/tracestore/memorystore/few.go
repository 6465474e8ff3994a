package memorystore

import "unsafe"

// few is a list that mostly has one item, which has its place in the list itself. No item is the zero one.
type few[T comparable] struct {
	first [1]T
	more  *[]T // all of them, as soon as there are several
}

// all are the items, in the order in which they were added. They are valid until the next change.
func (f *few[T]) all() []T {
	var none T
	switch {
	case f.more != nil:
		return *f.more
	case f.first[0] == none:
		return nil
	}
	return f.first[:]
}

func (f *few[T]) len() int { return len(f.all()) }

// add puts items at the end.
func (f *few[T]) add(items ...T) {
	was := f.all()
	switch {
	case f.more != nil:
		*f.more = append(*f.more, items...)
	case len(was)+len(items) == 1:
		f.first[0] = items[0]
	case len(items) > 0:
		list := append(append(make([]T, 0, max(firstSlots, 1+len(items))), was...), items...)
		*f = few[T]{more: &list}
	}
}

// set makes these the items, which may be what is left of all of them. The list belongs to f from then on.
func (f *few[T]) set(items []T) {
	switch len(items) {
	case 0:
		*f = few[T]{}
	case 1:
		*f = few[T]{first: [1]T{items[0]}}
	default:
		*f = few[T]{more: &items}
	}
}

// bytes is what the list takes beside the place of the first item.
func (f *few[T]) bytes() int64 {
	if f.more == nil {
		return 0
	}
	return pointersSize(unsafe.Sizeof(*f.more)) + pointersSize(uintptr(cap(*f.more))*unsafe.Sizeof(f.first[0]))
}
