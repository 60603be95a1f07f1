"""Cuts the power under writers on a file system that drops what was not synced.

    python power_cut.py SERVICE_PROGRAM

3,000 commits are acknowledged in ten cuts, each in the middle of the load:

1. by SQLite itself with synchronous=NORMAL, which must lose some: else the drill proves nothing;
2. by SQLite itself with synchronous=FULL, which must lose none: else the file system is wrong;
3. by the service over HTTP, on a disk that lies about syncing, which must lose some: else the load
   does not see losses;
4. by the service over HTTP as it comes, which must lose none.

The service's clients come in pairs that send the same XP under the same idempotency key at once, so
that one of the answers is a replay: a replay of what is not yet synced counts as lost like any other.
"""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager

CUTS, COMMITS_EACH, PAIRS = 10, 300, 32
KEY = "key-of-the-power-cut-drill-0123456789"
HERE = os.path.dirname(os.path.abspath(__file__))


@contextmanager
def mounted(folder, mount_point, *flags):
    """The file system; its process dies at the power cut."""
    log = tempfile.TemporaryFile("w+")
    command = [sys.executable, f"{HERE}/unsynced_fs.py", folder, mount_point, *flags]
    disk = subprocess.Popen(command, stderr=log)
    try:
        while not os.path.ismount(mount_point):
            if disk.poll() is not None:
                log.seek(0)
                sys.exit(
                    "power_cut: the file system cannot be mounted; it takes root and /dev/fuse."
                    f" It says: {log.read()}"
                )
            time.sleep(0.01)
        yield disk
    finally:
        disk.kill()
        disk.wait()
        log.close()
        subprocess.run(["umount", "--lazy", mount_point], check=True)


def survivors(folder):
    """The database as it comes up after the cut, on a disk that works."""
    database = sqlite3.connect(f"{folder}/spin.db")
    (state,) = database.execute("PRAGMA integrity_check").fetchone()
    if state != "ok":
        sys.exit(f"power_cut: the database is damaged: {state}")
    return database


def plain_writer(synchronous):
    """Commits rows by SQLite alone, and counts those that are lost."""
    lost = 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as mount_point:
        for cut in range(CUTS):
            rows = range(cut * COMMITS_EACH, (cut + 1) * COMMITS_EACH)
            with mounted(folder, mount_point) as disk:
                database = sqlite3.connect(f"{mount_point}/spin.db", isolation_level=None)
                database.execute("PRAGMA journal_mode = WAL")
                database.execute(f"PRAGMA synchronous = {synchronous}")
                database.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, text TEXT)")
                for n in rows:
                    database.execute("INSERT INTO t VALUES (?, ?)", (n, "x" * 1000))
                disk.kill()
                disk.wait()
                try:
                    database.close()
                except sqlite3.Error:
                    pass  # its disk is gone
            database = survivors(folder)
            tables = database.execute("SELECT name FROM sqlite_schema").fetchall()
            kept = {n for (n,) in database.execute("SELECT n FROM t")} if tables else set()
            lost += len(set(rows) - kept)
            database.close()
    return lost


class Load:
    """Pairs of clients, and what was acknowledged to them."""

    def __init__(self, port, first_user):
        self.port, self.first_user = port, first_user
        self.lock, self.enough = threading.Lock(), threading.Event()
        self.acknowledged = []
        self.cut = False

    def run(self, pair, barrier, leads):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            for n in range(10_000):
                user = self.first_user + pair * 10_000 + n // 5
                path = f"/v1/users/{user}"
                if leads and n % 5 == 0:
                    self.call(connection, "POST", f"{path}/sessions/spin_bot/open", {})
                    self.acknowledge(("user", user, 1))
                if leads:
                    body = {"session": {"n": n, "text": "x" * 900}, "stats": {}}
                    saved = self.call(connection, "PUT", f"{path}/sessions/spin_bot", body)
                    self.acknowledge(("version", user, saved["version"]))
                barrier.wait()
                key = f"{user}:{n}"
                self.call(connection, "POST", f"{path}/xp", {"amount": 1}, key)
                self.acknowledge(("xp", user, key))
        except (OSError, http.client.HTTPException, threading.BrokenBarrierError):
            barrier.abort()
            if not self.cut:
                raise

    def call(self, connection, method, path, body, key=None):
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            # After the cut the service may say that it cannot go on.
            raise http.client.HTTPException(f"{method} {path}: {answer.status} {text}")
        return json.loads(text)

    def acknowledge(self, fact):
        with self.lock:
            if fact not in self.acknowledged:
                self.acknowledged.append(fact)
            if len(self.acknowledged) >= COMMITS_EACH:
                self.enough.set()

    def lost(self, database):
        """Acknowledged facts that the database does not know."""
        versions = dict(database.execute("SELECT telegram_id, version FROM bot_sessions"))
        keys = {key for (key,) in database.execute("SELECT key FROM idempotency_keys")}
        known = {
            "user": lambda user, _: user in versions,
            "version": lambda user, version: versions.get(user, 0) >= version,
            "xp": lambda _, key: key in keys,
        }
        return [fact for fact in self.acknowledged if not known[fact[0]](*fact[1:])]


def serve(program, folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "DATABASE_URL": f"sqlite:///{folder}/spin.db",
        "SERVICE__LISTEN": f"127.0.0.1:{port}",
        "SERVICE__METRICS_LISTEN": "127.0.0.1:0",
        "SERVICE__LOG": "off",
        "SERVICE__BOOTSTRAP__BOT_KEYS": f"spin_bot={KEY}",
    }
    service = subprocess.Popen([program], env=os.environ | settings, stdout=subprocess.DEVNULL)
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return service, port
        except OSError:
            if service.poll() is not None:
                sys.exit(f"power_cut: the service ended with {service.returncode}")
        time.sleep(0.02)


def service_writer(program, *flags):
    """Acknowledged by the service over HTTP: how many, and those that are lost."""
    acknowledged, lost = 0, []
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as mount_point:
        for cut in range(CUTS):
            with mounted(folder, mount_point, *flags) as disk:
                service, port = serve(program, mount_point)
                load = Load(port, 1 + cut * PAIRS * 10_000)
                barriers = [threading.Barrier(2) for _ in range(PAIRS)]
                clients = [
                    threading.Thread(target=load.run, args=(pair, barriers[pair], leads))
                    for pair in range(PAIRS)
                    for leads in (True, False)
                ]
                for client in clients:
                    client.start()
                load.enough.wait()
                load.cut = True
                disk.kill()
                disk.wait()
                # Answers that it gives now are acknowledgements too.
                time.sleep(0.1)
                service.kill()
                service.wait()
                for client in clients:
                    client.join()
            # It comes up again by itself, on a disk that works.
            service, _ = serve(program, folder)
            service.send_signal(signal.SIGTERM)
            service.wait()
            database = survivors(folder)
            acknowledged += len(load.acknowledged)
            lost += load.lost(database)
            (twice,) = database.execute(
                "SELECT count(*) FROM (SELECT sum(amount) AS xp, telegram_id FROM xp_events"
                " GROUP BY telegram_id) JOIN users USING (telegram_id) WHERE xp <> total_xp"
                " OR xp <> (SELECT count(*) FROM idempotency_keys k"
                " WHERE k.telegram_id = users.telegram_id)"
            ).fetchone()
            database.close()
            if twice:
                sys.exit(f"power_cut: {twice} users' XP differs from their ledger or their keys")
    return acknowledged, lost


def main(program):
    failed = False
    commits = CUTS * COMMITS_EACH
    for synchronous, may_lose in [("NORMAL", True), ("FULL", False)]:
        lost = plain_writer(synchronous)
        print(f"SQLite, synchronous={synchronous}: {commits} acknowledged, {lost} lost", flush=True)
        failed |= (lost > 0) != may_lose
    for name, flags, may_lose in [("on a lying disk", ["--lie"], True), ("as it comes", [], False)]:
        acknowledged, lost = service_writer(program, *flags)
        print(f"service {name}: {acknowledged} acknowledged, {len(lost)} lost", flush=True)
        failed |= bool(lost) != may_lose
        if lost and not may_lose:
            print(f"lost, for example: {lost[:5]}")
    print("FAILED" if failed else "passed")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
