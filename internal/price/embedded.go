package price

import (
	"bytes"
	_ "embed" // the table
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// The files of the embedded table, which updateprices writes; its licence stands beside them.
const (
	TableFile = "prices.json.gz"
	AboutFile = "about.json"
)

var (
	//go:embed data/prices.json.gz
	embeddedTable []byte
	//go:embed data/about.json
	embeddedAbout []byte
)

// About says what a table is and where it comes from.
type About struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"` // of the package that it was in
	Date    string `json:"date"`              // on which it was the newest, 2006-01-02
	From    string `json:"from"`
	Project string `json:"project"`
	Licence string `json:"licence"`
	SHA256  string `json:"sha256"` // of the unpacked table, in hex
}

// String is the version of a Table.
func (a About) String() string {
	return strings.Join(strings.Fields(a.Name+" "+a.Version+" "+a.Date), " ")
}

// Embedded returns the table that is compiled in. It is read once.
func Embedded() (*Table, error) { return embedded() }

var embedded = sync.OnceValues(func() (*Table, error) {
	var about About
	if err := json.Unmarshal(embeddedAbout, &about); err != nil {
		return nil, fmt.Errorf("the embedded %s: %w", AboutFile, err)
	}
	t, err := Load(bytes.NewReader(embeddedTable), about.String())
	if err != nil {
		return nil, fmt.Errorf("the embedded table of prices: %w", err)
	}
	return t, nil
})
