package main

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/orcheo/otelcol-canvas/internal/price"
)

// python is data as the package writes it, with every form that its data has; asJSON is the same in the JSON form.
const (
	python = `"""DO NOT EDIT"""

import datetime

__all__ = ('providers',)

providers: list[Provider] = [
    Provider(
        id='acme',
        name="Acme's",  # a comment
        api_pattern='https://api\\.acme\\.com',
        provider_match=ClauseOr(or_=[ClauseContains(contains='acme'), ClauseRegex(regex='^a\\d{8}$')]),
        extractors=None,
        models=[
            ModelInfo(
                id='m',
                match=ClauseAnd(and_=[ClauseStartsWith(starts_with='m'), ClauseEndsWith(ends_with="\"é\u00e9")]),
                description='It\'s\n',
                context_window=200_000,
                deprecated=True,
                prices=[
                    ConditionalPrice(
                        prices=ModelPrice(
                            input_mtok=TieredPrices(base=Decimal('1.25'), tiers=[Tier(start=200000, price=Decimal('2.5'))])
                        )
                    ),
                    ConditionalPrice(
                        constraint=StartDateConstraint(start_date=datetime.date(2026, 1, 31)),
                        prices=ModelPrice(input_mtok=Decimal('1E-7')),
                    ),
                    ConditionalPrice(
                        constraint=TimeOfDateConstraint(
                            start_time=datetime.time(0, 30, tzinfo=datetime.timezone.utc),
                            end_time=datetime.time(16, 30, 5, tzinfo=datetime.UTC),
                        ),
                        prices=ModelPrice(),
                    ),
                ],
                price_variants=[PriceVariant(when={'service_tier': 'flex'}, prices=ModelPrice(input_mtok=Decimal('0.5')))],
            ),
        ],
    ),
]
`
	asJSON = `[{"id":"acme","name":"Acme's","api_pattern":"https://api\\.acme\\.com",
	"provider_match":{"or":[{"contains":"acme"},{"regex":"^a\\d{8}$"}]},
	"models":[{"id":"m","match":{"and":[{"starts_with":"m"},{"ends_with":"\"éé"}]},"description":"It's\n","context_window":200000,"deprecated":true,
	"prices":[{"prices":{"input_mtok":{"base":1.25,"tiers":[{"start":200000,"price":2.5}]}}},
	{"constraint":{"start_date":"2026-01-31"},"prices":{"input_mtok":1e-7}},
	{"constraint":{"start_time":"00:30:00Z","end_time":"16:30:05Z"},"prices":{}}],
	"price_variants":[{"when":{"service_tier":"flex"},"prices":{"input_mtok":0.5}}]}]}]`
)

func TestThePythonFormIsTheJSONForm(t *testing.T) {
	got, err := fromPython(python)
	require.NoError(t, err)
	assert.JSONEq(t, asJSON, string(got))
}

func TestWhatIsNotDataIsRefused(t *testing.T) {
	for _, tt := range []struct{ name, source, wrong string }{
		{"no providers", "\nmodels = []", "no line that begins"},
		{"an expression", assignment + "[1 + 2]", `at byte 3: "]" expected, but there is "+ 2]"`},
		{"more than one value", assignment + "[]\nprint(1)", "the end expected"},
		{"an open list", assignment + "[1, ", "a value expected"},
		{"a dict with calls for keys", assignment + "{f(): 1}", "a string expected"},
		{"a date that was computed", assignment + "[datetime.date(today)]", "not the form that is known"},
		{"a local time", assignment + "[datetime.time(1, 2)]", "not the form that is known"},
		{"an argument without a name", assignment + "[Provider('acme')]", "not the form that is known"},
		{"an escape of Python's own", assignment + `['\N{BULLET}']`, "a string without the escape"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := fromPython(tt.source)
			assert.ErrorContains(t, err, tt.wrong)
		})
	}
}

func wheel(t *testing.T, version string) string {
	var packed bytes.Buffer
	files := zip.NewWriter(&packed)
	for name, content := range map[string]string{
		"genai_prices/data.py":                                    python,
		"genai_prices-" + version + ".dist-info/METADATA":         "Metadata-Version: 2.5\nName: genai-prices\nVersion: " + version + "\n\nVersion: none\n",
		"genai_prices-" + version + ".dist-info/licenses/LICENSE": "The MIT License (MIT)\n",
	} {
		w, err := files.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, files.Close())
	path := filepath.Join(t.TempDir(), "genai_prices.whl")
	require.NoError(t, os.WriteFile(path, packed.Bytes(), 0o600))
	return path
}

func TestUpdateWritesTheTableWithItsLicenceAndOrigin(t *testing.T) {
	out := t.TempDir()
	report, err := update(t.Context(), out, wheel(t, "9.8.7"))
	require.NoError(t, err)
	assert.Contains(t, report, "wrote")

	about, err := os.ReadFile(filepath.Join(out, price.AboutFile))
	require.NoError(t, err)
	for _, part := range []string{`"version": "9.8.7"`, `"from": "the Python package genai-prices 9.8.7"`, `"licence": "MIT"`, `"sha256": "`, `"date": "`} {
		assert.Contains(t, string(about), part)
	}
	licence, err := os.ReadFile(filepath.Join(out, "LICENSE"))
	require.NoError(t, err)
	assert.Equal(t, "The MIT License (MIT)\n", string(licence))
	table, err := os.Open(filepath.Join(out, price.TableFile))
	require.NoError(t, err)
	defer table.Close()
	loaded, err := price.Load(table, "")
	require.NoError(t, err)
	assert.Equal(t, 1, loaded.Models())
}

func TestUpdateLeavesATableAloneThatHasNotChanged(t *testing.T) {
	out := t.TempDir()
	_, err := update(t.Context(), out, wheel(t, "9.8.7"))
	require.NoError(t, err)
	before, err := os.ReadFile(filepath.Join(out, price.AboutFile))
	require.NoError(t, err)

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(asJSON)) }))
	defer server.Close()
	report, err := update(t.Context(), out, server.URL+"/data.json")
	require.NoError(t, err)
	assert.Contains(t, report, "has the prices that are embedded already")
	after, err := os.ReadFile(filepath.Join(out, price.AboutFile))
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
}

func TestUpdateRefusesWhatPricesCannotBeReadFrom(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	file := func(content string) string {
		path := filepath.Join(t.TempDir(), "table.json")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	for _, tt := range []struct{ name, source, wrong string }{
		{"no file", filepath.Join(t.TempDir(), "absent.json"), "absent.json"},
		{"no page", server.URL, "404"},
		{"another form", file(`{"gpt-4o": {}}`), "not a list of providers"},
		{"a broken wheel", file("PK\x03\x04"), "open the wheel"},
		{"a rule that cannot be evaluated", file(`[{"id": "a", "models": [{"id": "m", "match": {"regex": "(?=m)"}, "prices": {}}]}]`), "1 clauses cannot be evaluated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := t.TempDir()
			_, err := update(t.Context(), out, tt.source)
			require.ErrorContains(t, err, tt.wrong)
			left, err := os.ReadDir(out)
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
}
