package tokenpreviewprocessor

import (
	"strings"
	"unicode/utf8"

	"github.com/orcheo/otelcol-canvas/internal/genai"
	"github.com/orcheo/otelcol-canvas/internal/redact"
)

// ellipsis ends what was cut, as Orcheo's previews do.
const ellipsis = "…"

// longestSecret is how much more than a preview is looked at, in bytes, so that a secret which begins in the preview and
// ends behind it is recognised.
const longestSecret = 4096

// previewer makes previews.
type previewer struct {
	redactor *redact.Redactor // nil: redaction is off
	max      int              // characters
	earlier  *earlierPreviews
}

// ofMessage returns the preview of a message. One that was made before, and in which nothing had to be replaced, is not made again:
// a conversation's history comes with every turn.
func (p previewer) ofMessage(m *genai.Message, hits *redact.Hits) string {
	written, form := m.Written()
	if written == "" {
		return p.of(m.Text(p.window()), hits)
	}
	key := p.earlier.key(written, form)
	if text, ok := p.earlier.get(key); ok {
		return text
	}
	var found redact.Hits
	text := p.of(m.Text(p.window()), &found)
	if len(found) == 0 {
		p.earlier.put(key, text)
	}
	hits.Merge(found)
	return text
}

// window is how many bytes of a text a preview is made from.
func (p previewer) window() int { return p.max*utf8.UTFMax + longestSecret }

// of returns the preview of text: valid UTF-8, redacted, then cut. Cutting can make something look like a secret (a longer
// number that now ends), so it goes on until nothing more is found.
func (p previewer) of(text string, hits *redact.Hits) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	const rounds = 4
	for range rounds {
		if p.redactor != nil {
			redacted, found := p.redactor.String(text)
			hits.Merge(found)
			text = redacted
		}
		short := p.cut(text)
		if short == text {
			return short
		}
		text = short
	}
	if p.redactor == nil {
		return text
	}
	return p.redactor.Marker()
}

// cut shortens text to the most characters a preview may have, with the ellipsis. It leaves no half of a marker behind.
func (p previewer) cut(text string) string {
	if len(text) <= p.max {
		return text
	}
	end, longer := p.end(text)
	if !longer {
		return text
	}
	return text[:p.beforeMarker(text, end)] + ellipsis
}

// isLonger reports whether text has more characters than a preview may have.
func (p previewer) isLonger(text string) bool {
	more := len(text) - p.max // bytes than a preview has characters
	if more <= 0 {
		return false
	}
	if _, last := utf8.DecodeLastRuneInString(text); last > more { // the ellipsis of one that was cut
		return false
	}
	_, longer := p.end(text)
	return longer
}

// end finds where text is cut, if it has more characters than a preview may have. It looks no further than that.
func (p previewer) end(text string) (end int, longer bool) {
	for i, n := 0, 0; i < len(text); n++ { // n characters are before i
		for n+8 < p.max && i+8 <= len(text) && isASCII(text[i:i+8]) {
			i, n = i+8, n+8
		}
		switch {
		case i == len(text):
			return 0, false
		case n == p.max-1:
			end = i
		case n == p.max:
			return end, true
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return 0, false
}

// isASCII reports whether eight bytes are characters of their own.
func isASCII(s string) bool {
	return (s[0]|s[1]|s[2]|s[3]|s[4]|s[5]|s[6]|s[7])&0x80 == 0
}

// beforeMarker moves end to the begin of a marker that it stands in.
func (p previewer) beforeMarker(text string, end int) int {
	if p.redactor == nil {
		return end
	}
	marker := p.redactor.Marker()
	begin := max(0, end-len(marker)+1)
	if i := strings.Index(text[begin:min(len(text), end+len(marker)-1)], marker); i >= 0 {
		return begin + i
	}
	return end
}
