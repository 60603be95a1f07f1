#!/usr/bin/env bash
# Lets Schemathesis try the running service, on SQLite and on PostgreSQL: no 5xx, and no answer that
# is not in the document. Usage: openapi/schemathesis.sh [EXAMPLES]: cases per operation and phase.
# PostgreSQL is the server of TEST_DATABASE_URL.
set -euo pipefail
cd "$(dirname "$0")/.."
examples=${1:-20}
tools=${OPENAPI_TOOLS_DIR:-${TMPDIR:-/tmp}/spin-openapi-tools}
[ -x "$tools/schemathesis/bin/schemathesis" ] || python3 -m venv "$tools/schemathesis"
"$tools/schemathesis/bin/pip" install --quiet schemathesis
cargo build --quiet -p service
: "${TEST_DATABASE_URL:?names no PostgreSQL server; run this by ./test.sh --with openapi/schemathesis.sh}"

key=schemathesis-operator-key-0123456789
folder=$(mktemp -d)
stop() { [ -z "${pid:-}" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null || true; pid=; }
trap 'stop; rm -rf "$folder"' EXIT
psql "$TEST_DATABASE_URL" -q -c 'DROP DATABASE IF EXISTS schemathesis' -c 'CREATE DATABASE schemathesis'

for url in "sqlite:///$folder/schemathesis.db" "${TEST_DATABASE_URL%/*}/schemathesis"; do
  DATABASE_URL=$url SERVICE__LISTEN=127.0.0.1:0 SERVICE__METRICS_LISTEN=127.0.0.1:0 SERVICE__LOG=error \
    SERVICE__BOOTSTRAP__OPERATOR_KEY=$key SERVICE__BOOTSTRAP__BOT_KEYS=spin_bot=schemathesis-bot-key-0123456789-0123 \
    "${CARGO_TARGET_DIR:-target}/debug/service" >"$folder/log" &
  pid=$!
  until grep -q "The API is at" "$folder/log"; do kill -0 "$pid"; sleep 0.1; done
  base=$(sed -n 's|The API is at \(.*\)/v1,.*|\1|p' "$folder/log")
  # One worker: with two, Python 3.11's ast module breaks now and then (python/cpython#106905).
  "$tools/schemathesis/bin/schemathesis" run openapi/openapi.json --url "$base" \
    --header "Authorization: Bearer $key" --phases examples,coverage,fuzzing,stateful \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance \
    --max-examples "$examples" --workers 1 --continue-on-failure --generation-database none
  stop
done
