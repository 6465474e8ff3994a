package redacttest

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// random makes a class of keys: a prefix and n characters of an alphabet.
func random(name, alphabet string, low, high int, prefixes ...string) Class {
	return Class{name, func(r *rand.Rand) Sample {
		return bare(pick(r, prefixes...) + chars(r, between(r, low, high), alphabet))
	}}
}

// Keys are the classes of keys that have a shape of their own, wherever they stand.
func Keys() []Class {
	return []Class{
		random("OpenAI, legacy", alnum, 40, 48, "sk-"),
		random("OpenAI", base64url, 48, 156, "sk-proj-", "sk-svcacct-", "sk-admin-"),
		random("Anthropic", base64url, 86, 95, "sk-ant-api03-", "sk-ant-admin01-", "sk-ant-oat01-"),
		random("OpenRouter", hexDigits, 64, 64, "sk-or-v1-", "sk-or-"),
		{"Langfuse", func(r *rand.Rand) Sample { return bare(pick(r, "sk-lf-", "pk-lf-") + uuid(r)) }},
		random("Groq", alnum, 52, 52, "gsk_"),
		random("xAI", alnum, 80, 80, "xai-"),
		random("Perplexity", alnum, 48, 48, "pplx-"),
		random("Hugging Face", alnum, 34, 34, "hf_", "api_org_"),
		random("LangSmith", hexDigits, 32, 32, "lsv2_pt_", "lsv2_sk_"),
		random("Databricks", hexDigits, 32, 32, "dapi"),
		random("Replicate", alnum, 37, 37, "r8_"),
		random("AWS access key", base32, 16, 16, "AKIA", "ASIA", "ABIA", "ACCA"),
		random("AWS Bedrock", base64std, 109, 109, "ABSK"),
		random("AWS Bedrock, short-lived", base64std, 60, 200, "bedrock-api-key-"),
		random("GitHub", alnum, 36, 36, "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
		random("GitHub, fine-grained", alnum+"_", 82, 82, "github_pat_"),
		random("GitLab", base64url, 20, 26, "glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glft-"),
		{"Slack", func(r *rand.Rand) Sample {
			return bare(pick(r, "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-") + chars(r, 12, digits) + "-" + chars(r, 12, digits) + "-" + chars(r, 24, alnum))
		}},
		{"Slack app", func(r *rand.Rand) Sample {
			return bare("xapp-1-A" + chars(r, 10, upper+digits) + "-" + chars(r, 13, digits) + "-" + chars(r, 64, hexDigits))
		}},
		{"Slack webhook", func(r *rand.Rand) Sample {
			path := "T" + chars(r, 8, upper+digits) + "/B" + chars(r, 8, upper+digits) + "/" + chars(r, 24, alnum)
			return in("https://hooks.slack.com/services/%", path)
		}},
		random("Google", base64url, 35, 35, "AIza"),
		random("Google OAuth", base64url, 60, 150, "ya29."),
		{"Azure client secret", func(r *rand.Rand) Sample {
			return bare(chars(r, 3, alnum) + chars(r, 1, digits) + "Q~" + chars(r, between(r, 31, 34), alnum+"_~.-") + "a")
		}},
		random("Stripe", alnum, 24, 99, "sk_live_", "sk_test_", "rk_live_", "rk_test_"),
		random("Stripe webhook", base64std, 32, 32, "whsec_"),
		{"SendGrid", func(r *rand.Rand) Sample {
			return bare("SG." + chars(r, 22, base64url) + "." + chars(r, 43, base64url))
		}},
		random("npm", alnum, 36, 36, "npm_"),
		random("Vault", base64url, 24, 95, "hvs.", "hvb."),
		random("service", alnum, 40, 64, "nvapi-", "tvly-", "pcsk_", "jina_", "e2b_", "tgp_v1_", "csk-", "dop_v1_", "shpat_", "glsa_", "lin_api_", "dckr_pat_"),
		{"JSON Web Token", func(r *rand.Rand) Sample { return bare(jwt(r)) }},
		{"private key", func(r *rand.Rand) Sample {
			kind := pick(r, "", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ")
			body := pem(r, between(r, 3, 8))
			return Sample{"-----BEGIN " + kind + "PRIVATE KEY-----\n" + body + "\n-----END " + kind + "PRIVATE KEY-----", body}
		}},
		{"private key, cut off", func(r *rand.Rand) Sample {
			body := pem(r, between(r, 1, 3))
			return Sample{"-----BEGIN PRIVATE KEY-----\n" + body, body}
		}},
		{"private key, its end", func(r *rand.Rand) Sample {
			body := pem(r, between(r, 1, 3))
			return Sample{body + "\n-----END PRIVATE KEY-----", body}
		}},
		{"Google service account", func(r *rand.Rand) Sample {
			body := strings.ReplaceAll(pem(r, 4), "\n", `\n`)
			return Sample{`{"type": "service_account", "project_id": "p-1", "private_key": "-----BEGIN PRIVATE KEY-----\n` + body +
				`\n-----END PRIVATE KEY-----\n"}`, body}
		}},
	}
}

func jwt(r *rand.Rand) string {
	raw := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	header := pick(r, `{"alg":"HS256","typ":"JWT"}`, `{"typ":"JWT","alg":"RS256","kid":"`+chars(r, 12, alnum)+`"}`, `{ "alg": "ES256" }`, "{\n \"alg\": \"none\"\n}")
	return raw(header) + "." + raw(`{"sub":"`+chars(r, 10, digits)+`","name":"`+word(r)+`"}`) + "." + chars(r, 43, base64url)
}

func pem(r *rand.Rand, lines int) string {
	list := make([]string, lines)
	for i := range list {
		list[i] = chars(r, 64, base64std)
	}
	return strings.Join(list, "\n")
}
