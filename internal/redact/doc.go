// Package redact takes secrets and personal data out of text and of OTLP values.
//
// One pass over a text finds anchors (the fixed part of a secret's shape: "sk-", "eyj", "password", "@") by their rarest pairs of bytes;
// at each of them a small check looks at a bounded piece of the text around it and decides with validators (Luhn, issuer
// ranges, a JWT header that decodes, entropy) whether a secret stands there. Numbers without any anchor (cards, social
// security and phone numbers) are found by a scanner for runs of digits, where the same pass has seen some. Clean text, the usual case, costs one pass.
//
// Three properties hold for everything this package returns, and its tests hold it to them:
//   - it is idempotent: text that was redacted has no further hit;
//   - it fails closed: what is too long, too deeply nested or too dense to be inspected is replaced, not shown;
//   - it works on text as it is found, also inside JSON inside JSON, and leaves valid JSON valid.
package redact
