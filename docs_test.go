package otelcolcanvas

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	markdownLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	markdownHeading = regexp.MustCompile(`(?m)^#{1,6} +(.+)$`)
	notInAnchor     = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	fenced          = regexp.MustCompile("(?s)```.*?```")
)

func TestLinksBetweenDocumentsLeadSomewhere(t *testing.T) {
	checked := 0
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "build" || entry.Name() == ".git" || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".md" {
			return nil
		}
		for _, link := range markdownLink.FindAllStringSubmatch(prose(t, path), -1) {
			target, anchor, _ := strings.Cut(link[1], "#")
			if strings.Contains(target, ":") || strings.HasPrefix(target, "/") {
				continue
			}
			checked++
			to := path
			if target != "" {
				to = filepath.Join(filepath.Dir(path), target)
			}
			if _, err := os.Stat(to); !assert.NoError(t, err, "%s links to %s", path, link[1]) {
				continue
			}
			if anchor != "" {
				assert.Contains(t, anchors(t, to), anchor, "%s links to %s", path, link[1])
			}
		}
		return nil
	}))
	assert.Greater(t, checked, 50)
}

func prose(t *testing.T, path string) string {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return fenced.ReplaceAllString(string(text), "")
}

// anchors are those that forges make of a document's headings. A folder stands for its README.
func anchors(t *testing.T, path string) []string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "README.md")
	}
	var all []string
	for _, heading := range markdownHeading.FindAllStringSubmatch(prose(t, path), -1) {
		all = append(all, strings.ReplaceAll(notInAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading[1])), ""), " ", "-"))
	}
	return all
}
