package price

// Tokens are the figures of one model call.
//
// Input and Output include everything below them, as OpenTelemetry defines gen_ai.usage.input_tokens and output_tokens; a
// figure that an emitter reports beside them has to be added first. A negative figure counts as 0, and a part that is
// larger than its whole as its whole.
type Tokens struct {
	Input          int64 // all tokens of the request: read from the cache, written to it, and neither
	CacheRead      int64 // of Input
	CacheWrite     int64 // of Input; for however long they are kept
	CacheWrite1h   int64 // of CacheWrite: those kept for an hour. More than CacheWrite raises that: some report only this
	AudioInput     int64 // of Input
	AudioCacheRead int64 // of both AudioInput and CacheRead
	Output         int64 // all tokens of the response: thought, spoken and written
	AudioOutput    int64 // of Output
	Reasoning      int64 // of Output
}

// consistent makes every part fit into its whole.
func (t Tokens) consistent() Tokens {
	t.Input, t.Output = max(t.Input, 0), max(t.Output, 0)
	t.CacheRead = within(t.CacheRead, t.Input)
	t.CacheWrite1h = within(t.CacheWrite1h, t.Input-t.CacheRead)
	t.CacheWrite = within(max(t.CacheWrite, t.CacheWrite1h), t.Input-t.CacheRead)
	t.AudioCacheRead = within(t.AudioCacheRead, t.CacheRead)
	t.AudioInput = within(max(t.AudioInput, t.AudioCacheRead), t.Input-t.CacheRead-t.CacheWrite+t.AudioCacheRead)
	t.AudioOutput = within(t.AudioOutput, t.Output)
	t.Reasoning = within(t.Reasoning, t.Output-t.AudioOutput)
	return t
}

func within(part, whole int64) int64 { return min(max(part, 0), whole) }
