package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/price"
)

const (
	project     = "https://github.com/pydantic/genai-prices"
	pythonName  = "genai-prices"
	maxDownload = 64 << 20 // bytes, also of one file in a wheel
)

// download is a table as it was found.
type download struct {
	table   []byte // in the JSON form
	licence []byte // empty where the source has none beside the table
	about   price.About
}

func fetch(ctx context.Context, source string) (download, error) {
	var data []byte
	var err error
	switch {
	case source == "":
		data, err = newestWheel(ctx)
	case strings.HasPrefix(source, "https://"), strings.HasPrefix(source, "http://"):
		data, err = get(ctx, source)
	default:
		data, err = os.ReadFile(source) //nolint:gosec // the file that the developer names
	}
	if err != nil {
		return download{}, err
	}
	found := download{table: data, about: price.About{Name: "genai-prices", Licence: "MIT", Project: project, Date: time.Now().UTC().Format(time.DateOnly)}}
	if !bytes.HasPrefix(data, []byte("PK")) {
		found.about.From = path.Base(filepath.ToSlash(source))
		return found, nil
	}
	return found, found.unpack(data)
}

// newestWheel has pip download the newest wheel.
func newestWheel(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "updateprices")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	pip := exec.CommandContext(ctx, "python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", dir, pythonName) //nolint:gosec // a folder of our own, and a constant
	if output, err := pip.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s\nWithout Python, or behind a firewall: make update-prices PRICES=FILE-OR-URL", pip, err, output)
	}
	wheels, err := filepath.Glob(filepath.Join(dir, "*.whl"))
	if err != nil || len(wheels) != 1 {
		return nil, fmt.Errorf("%s left %d wheels, not 1", pip, len(wheels))
	}
	return os.ReadFile(wheels[0])
}

func get(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET %s: %s", url, response.Status)
	}
	return bounded(response.Body)
}

func bounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxDownload+1))
	if err == nil && len(data) > maxDownload {
		err = fmt.Errorf("more than %d MiB", maxDownload>>20)
	}
	return data, err
}

// unpack reads the table, the licence and the version from a wheel.
func (d *download) unpack(wheel []byte) error {
	files, err := zip.NewReader(bytes.NewReader(wheel), int64(len(wheel)))
	if err != nil {
		return fmt.Errorf("open the wheel: %w", err)
	}
	source, err := member(files, "genai_prices/data.py")
	if err != nil {
		return err
	}
	if d.table, err = fromPython(string(source)); err != nil {
		return fmt.Errorf("data.py: %w", err)
	}
	if d.licence, err = member(files, "genai_prices-*.dist-info/licenses/LICENSE"); err != nil {
		return err
	}
	metadata, err := member(files, "genai_prices-*.dist-info/METADATA")
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(metadata))
	for lines.Scan() && lines.Text() != "" {
		if version, ok := strings.CutPrefix(lines.Text(), "Version: "); ok {
			d.about.Version = version
		}
	}
	if d.about.Version == "" {
		return errors.New("the wheel's METADATA names no version")
	}
	d.about.From = "the Python package " + pythonName + " " + d.about.Version
	return nil
}

// member reads the one file of a wheel whose name matches pattern.
func member(files *zip.Reader, pattern string) ([]byte, error) {
	found, err := fs.Glob(files, pattern)
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("the wheel has %d files %s, not 1", len(found), pattern)
	}
	file, err := files.Open(found[0])
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return bounded(file)
}
