package canvaswire

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestStringsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":                          "",
		"plain text of any length":         strings.Repeat("abcdefg ", 5) + "xyz",
		"quotes and backslashes":           `a"b\c`,
		"control characters":               "\x00\x01\b\t\n\v\f\r\x1f\x7f",
		"what could end a script element":  "</script><!-- & -->",
		"line ends to old JavaScript":      "a\u2028b\u2029c\u2027d",
		"other alphabets":                  "Grüße 日本語 👩‍💻",
		"bytes that are not UTF-8":         "a\xffb\xc3(\xe2\x82\xf0\x9f\x98 \xed\xa0\x80",
		"a replacement character as given": "\ufffd",
		"an escape after seven bytes":      "1234567\"",
		"an escape after eight bytes":      "12345678\"9",
		"a short text after an escape":     "12345678\nabc",
		"non-ASCII in the last word":       "12345678é12",
	} {
		t.Run(name, func(t *testing.T) {
			want, err := json.Marshal(s)
			require.NoError(t, err)
			got, exact := appendString([]byte("before"), s)
			assert.Equal(t, "before"+string(want), string(got))
			assert.Equal(t, utf8.ValidString(s), exact)
		})
	}
}

func TestEveryByteAtEveryPlaceIsEscapedAsEncodingJSONDoes(t *testing.T) {
	for length := 1; length <= 18; length++ {
		for at := range length {
			for c := range 256 {
				b := []byte(strings.Repeat("a", length))
				b[at] = byte(c)
				want, err := json.Marshal(string(b))
				require.NoError(t, err)
				if got, _ := appendString(nil, string(b)); string(got) != string(want) {
					t.Fatalf("byte %#x at %d of %d: %s, want %s", c, at, length, got, want)
				}
			}
		}
	}
}

func TestACutTextEndsBetweenTwoRunes(t *testing.T) {
	for _, c := range []struct {
		name, text string
		limit      int
		want       string
	}{
		{"what fits stays whole", "abc", 3, "abc"},
		{"ASCII is cut at the limit", "abcdef", 3, "abc"},
		{"a rune across the limit goes", "abé", 3, "ab"},
		{"a long rune across the limit goes", "a👩x", 4, "a"},
		{"a rune that ends at the limit stays", "aéb", 3, "aé"},
		{"bytes that are no UTF-8 are cut at the limit", "\x80\x80\x80\x80\x80\x80\x80", 6, "\x80\x80\x80\x80\x80\x80"},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, cutText(c.text, c.limit)) })
	}
}

func TestTheEstimateOfAnEscapedTextIsNeverTooSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "text"))
		out, _ := appendEscaped(nil, s)
		require.GreaterOrEqual(t, escapedSize(s), len(out))
	})
}

func FuzzEncodeString(f *testing.F) {
	for _, s := range []string{"", "plain", "é\xff\u2028<&>\"\\\n", "12345678", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		require.NoError(t, err)
		got, exact := appendString(nil, s)
		require.Equal(t, string(want), string(got))
		require.Equal(t, utf8.ValidString(s), exact)
		if r := (jsonReader{text: string(got)}); exact {
			back, err := r.str()
			require.NoError(t, err)
			require.Equal(t, s, back)
		}
	})
}
