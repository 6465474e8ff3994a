// Command updateprices renews the table of prices that package price embeds.
//
//	updateprices [-out DIR] [SOURCE]
//
// SOURCE is a file or URL of a table in the JSON form of genai-prices, or of a wheel of its Python package, which is where
// its authors publish the table first. Without SOURCE, pip downloads the newest wheel. Nothing in the wheel is run. The
// same table gives the same files, and a table that has not changed leaves them alone, with the date they have.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/price"
	"github.com/orcheo/otelcol-canvas/internal/price/genaiprices"
)

func main() {
	out := flag.String("out", "internal/price/data", "directory of the embedded table")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	report, err := update(ctx, *out, flag.Arg(0))
	cancel()
	if err != nil {
		fmt.Fprintln(os.Stderr, "updateprices:", err)
		os.Exit(1)
	}
	fmt.Println(report)
}

// update writes the files of the table from source into the directory out, and says what it did.
func update(ctx context.Context, out, source string) (string, error) {
	found, err := fetch(ctx, source)
	if err != nil {
		return "", err
	}
	table, err := slim(found.table)
	if err != nil {
		return "", fmt.Errorf("%s: %w", found.about.From, err)
	}
	sum := sha256.Sum256(table)
	found.about.SHA256 = hex.EncodeToString(sum[:])
	if before, err := os.ReadFile(filepath.Join(out, price.AboutFile)); err == nil {
		var about price.About
		if json.Unmarshal(before, &about) == nil && about.SHA256 == found.about.SHA256 {
			return fmt.Sprintf("%s has the prices that are embedded already (%s)", found.about.From, about), nil
		}
	}
	return write(out, table, found)
}

// slim leaves of a table what package price reads, and sees to it that it can.
func slim(table []byte) ([]byte, error) {
	providers, err := genaiprices.Parse(table)
	if err != nil {
		return nil, err
	}
	small, err := json.Marshal(providers)
	if err != nil {
		return nil, err
	}
	loaded, err := price.Load(bytes.NewReader(small), "new")
	if err != nil {
		return nil, err
	}
	if loaded.Skipped() > 0 {
		return nil, fmt.Errorf("%d clauses cannot be evaluated: extend package price first, so that no model loses its price", loaded.Skipped())
	}
	return small, nil
}

func write(out string, table []byte, found download) (string, error) {
	var packed bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	_, err = zipped.Write(table)
	if err := errors.Join(err, zipped.Close()); err != nil {
		return "", err
	}
	about, err := json.MarshalIndent(found.about, "", "  ")
	if err != nil {
		return "", err
	}
	files := map[string][]byte{price.TableFile: packed.Bytes(), price.AboutFile: append(about, '\n')}
	if len(found.licence) > 0 {
		files["LICENSE"] = found.licence
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(out, name), content, 0o644); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("wrote %s: %s, %d bytes packed, %d unpacked", out, found.about, packed.Len(), len(table)), nil
}
