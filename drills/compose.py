#!/usr/bin/env python3
"""Runs docker-compose.yml as an operator would, from nothing, and takes it down again: compose.py

Builds the images; brings everything up with two replicas of the service; takes the README's tour;
trains with the playground's bot, and with the bot of the profile `bot`, which writes to PostgreSQL and
is given the playground's Telegram; kills a replica and then replaces both under load; stops. Exits 1 if
one of these is not as it should be. It needs the ports that docker-compose.yml publishes.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

from drill import OPERATOR_KEY, PATIENCE, ROOT, BOT_KEY, Load, wait_until

PROJECT = "spin-drill"
SERVICE, SIM = "http://127.0.0.1:8080", "http://127.0.0.1:8082"
OURS = {"service": 2, "proxy": 1, "bot-client": 1, "playground-service": 1, "playground-bot": 1, "telegram-sim": 1}
# On top of the base image.
LARGEST_IMAGE = 45_000_000
TOUR_KEY = "spin-bot-key-for-the-tour-0123456789"
QUESTIONS = (
    "How many people work in the purchasing department?",
    "How is the warehouse organised?",
    "What problems do you run into?",
    "What are you dissatisfied with?",
    "What does that lead to?",
    "How does this affect your revenue?",
    "What losses do you suffer because of it?",
    "What are the consequences of delays for the company?",
    "How would a precise schedule help you?",
    "What benefit would a reliable supplier bring?",
)
ENVIRONMENT = os.environ | {
    "COMPOSE_DOCKER_CLI_BUILD": "1",
    "DOCKER_BUILDKIT": "1",
    "SERVICE__BOOTSTRAP__OPERATOR_KEY": OPERATOR_KEY,
    "SERVICE__BOOTSTRAP__BOT_KEYS": f"spin_bot={TOUR_KEY},spin_bot={BOT_KEY}",
    "BOT__SERVICE__KEY": BOT_KEY,
    "BOT__CHANNEL": "@spin_channel",
    "BOT__TELEGRAM__API_URL": "http://telegram-sim:8082",
    "BOT__TELEGRAM__TOKEN": "2:drill",
    "BOT__TELEGRAM__WEBHOOK_URL": "http://bot-client:8081",
    "BOT__TELEGRAM__WEBHOOK_SECRET": "drill",
}


def run(*command):
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def compose(*arguments):
    has_plugin = subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0
    command = ["docker", "compose"] if has_plugin else ["docker-compose"]
    profiles = ["--profile", "bot", "--profile", "playground"]
    subprocess.run([*command, "-p", PROJECT, *profiles, *arguments], cwd=ROOT, env=ENVIRONMENT, check=True)


def containers(service):
    label = "label=com.docker.compose."
    filters = ["--filter", f"{label}project={PROJECT}", "--filter", f"{label}service={service}"]
    ids = run("docker", "ps", "-aq", *filters).split()
    return json.loads(run("docker", "inspect", *ids)) if ids else []


def check(what, is_so):
    print(f"{'ok' if is_so else 'FAILED':6} {what}", flush=True)
    if not is_so:
        sys.exit(1)


def are_healthy():
    health = {name: [one["State"].get("Health", {}).get("Status") for one in containers(name)] for name in OURS}
    return all(health[name] == ["healthy"] * count for name, count in OURS.items())


def check_images():
    base = int(run("docker", "image", "inspect", "-f", "{{.Size}}", "debian:bookworm-slim"))
    for name in ("service", "bot-client", "telegram-sim"):
        size = int(run("docker", "image", "inspect", "-f", "{{.Size}}", f"spin-training/{name}")) - base
        check(f"the image of {name} adds {size / 1e6:.1f} MB", size < LARGEST_IMAGE)
    for name in OURS:
        for one in containers(name):
            fixed = one["Config"]["User"] == "10001:10001" and one["HostConfig"]["ReadonlyRootfs"]
            check(f"{one['Name'][1:]} is not root and writes to no image", fixed)


def check_migrations():
    logs = "".join(run("docker", "logs", one["Id"]) for one in containers("service"))
    count = logs.count("applying migration")
    check(f"{count} migrations are applied, each once", count == len(list((ROOT / "migrations/postgres").glob("*.sql"))))


def check_provisioning():
    replica = containers("service")[0]["Id"]
    left = run("docker", "exec", replica, "service", "provision", "/provision/spin_bot.toml", "--dry-run")
    check(f"the SPIN bot's levels, badges and tariffs are there: {left}", left.startswith("="))


def check_example():
    text = (ROOT / "docker-compose.yml").read_text()
    used = set(re.findall(r"\$\{(\w+)", text)) | set(re.findall(r"(?m)^ +([A-Z_]+):$", text))
    explained = set(re.findall(r"(?m)^(\w+)=", (ROOT / ".env.example").read_text()))
    check(f".env.example explains all {len(used)} variables", used == explained)


def masked(line):
    """Ids and times are other ones each time."""
    line = re.sub(r'"[0-9-]{10}T[0-9:.]+Z"', '"a time"', line)
    return json.loads(re.sub(r'"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"', '"an id"', line))


def take_the_tour():
    tour = (ROOT / "README.md").read_text().split("## A tour")[1].split("\n## ")[0]
    blocks = re.findall(r"(?s)```(\w+)\n(.*?)```", tour)[1:]
    script = "".join(text for kind, text in blocks if kind == "sh")
    expected = "".join(text for kind, text in blocks if kind == "json")
    answered = run("bash", "-euc", script)
    is_same = [masked(line) for line in answered.splitlines()] == [masked(line) for line in expected.splitlines()]
    check("the README's tour answers as it is printed", is_same)


def sim(method, path, body=None):
    request = urllib.request.Request(SIM + path, body and json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def train(bot):
    """A training from the first message to the report, with one of the bots."""
    name = f"Drill {bot}"
    user = sim("POST", "/sim/users", {"first_name": name, "language_code": "en"})["id"]
    after = 0

    def say(text, answer):
        nonlocal after
        sim("POST", f"/sim/chats/{user}/send?bot={bot}", {"text": text})
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            query = f"bot={bot}&after={after}&from_bot=true&wait_ms=1000"
            found = sim("GET", f"/sim/chats/{user}/messages?{query}")
            after = found["after"]
            for entry in found["messages"]:
                if answer in entry["message"].get("text", ""):
                    return
        sys.exit(f"{text!r} is not answered with {answer!r}")

    say("/start", "SPIN")
    sim("PUT", f"/sim/channels/spin_channel/members/{user}", {"status": "member"})
    say("/free", "Thank you for joining")
    say("/train", "Ask your first question")
    for number, question in enumerate(QUESTIONS, 1):
        say(question, f"question {number} of 10" if number < 10 else "190 points of 250")
    check(f"bot {bot} has given a training of 190 points", True)
    return user


def upgrade():
    """As docs/operations.md says."""
    old = [one["Id"] for one in containers("service")]
    scale = f"service={2 * len(old)}"
    compose("up", "-d", "--no-deps", "--no-recreate", "--scale", scale, "service")
    health = lambda: [one["State"]["Health"]["Status"] for one in containers("service")]
    wait_until("the new replicas are healthy", lambda: health() == ["healthy"] * 2 * len(old))
    run("docker", "stop", *old)
    run("docker", "rm", *old)


def kill_and_upgrade():
    load = Load(SERVICE, first_user=1_000_001)
    load.go_on()
    victim = containers("service")[0]
    os.kill(victim["State"]["Pid"], signal.SIGKILL)
    load.go_on()
    restarts = lambda: json.loads(run("docker", "inspect", victim["Id"]))[0]["RestartCount"] == 1
    wait_until("Docker restarts the replica", restarts)
    wait_until("all is healthy again", are_healthy)
    upgrade()
    load.stop()
    check("a replica is killed, then both are replaced, under load", load.report())


check_example()
try:
    compose("down", "-v")
    started = time.monotonic()
    compose("up", "-d", "--build", "--scale", "service=2")
    print(f"built and begun in {time.monotonic() - started:.0f} s")
    wait_until("all is healthy", are_healthy)
    check(f"all is healthy after {time.monotonic() - started:.0f} s", True)
    check_images()
    check_migrations()
    check_provisioning()
    take_the_tour()
    train(1)
    train(2)
    kill_and_upgrade()
    started = time.monotonic()
    compose("stop")
    codes = {one["Name"][1:]: one["State"]["ExitCode"] for name in OURS for one in containers(name)}
    seconds = time.monotonic() - started
    check(f"all have stopped by themselves in {seconds:.0f} s: {codes}", not any(codes.values()))
finally:
    compose("down", "-v")
