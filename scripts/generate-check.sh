#!/usr/bin/env bash
# Fails where what mdatagen and configdoc write differs from what is in the tree. It leaves the new files in place.
set -euo pipefail
cd "$(dirname "$0")/.."

# mdatagen writes these, and the status table inside each component's README.md.
fingerprint() {
	git ls-files -co --exclude-standard -- '*generated_*' '*/internal/metadata*/*' '*/documentation.md' '*/README.md' docs/configuration.md |
		sort -u | while read -r file; do if [[ -f $file ]]; then sha256sum "$file"; fi; done
}

echo "==> go generate ./..., to see whether the generated files are current"
before=$(fingerprint)
go generate ./...
if ! changed=$(diff <(echo "$before") <(fingerprint)); then
	echo "Generated files were not current; they are now. Look at them and commit them:" >&2
	awk '/^[<>]/{print "  " $3}' <<<"$changed" | sort -u >&2
	exit 1
fi
