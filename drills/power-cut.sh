#!/usr/bin/env bash
# Cuts the power under a service that writes to SQLite, and looks for what it had acknowledged. Takes
# some minutes; needs root, /dev/fuse and Python. Exits 1 if anything is lost, or if the drill has no
# teeth: see power_cut.py. SERVICE_BIN names the program, if it needs no building.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
if [ -z "${SERVICE_BIN:-}" ]; then
  cargo build --release -p service
  SERVICE_BIN=$target/release/service
fi
if ! ldconfig -p | grep -q libfuse3; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq fuse3 >/dev/null
fi
venv=$target/power-cut-venv
if [ ! -e "$venv/ready" ]; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet mfusepy==3.1.1
  touch "$venv/ready"
fi
exec "$venv/bin/python" drills/power_cut.py "$(realpath "$SERVICE_BIN")"
