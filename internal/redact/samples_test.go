//go:build !race

package redact

// samplesOfAClass is how many of each class are generated in a run; in short mode a tenth.
const samplesOfAClass = 10_000
