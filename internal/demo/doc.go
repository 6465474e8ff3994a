// Package demo plays a made-up workflow through the OpenTelemetry Go SDK, so that one can see a collector at work without
// Orcheo: nodes, model calls with their messages, a tool that fails and is tried again, an error branch, artifacts, and an
// answer of 4,000 tokens. The workflow is data (scenario.go); player.go turns it into spans at its own pace.
package demo
