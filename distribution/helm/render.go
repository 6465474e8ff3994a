// Command helm renders the chart with its default values to standard output: distribution/kubernetes is made by it. It is a
// module of its own, so that Helm's tree stays out of the distribution.
package main

import (
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
)

const notice = "# Made of the Helm chart with its default values by `make kubernetes`. Change names, addresses and sizes to yours.\n"

func main() {
	log.SetFlags(0)
	registry := flag.String("registry", "", "`registry` and path of the images; empty: as the chart's values say")
	flag.Parse()
	values := map[string]any{}
	if *registry != "" {
		values["image"] = map[string]any{"registry": *registry}
	}
	text, err := render("otelcol-canvas", values)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(os.Stdout, notice+text)
}

// render renders the chart in the folder with values over its own.
func render(folder string, values map[string]any) (string, error) {
	chart, err := loader.Load(folder)
	if err != nil {
		return "", fmt.Errorf("load the chart: %w", err)
	}
	all, err := util.ToRenderValues(chart, values, common.ReleaseOptions{Name: "otelcol-canvas", Namespace: "default", IsInstall: true}, common.DefaultCapabilities)
	if err != nil {
		return "", fmt.Errorf("put values over the chart's: %w", err)
	}
	files, err := engine.Render(chart, all)
	if err != nil {
		return "", fmt.Errorf("render the chart: %w", err)
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if text := strings.TrimSpace(files[name]); text != "" {
			out.WriteString("---\n" + strings.TrimSuffix(text, "\n---") + "\n")
		}
	}
	return out.String(), nil
}
