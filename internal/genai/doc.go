// Package genai reads what a span says about a model call, in whichever dialect its instrumentation speaks: tokens, models,
// provider, operation, messages, tool calls.
//
// A dialect is a table (Dialect), not code: which keys mark it, and for every fact the spellings in the order in which they
// win. One engine (Engine) runs the tables, so a further dialect is one file with a table and a test. All tables that match
// a span are read together, in the order of Dialects, because instrumentations overlap on one span.
//
// A Reader looks at every attribute of a span once and keeps what it reads in memory that the next span reuses. Token figures
// are normalised (usage.go): an input includes the cache, an output includes reasoning, and what was inferred is said.
//
// The package only reads; what is added to a span, and where, is its caller's business. It does bounded work on whatever
// it is given, and never panics.
package genai
