#!/usr/bin/env bash
# Runs every test on SQLite and on PostgreSQL. PostgreSQL is the server of TEST_DATABASE_URL, if
# that is set; else a throw-away one, from the installed PostgreSQL or Debian's package. The page is
# tested in the installed Chromium or Debian's.
# Arguments go to cargo test; after --with stands another command to run on that server instead.
set -euo pipefail
cd "$(dirname "$0")"

# Where it can be done without a question.
apt_install() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null
  fi
}

if [ -z "${TEST_DATABASE_URL:-}" ]; then
  bin() { { find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null || true; } | sort -V | tail -n 1; }
  [ -n "$(bin)" ] || apt_install postgresql
  bin=$(bin)
  [ -n "$bin" ] || bin=$(dirname "$(command -v initdb || true)")
  if [ ! -x "$bin/initdb" ]; then
    echo "test.sh: no PostgreSQL found. Install it (Debian: apt-get install postgresql), or set TEST_DATABASE_URL." >&2
    exit 1
  fi
  data=$(mktemp -d)
  as=()
  if [ "$(id -u)" = 0 ]; then # initdb refuses root
    chown postgres "$data"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  fi
  trap '"${as[@]}" "$bin/pg_ctl" -D "$data" -m immediate -s stop; rm -rf "$data"' EXIT
  (cd "$data" && "${as[@]}" "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --no-sync >/dev/null)
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo 54329)
  (cd "$data" && "${as[@]}" "$bin/pg_ctl" -D "$data" -l "$data/log" -w -s \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=900" start)
  export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
fi

if [ "${1:-}" = --with ]; then
  shift
  "$@"
else
  # The test itself says what is missing.
  command -v chromium chromium-browser google-chrome >/dev/null || apt_install chromium || true
  cargo test --workspace --exclude bench "$@"
fi
