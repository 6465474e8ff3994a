package redact

// builtinRules is the table, the more specific rules first: where two find the same text, the first is counted. The
// shapes are those that the providers document.
func builtinRules() []rule {
	rules := append(providerKeys(), serviceKeys()...)
	rules = append(rules, contextual()...)
	return append(rules, personal()...)
}

// key makes the rule of a provider's keys.
func key(name string, s shape, prefixes ...string) rule {
	r := rule{name: name, class: classKey, find: s.finder(prefixes)}
	for _, prefix := range prefixes {
		r.anchors = append(r.anchors, lowerASCII(prefix))
	}
	return r
}

// providerKeys are the keys of model providers, clouds and code hosts, and what every stack has.
func providerKeys() []rule {
	return []rule{
		{name: "private_key_block", class: classKey, anchors: []string{"-----begin", "---- begin", "-----end", "private-lines:"}, find: findPrivateKey},
		{name: "jwt", class: classKey, anchors: []string{"eyj", "eyai", "ewog", "ewoj", "ew0k"}, find: findJWT},
		key("anthropic_key", shape{body: isTokenByte, min: 12}, "sk-ant-"),
		key("openrouter_key", shape{body: isTokenByte, min: 16, accept: hasDigit}, "sk-or-"),
		key("langfuse_key", shape{body: isTokenByte, min: 36, accept: isLangfuse}, "sk-lf-", "pk-lf-"),
		key("openai_key", shape{body: isTokenByte, min: 16, accept: digitOrLong}, "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"),
		key("openai_key", shape{body: isTokenByte, min: 20, accept: randomPart}, "sk-"),
		key("aws_access_key", shape{body: isUpperOrDigit, min: 16, exact: true, accept: varied}, "AKIA", "ASIA", "ABIA", "ACCA"),
		key("aws_access_key", shape{body: isUpperOrDigit, min: 17, exact: true, accept: varied}, "A3T"),
		key("aws_bedrock_key", shape{body: isPlainBase64Byte, min: 40, accept: mixed}, "ABSK"),
		key("aws_bedrock_key", shape{body: func(c byte) bool { return isTokenByte(c) || isPlainBase64Byte(c) }, min: 16, accept: digitOrLong}, "bedrock-api-key-"),
		{name: "azure_client_secret", class: classKey, anchors: []string{"q~"}, find: findAzureSecret},
		key("github_token", shape{body: isAlnum, min: 20}, "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
		key("github_token", shape{body: isTokenByte, min: 20}, "github_pat_"),
		key("gitlab_token", shape{body: isTokenByte, min: 16},
			"glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glft-", "glimt-", "glagent-", "glcbt-"),
		key("slack_token", shape{body: isDottedByte, min: 10, accept: hasDigit},
			"xoxa-", "xoxb-", "xoxe-", "xoxe.", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-"),
		key("slack_webhook", shape{body: isPathByte, min: 16}, "hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/"),
		key("google_key", shape{body: isTokenByte, min: 30, accept: mixed}, "AIza"),
		key("google_oauth", shape{body: isTokenByte, min: 20, accept: mixed}, "ya29."),
		key("huggingface_token", shape{body: isAlnum, min: 24, accept: mixed}, "hf_", "api_org_"),
		key("groq_key", shape{body: isAlnum, min: 20, accept: mixed}, "gsk_"),
		key("xai_key", shape{body: isAlnum, min: 24, accept: mixed}, "xai-"),
		key("perplexity_key", shape{body: isAlnum, min: 24, accept: mixed}, "pplx-"),
		key("replicate_token", shape{body: isAlnum, min: 24, accept: mixed}, "r8_"),
		key("langsmith_key", shape{body: isTokenByte, min: 16, accept: hasDigit}, "lsv2_pt_", "lsv2_sk_"),
		key("databricks_token", shape{body: isLowerHex, min: 32}, "dapi"),
	}
}

// serviceKeys are the keys of services that agents call.
func serviceKeys() []rule {
	return []rule{
		key("stripe_key", shape{body: isAlnum, min: 10}, "sk_live_", "sk_test_", "rk_live_", "rk_test_"),
		key("stripe_webhook", shape{body: isPlainBase64Byte, min: 16, accept: mixed}, "whsec_"),
		{name: "sendgrid_key", class: classKey, anchors: []string{"sg."}, find: findSendGrid},
		key("npm_token", shape{body: isAlnum, min: 30, accept: mixed}, "npm_"),
		key("vault_token", shape{body: isTokenByte, min: 20, accept: mixed}, "hvs.", "hvb.", "hvr."),
		key("ai_service_key", shape{body: isTokenByte, min: 20, accept: randomPart},
			"nvapi-", "tvly-", "pcsk_", "jina_", "e2b_", "tgp_v1_", "csk-"),
		key("service_token", shape{body: isTokenByte, min: 24, accept: randomPart},
			"dop_v1_", "doo_v1_", "shpat_", "shpss_", "pypi-", "figd_", "glsa_", "lin_api_", "ntn_", "sntrys_", "sntryu_", "dckr_pat_", "pscale_tkn_", "ATATT3"),
	}
}

// contextual are the rules of what only its surroundings make a secret.
func contextual() []rule {
	text := func(name string, f finder, anchors ...string) rule {
		return rule{name: name, class: classText, anchors: anchors, find: f}
	}
	return []rule{
		text("twilio_key", findTwilio, "twilio"),
		text("aws_secret_key", findAWSSecret, "akia", "asia", "aws"),
		text("url_password", findURLPassword, "://", `:\`),
		text("url_password", findOraclePassword, "jdbc:oracle:"),
		text("url_signature", findURLSignature, "sig=", "x-amz-signature=", "x-goog-signature=", "sharedaccesssignature="),
		text("authorization", findAuthorization, "authorization"),
		text("bearer", findBearer, "bearer"),
		text("cookie", findCookies, "cookie"),
		text("named_secret", findNamed, namedAnchors...),
	}
}

// personal are the rules of personal data. Those without anchors are found by their digits.
func personal() []rule {
	rules := []rule{{name: "email", class: classText, find: findEmail, anchors: []string{"@", "%40"}}}
	for _, name := range numberNames {
		rules = append(rules, rule{name: name, class: classText})
	}
	return rules
}

// RuleNames lists the built-in rules in the order of the table.
func RuleNames() []string {
	var names []string
	for _, r := range builtinRules() {
		if len(names) == 0 || names[len(names)-1] != r.name {
			names = append(names, r.name)
		}
	}
	return names
}
