package redact

// builtinRules is the table, the more specific rules first: where two find the same text, the first is counted. The
// shapes are those that the providers document; the expressions are our own.
func builtinRules() []rule {
	key := func(name string, f finder, anchors ...string) rule {
		return rule{name: name, class: classKey, anchors: anchors, find: f}
	}
	text := func(name string, f finder, anchors ...string) rule {
		return rule{name: name, class: classText, anchors: anchors, find: f}
	}
	return []rule{
		key("private_key_block", findPrivateKey, "-----begin"),
		key("jwt", findJWT, "eyj"),
		key("anthropic_key", prefixed(`sk-ant-[A-Za-z0-9_-]{12,}`), "sk-ant-"),
		key("openai_key", withDigit(prefixed(`sk-[A-Za-z0-9_-]{20,}`)), "sk-"),
		key("aws_access_key", exactly(20, prefixed(`(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}`)), "akia", "asia", "abia", "acca"),
		key("aws_bedrock_key", prefixed(`ABSK[A-Za-z0-9+/]{40,}={0,2}|bedrock-api-key-[A-Za-z0-9+/=_-]{16,}`), "absk", "bedrock-api-key-"),
		key("github_token", prefixed(`(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})`), "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
		key("gitlab_token", prefixed(`gl(?:pat|dt|rt|ptt|soat|ft|imt|agent|cbt)-[A-Za-z0-9_-]{16,}`),
			"glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glft-", "glimt-", "glagent-", "glcbt-"),
		key("slack_token", withDigit(prefixed(`xox[abeoprs][.-][A-Za-z0-9.-]{10,}|xapp-[A-Za-z0-9-]{10,}`)),
			"xoxa-", "xoxb-", "xoxe-", "xoxe.", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-"),
		key("slack_webhook", prefixed(`hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{16,}`), "hooks.slack.com/"),
		key("google_key", prefixed(`AIza[A-Za-z0-9_-]{30,}`, mixed), "aiza"),
		key("google_oauth", prefixed(`ya29\.[A-Za-z0-9_-]{20,}`, mixed), "ya29."),
		key("huggingface_token", prefixed(`hf_[A-Za-z0-9]{24,}|api_org_[A-Za-z0-9]{24,}`, mixed), "hf_", "api_org_"),
		key("groq_key", prefixed(`gsk_[A-Za-z0-9]{20,}`, mixed), "gsk_"),
		key("xai_key", prefixed(`xai-[A-Za-z0-9]{24,}`, mixed), "xai-"),
		key("perplexity_key", prefixed(`pplx-[A-Za-z0-9]{24,}`, mixed), "pplx-"),
		key("replicate_token", prefixed(`r8_[A-Za-z0-9]{24,}`, mixed), "r8_"),
		key("langsmith_key", withDigit(prefixed(`lsv2_(?:pt|sk)_[A-Za-z0-9_]{16,}`)), "lsv2_"),
		key("databricks_token", prefixed(`dapi[a-f0-9]{32}`), "dapi"),
		key("stripe_key", prefixed(`(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}`), "sk_live_", "sk_test_", "rk_live_", "rk_test_"),
		key("stripe_webhook", prefixed(`whsec_[A-Za-z0-9+/=]{16,}`, mixed), "whsec_"),
		key("sendgrid_key", prefixed(`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`), "sg."),
		key("npm_token", prefixed(`npm_[A-Za-z0-9]{30,}`, mixed), "npm_"),
		key("vault_token", prefixed(`hv[sbr]\.[A-Za-z0-9_-]{20,}`, mixed), "hvs.", "hvb.", "hvr."),

		text("url_password", findURLPassword, "://", `:\/\/`),
		text("url_signature", findURLSignature, "sig=", "x-amz-signature=", "x-goog-signature="),
		text("authorization", findAuthorization, "authorization"),
		text("bearer", findBearer, "bearer"),
		text("cookie", findCookies, "cookie"),
		text("named_secret", findNamed, namedAnchors...),
		text("email", findEmail, "@", "%40"),
		// Without anchors: numbers looks for these.
		text("card", nil),
		text("ssn", nil),
		text("phone", nil),
	}
}

// RuleNames lists the built-in rules in the order of the table.
func RuleNames() []string {
	names := make([]string, 0, 40)
	for _, r := range builtinRules() {
		names = append(names, r.name)
	}
	return names
}
