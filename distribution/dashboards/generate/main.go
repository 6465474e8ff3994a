// Generate writes the JSON files of the dashboards into the current folder.
package main

import (
	"log"
	"os"

	"github.com/orcheo/otelcol-canvas/distribution/dashboards"
)

func main() {
	for _, d := range dashboards.All() {
		text, err := d.JSON()
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(d.FileName(), text, 0o644); err != nil { //nolint:gosec // a document like the others
			log.Fatal(err)
		}
	}
}
