//go:generate go tool mdatagen metadata.yaml

// Package tokenpreviewprocessor makes spans of model calls fit for Orcheo's Trace tab: it takes secrets out of every part
// of a span, and adds token figures, models and short previews of prompts and answers under the names that Canvas shows.
//
// Which attributes say what is read from the tables of internal/genai; what is secret is decided by internal/redact. Apart
// from redaction and the `content` setting it only adds, and a second tokenpreview behind it adds nothing more.
package tokenpreviewprocessor
