package canvaswire

// Limits bound what one span may take. All sizes are in bytes; a zero field means its default.
type Limits struct {
	// ValueBytes is how much of a string or bytes value the body shows. Default 16 KiB.
	ValueBytes int
	// BodyBytes bounds the body, the tail not included. Default 128 KiB, at least 4 KiB.
	BodyBytes int
	// WholeBytes bounds residual and whole blob together. Default 256 KiB, at least 1 KiB.
	WholeBytes int
	// Depth is how many maps and arrays the body shows inside each other. Default 64.
	Depth int
	// Attributes is how many members of one attribute map the body shows. Default 1024.
	Attributes int
}

const (
	minBodyBytes  = 4 << 10
	minWholeBytes = 1 << 10
	minValueBytes = 16
	// maxDepth is where even the blobs stop. Protobuf readers in general use refuse deeper messages.
	maxDepth = 10_000
)

// DefaultLimits returns the limits of a span that nobody configured.
func DefaultLimits() Limits {
	return Limits{ValueBytes: 16 << 10, BodyBytes: 128 << 10, WholeBytes: 256 << 10, Depth: 64, Attributes: 1024}
}

// effective fills in defaults and lifts what is too small for a span's fixed parts.
func (l Limits) effective() Limits {
	d := DefaultLimits()
	return Limits{
		ValueBytes: atLeast(l.ValueBytes, minValueBytes, d.ValueBytes),
		BodyBytes:  atLeast(l.BodyBytes, minBodyBytes, d.BodyBytes),
		WholeBytes: atLeast(l.WholeBytes, minWholeBytes, d.WholeBytes),
		Depth:      min(atLeast(l.Depth, 1, d.Depth), maxDepth),
		Attributes: atLeast(l.Attributes, 1, d.Attributes),
	}
}

// nameBytes bounds names and keys: with every byte escaped to six, three of them still leave half of the smallest body.
func (l Limits) nameBytes() int { return min(1024, l.BodyBytes/32) }

func atLeast(v, least, def int) int {
	if v == 0 {
		return def
	}
	return max(v, least)
}
