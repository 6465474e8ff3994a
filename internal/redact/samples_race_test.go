//go:build race

package redact

// samplesOfAClass is fewer with the race detector, which costs ten times as much and looks for something else here: the
// classes run at the same time.
const samplesOfAClass = 1_000
