// Package canvaswire is the JSON of the wire contract: an append-style encoder for spans, tails, executions and frames, and
// the decoder that turns a stored span back into the pdata it was made from.
//
// A span on the wire is its body, the same bytes wherever and whenever it is shown, and a short tail
// that depends on the view:
//
//	{"span_id","parent_span_id","name","start_time","end_time","attributes":{},"events":[{"name","time","attributes":{}}],
//	"status":{"code","message"},"links":[{"trace_id","span_id"}],"trace_id","kind","service_name","redactions","truncated"
//	,"state","last_seen_time","effective_start_time","usage"[,"clock_skew"][,"first_seen_time"]}
//
// What JSON cannot say stands beside the body in a residual of a few bytes: nanoseconds, flags, trace state, bytes, NaN,
// large integers, repeated keys, text that is not UTF-8. What the Limits keep out of the body stands in the whole blob.
// Body, residual and whole blob together are the span, to the bit; see blob.go for their format.
//
// Every Append function appends to dst and returns it. Those that write JSON always write valid JSON, and but for
// AppendWholeSpan they allocate only when dst must grow.
package canvaswire
