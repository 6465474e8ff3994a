package genai

import (
	"math"
	"strconv"
	"strings"
)

// minBase64 is how long a run of base64 characters is taken for a file and not for a word or a key.
const minBase64 = 1024

// mediaTag stands for content that is not shown: [image image/png 182 KB].
func mediaTag(kind, mime string, bytes int) string {
	tag := "[" + kind
	if mime != "" {
		tag += " " + mime
	}
	if bytes > 0 {
		tag += " " + size(bytes)
	}
	return tag + "]"
}

func size(bytes int) string {
	switch {
	case bytes < 1000:
		return strconv.Itoa(bytes) + " B"
	case bytes < 1000*1000:
		return strconv.Itoa((bytes+500)/1000) + " KB"
	}
	return strconv.FormatFloat(float64(bytes)/1e6, 'f', 1, 64) + " MB"
}

// maxMIME bounds what is believed to be a media type.
const maxMIME = 100

// mediaOf makes the tag of a part that holds a file, its content or its address.
func mediaOf(kind string, part value) string {
	holder := mediaHolder(part)
	mime := mediaType(holder)
	if mime == "" {
		mime = mediaType(part)
	}
	bytes := 0
	content := holder.get("content", "data", "bytes", "base64", "url", "image_url", "file_data", "image")
	switch {
	case content.kind() == typeBytes:
		bytes = content.size()
	case content.isText():
		text := content.node().text
		if head, body, ok := cutDataURL(text); ok {
			mime, bytes = head, decodedSize(len(body))
		} else if !strings.Contains(text, "://") {
			bytes = decodedSize(len(text))
		}
	}
	if n, ok := part.get("byte_size").count(); ok && n <= math.MaxInt32 {
		bytes = int(n)
	}
	if modality := part.get("modality").str(); modality != "" && len(modality) <= maxMIME {
		kind = modality
	}
	return mediaTag(mediaKind(kind), mime, bytes)
}

// mediaHolder is the member of a part that holds the file, or the part itself.
func mediaHolder(part value) value {
	for range 2 { // image.image.url in flattened keys, image.source.bytes
		if inner := part.get("source", "image_url", "input_audio", "image", "audio", "file", "document", "video"); inner.kind() == typeObject {
			part = inner
		}
	}
	return part
}

// mediaKind is the kind of media in one word, of names like input_image, image-url and inline_data.
func mediaKind(name string) string {
	switch name {
	case "inline_data", "inlineData":
		return "data"
	case "fileData":
		return "file"
	}
	name = strings.TrimPrefix(name, "input_")
	for _, end := range []string{"_url", "-url", "_data", "_file"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

func mediaType(v value) string {
	mime := v.get("mime_type", "media_type", "mimeType", "mediaType", "contentType", "format").str()
	if len(mime) > maxMIME {
		return ""
	}
	return mime
}

// size is how many bytes a value of bytes has.
func (v value) size() int { return int(v.node().first) }

// cutDataURL takes data:<mime>;base64,<body> apart.
func cutDataURL(s string) (mime, body string, ok bool) {
	rest, ok := strings.CutPrefix(s, "data:")
	if !ok {
		return "", "", false
	}
	head, _, ok := strings.Cut(rest[:min(len(rest), maxMIME+len(";base64,"))], ";base64,")
	if !ok {
		return "", "", false
	}
	return head, rest[len(head)+len(";base64,"):], true
}

// withoutMedia replaces data URLs and long runs of base64 in s by tags. What it returns may end soon after limit bytes,
// so that the rest of a huge text is not looked at.
func withoutMedia(s string, limit int) string {
	if len(s) <= limit && len(s) < minBase64 && !strings.Contains(s, ";base64,") {
		return s
	}
	var b strings.Builder
	i, done := 0, 0 // what is before done is in b
	for i < len(s) && b.Len()+i-done <= limit {
		if !isBase64(s[i]) {
			i++
			continue
		}
		run := i
		for run < len(s) && isBase64(s[run]) {
			run++
		}
		if run-i > len("data") && strings.HasPrefix(s[run-len("data"):], "data:") {
			run -= len("data") // the next URL begins with them
		}
		from, tag := i, ""
		if head := dataURLHead(s, i); head >= 0 {
			from = max(head, done) // nothing is shown twice where a body is "data" itself
			tag = mediaTag("data", s[head+len("data:"):i-len(";base64,")], decodedSize(run-i))
		} else if run-i >= minBase64 {
			tag = mediaTag("base64", "", decodedSize(run-i))
		}
		if tag != "" {
			b.WriteString(s[done:from])
			b.WriteString(tag)
			done = run
		}
		i = run
	}
	if done == 0 {
		return s[:i]
	}
	b.WriteString(s[done:i])
	return b.String()
}

// dataURLHead returns where the head of a data URL begins whose body begins at, or -1.
func dataURLHead(s string, at int) int {
	const tail = ";base64,"
	if !strings.HasSuffix(s[:at], tail) {
		return -1
	}
	window := max(0, at-maxMIME-len(tail)-len("data:"))
	head := strings.LastIndex(s[window:at], "data:")
	if head < 0 || strings.ContainsAny(s[window+head:at-len(tail)], " \"'\n,") {
		return -1
	}
	return window + head
}

func isBase64(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' || c == '-' || c == '_'
}
