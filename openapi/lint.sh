#!/usr/bin/env bash
# The OpenAPI document passes the default rules of Redocly and Spectral without a warning, and
# openapi-typescript and openapi-python-client take it without one. Needs npm and python3.
set -euo pipefail
cd "$(dirname "$0")"
document=$PWD/openapi.json
tools=${OPENAPI_TOOLS_DIR:-${TMPDIR:-/tmp}/spin-openapi-tools}
mkdir -p "$tools"
cd "$tools"

npm install --silent --no-fund --no-audit --no-package-lock \
  @redocly/cli@2.77.0 @stoplight/spectral-cli@6.16.3 openapi-typescript@7.13.0
[ -x venv/bin/openapi-python-client ] || python3 -m venv venv
venv/bin/pip install --quiet openapi-python-client

echo 'extends: ["spectral:oas"]' >spectral.yaml
npx redocly lint "$document" 2>&1 | tee redocly.log
grep -q "Your API description is valid" redocly.log
if grep -qE "[0-9]+ warning" redocly.log; then exit 1; fi
npx spectral lint --ruleset spectral.yaml --fail-severity hint "$document"
npx openapi-typescript "$document" --output client.ts 2>&1 | tee typescript.log
if grep -qi warn typescript.log; then grep -i warn typescript.log | grep -v '^npm warn' && exit 1; fi
PATH="$PWD/venv/bin:$PATH" openapi-python-client generate --path "$document" \
  --output-path client --overwrite --fail-on-warning
echo "openapi/lint.sh: no error and no warning"
