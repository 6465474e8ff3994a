package redacttest

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// LookAlikes are the classes of what stands in telemetry and is no secret.
func LookAlikes() []Class {
	class := func(name string, draw func(*rand.Rand) string) Class {
		return Class{name, func(r *rand.Rand) Sample { return bare(draw(r)) }}
	}
	moment := func(r *rand.Rand) time.Time {
		return time.Unix(1_600_000_000+r.Int64N(400_000_000), r.Int64N(1e9)).UTC()
	}
	return []Class{
		class("UUID", uuid),
		class("UUID of digits", func(r *rand.Rand) string {
			return chars(r, 8, digits) + "-" + chars(r, 4, digits) + "-4" + chars(r, 3, digits) + "-8" + chars(r, 3, digits) + "-" + chars(r, 12, digits)
		}),
		class("trace id", func(r *rand.Rand) string { return chars(r, 32, hexDigits) }),
		class("span id", func(r *rand.Rand) string { return chars(r, 16, hexDigits) }),
		class("traceparent", func(r *rand.Rand) string {
			return "00-" + chars(r, 32, hexDigits) + "-" + chars(r, 16, hexDigits) + "-01"
		}),
		class("git hash", func(r *rand.Rand) string {
			return pick(r, "", "commit ", "sha256:") + chars(r, pick(r, 7, 40, 64), hexDigits)
		}),
		class("timestamp", func(r *rand.Rand) string {
			t := moment(r)
			return pick(r, fmt.Sprint(t.Unix()), fmt.Sprint(t.UnixMilli()), fmt.Sprint(t.UnixMicro()), fmt.Sprint(t.UnixNano()), fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000))
		}),
		class("ISO date", func(r *rand.Rand) string {
			return moment(r).Format(pick(r, time.RFC3339Nano, time.RFC3339, time.DateOnly, time.DateTime, time.RFC1123Z, "20060102T150405Z", "2006-01-02 15:04:05.000000"))
		}),
		class("digits failing Luhn", func(r *rand.Rand) string {
			number := "4" + chars(r, 14, digits)
			return number + string(rune('0'+(checkDigit(number)+1+r.IntN(9))%10))
		}),
		class("token count", func(r *rand.Rand) string {
			n := between(r, 0, 2_000_000)
			return fmt.Sprintf(pick(r, "max_tokens=%d", "max_tokens: %d", `{"total_tokens": %d, "token": 12}`, "orcheo.token.input=%d", "token_count=%d", "used %d tokens", `"input_tokens":%d`, "tokens: %d"), n)
		}),
		class("version", func(r *rand.Rand) string {
			a, b, c, d := between(r, 0, 150), between(r, 0, 99), between(r, 0, 9999), between(r, 0, 200)
			return pick(r, fmt.Sprintf("v%d.%d.%d", a, b, c), fmt.Sprintf("%d.%d.%d", a, b, c), fmt.Sprintf("Chrome/%d.0.%d.%d", a, c, d), fmt.Sprintf("v%d.%d.%d.%d", a, b, d, d),
				fmt.Sprintf("lib==%d.%d.%d.%d", a, b, d, d), fmt.Sprintf("version %d.%d.%d.%d", a, b, d, d), fmt.Sprintf("%d.%d.%d-rc.%d", a, b, c, d), fmt.Sprintf("%d.%d.%d.%d", a%10, b%10, c%10, d%10))
		}),
		class("private address", func(r *rand.Rand) string {
			return pick(r, "127.0.0.1", fmt.Sprintf("10.%d.%d.%d", r.IntN(256), r.IntN(256), r.IntN(256)), fmt.Sprintf("192.168.%d.%d", r.IntN(256), r.IntN(256)), "::1", "fe80::1", "0.0.0.0:4317", "fd12:3456:789a::1")
		}),
		class("base64 of text", func(r *rand.Rand) string {
			return base64.StdEncoding.EncodeToString([]byte(sentence(r, between(r, 3, 12))))
		}),
		class("base64 of noise", func(r *rand.Rand) string { return chars(r, between(r, 20, 120), base64std) }),
		class("file path", func(r *rand.Rand) string {
			return pick(r, "/usr/local/lib/python3.12/site-packages/", "C:\\Users\\dev\\", "./src/", "s3://bucket-1/") + word(r) + "/" + word(r) + "_" + word(r) + "." + pick(r, "py", "go", "json", "tsx")
		}),
		class("colour", func(r *rand.Rand) string { return "#" + chars(r, pick(r, 3, 6, 8), hexDigits) }),
		class("MAC address", func(r *rand.Rand) string {
			groups := make([]string, 6)
			for i := range groups {
				groups[i] = chars(r, 2, hexDigits)
			}
			return strings.Join(groups, pick(r, ":", "-"))
		}),
		class("order number", func(r *rand.Rand) string {
			return pick(r, "ORD-", "INV", "#", "PO-2024-", "order ") + chars(r, between(r, 6, 12), digits)
		}),
		class("model", func(r *rand.Rand) string {
			return pick(r, "gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "claude-3-5-sonnet-20241022", "anthropic.claude-3-5-sonnet-20241022-v2:0", "gemini-1.5-pro-002", "meta-llama/Llama-3.1-70B-Instruct", "text-embedding-3-large", "openai:gpt-4o", "o1-preview-2024-09-12", "ft:gpt-4o-mini-2024-07-18:acme:"+word(r)+":"+chars(r, 8, alnum))
		}),
		class("words like keys", func(r *rand.Rand) string {
			return pick(r, "sk-learn", "sk-learn-tutorial-2024-part-two", "scikit-learn", "task-force-", "risk-assessment-", "desk-", "sk-fading-circle-", "hf_hub_download_", "npm_config_registry_", "gsk_report_", "disk-usage-") + word(r) + "-" + word(r)
		}),
		class("like an address", func(r *rand.Rand) string {
			return pick(r, "@app.route('/"+word(r)+"')", "@"+word(r)+"/"+word(r)+"@1.2.3", "left-pad@"+fmt.Sprintf("%d.%d.%d", r.IntN(20), r.IntN(20), r.IntN(20)), "git@github.com:acme/"+word(r)+".git", "user@localhost", "@"+word(r)+" hi", "a @ b", "x@{y}")
		}),
		class("id", func(r *rand.Rand) string {
			return pick(r, "chatcmpl-", "msg_", "call_", "run-", "req_", "thread_", "asst_", "resp_", "toolu_01") + chars(r, 24, alnum)
		}),
		class("about secrets", func(r *rand.Rand) string {
			return pick(r, "the password must have 12 characters", "bearer authentication is required", "set the api_key in the settings", "token usage: "+chars(r, 5, digits), "no token: "+word(r),
				"password=********", "api_key=${API_KEY}", `"secret": null`, "next_token="+word(r), "Cookie consent", "secret santa: "+word(r), "tokenizer=cl100k_base", "authorization failed", "forgot password? click")
		}),
		class("figures", func(r *rand.Rand) string {
			return pick(r, fmt.Sprintf("%.6f", r.Float64()*1000), fmt.Sprintf("[%d, %d, %d, %d]", r.IntN(9999), r.IntN(9999), r.IntN(9999), r.IntN(9999)), fmt.Sprintf("%d-%d", r.IntN(999), r.IntN(9999)), fmt.Sprintf("1,%03d,%03d", r.IntN(1000), r.IntN(1000)), fmt.Sprintf("%d %d %d", r.IntN(100000), r.IntN(100000), r.IntN(100000)))
		}),
	}
}
