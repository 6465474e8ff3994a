package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"go.opentelemetry.io/collector/component"

	"github.com/orcheo/otelcol-canvas/connector/partialspanconnector"
	"github.com/orcheo/otelcol-canvas/exporter/canvastraceexporter"
	"github.com/orcheo/otelcol-canvas/extension/canvasrouterextension"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension"
	"github.com/orcheo/otelcol-canvas/processor/tokenpreviewprocessor"
)

// documented is a component whose settings are listed.
type documented struct {
	section string // of the Collector's configuration
	folder  string // from the repository's root
	what    string
	factory component.Factory
}

func components() []documented {
	return []documented{
		{"processors", "processor/tokenpreviewprocessor", "tokens, costs, previews, redaction", tokenpreviewprocessor.NewFactory()},
		{"exporters", "exporter/canvastraceexporter", "keeps traces for viewers", canvastraceexporter.NewFactory()},
		{"extensions", "extension/canvasserverextension", "REST, WebSocket, events and the page", canvasserverextension.NewFactory()},
		{"extensions", "extension/canvasrouterextension", "one address for the viewers of several collectors; in the router", canvasrouterextension.NewFactory()},
		{"connectors", "connector/partialspanconnector", "spans that still run, from log records", partialspanconnector.NewFactory()},
	}
}

const preface = `<!-- Written by "go generate ./cmd/configdoc" from the sources: change those. -->

# Configuration reference

Every setting of our own components, with its default. Environment variables of the built-in profiles are in the
[README](../README.md#configuration); everything that comes from the Collector itself (receivers, queues, TLS) is documented
there. ` + "`build/otelcol-canvas print-config`" + ` prints what is in effect.

A key such as ` + "`retention::ttl`" + ` is nested: ` + "`retention: {ttl: 24h}`" + `, or ` + "`--set=exporters.canvastrace.retention.ttl=24h`" + `.
A duration is a number with a unit, such as ` + "`250ms`, `10s` or `24h`" + `. Unknown keys and values out of range fail the start, and the
error names the key; ` + "`build/otelcol-canvas validate --config=…`" + ` says the same without starting.
`

func main() {
	to := flag.String("o", "docs/configuration.md", "the file to write")
	flag.Parse()
	root, err := moduleRoot()
	if err == nil {
		var page []byte
		if page, err = render(root); err == nil {
			err = os.WriteFile(*to, page, 0o644) //nolint:gosec // a page of documentation is for everybody
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "configdoc:", err)
		os.Exit(1)
	}
}

// render returns the whole page. root is the folder of the module.
func render(root string) ([]byte, error) {
	page := bytes.NewBufferString(preface)
	words := &comments{root: root}
	for _, c := range components() {
		settings, err := list(words, c.factory.CreateDefaultConfig())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.folder, err)
		}
		fmt.Fprintf(page, "\n## `%s::%s`\n\n[%s](../%s): %s.\n\n", c.section, c.factory.Type(), c.factory.Type(), c.folder, c.what)
		page.WriteString("| Key | Type | Default | |\n| --- | --- | --- | --- |\n")
		for _, s := range settings {
			fmt.Fprintf(page, "| `%s` | %s | %s | %s |\n", s.key, s.kind, s.standard, s.words)
		}
	}
	return page.Bytes(), nil
}

// moduleRoot is the folder with go.mod, at or above the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, statErr := os.Stat(filepath.Join(dir, "go.mod")); statErr == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod at or above the working directory: run it inside the repository")
		}
		dir = up
	}
	return "", err
}
