#!/usr/bin/env bash
# Service, bot and a Telegram in a box, without a token: open http://127.0.0.1:8082 and train.
# Everything is in memory, and gone with Ctrl-C. PLAYGROUND_BIN names a folder with the three
# programs, if they need no building.
set -euo pipefail
cd "$(dirname "$0")"

bin=${PLAYGROUND_BIN:-${CARGO_TARGET_DIR:-target}/release}
[ -n "${PLAYGROUND_BIN:-}" ] || cargo build --release -p service -p bot-client -p telegram-sim

pids=()
stop() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

key=playground-key-of-the-spin-bot-0123456789
operator_key=playground-key-of-the-operator-0123456789
service=http://${SERVICE__LISTEN:-127.0.0.1:8080}
export SERVICE__LOG=warn SIM__LOG=warn
# That the bot waits for the simulator is no news here.
export BOT__LOG=warn,bot_client::setup=error

DATABASE_URL=sqlite::memory: \
SERVICE__PROVISION=provision/spin_bot.toml \
SERVICE__BOOTSTRAP__OPERATOR_KEY=$operator_key \
SERVICE__BOOTSTRAP__BOT_KEYS=spin_bot=$key \
  "$bin/service" &
pids+=($!)
until curl -sf --max-time 1 -o /dev/null "$service/readyz"; do
  kill -0 "${pids[0]}" 2>/dev/null || wait "${pids[0]}"
  sleep 0.1
done

"$bin/telegram-sim" &
pids+=($!)
# The first person of the page is the administrator.
BOT__ADMINS=1001 \
BOT__CHANNEL=@spin_channel \
BOT__SERVICE__OPERATOR_KEY=$operator_key \
BOT__SERVICE__URL=$service \
BOT__SERVICE__KEY=$key \
BOT__TELEGRAM__TOKEN=1:playground \
BOT__TELEGRAM__API_URL=http://${SIM__LISTEN:-127.0.0.1:8082} \
BOT__TELEGRAM__WEBHOOK_URL=http://${BOT__LISTEN:-127.0.0.1:8081} \
BOT__TELEGRAM__WEBHOOK_SECRET=playground \
  "$bin/bot-client" &
pids+=($!)
wait -n
