#!/usr/bin/env python3
"""Fills the disk of the database under load, and makes room again: once SQLite's, once PostgreSQL's.

Meanwhile writes may be answered 507 or 503, within a second, and reads go on. Exits 1 if an answer was
another or took longer, if an acknowledged write is lost, or if the service had to be restarted.
PostgreSQL's write-ahead log is on another disk, as it should be: with it on the full one the server
stops itself.
"""

import secrets
import sys
import time

from drill import Connection, Drill, Load, Postgres

TIMES = 3
# Seconds that the disk stays full.
FULL = 3


def fill(path):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def use_up(load):
    """Writes until nothing fits into what the database had reserved."""
    path = f"/v1/users/{load.users[0]}/sessions/spin_bot"
    body = lambda: {"session": {"text": secrets.token_hex(50_000)}, "stats": {}}
    while load.ask(Connection(load.url), "PUT", path, body())[0]:
        pass


def drill_with(name, size, database_url):
    with Drill() as drill:
        volume = drill.volume(size)
        service = drill.service(database_url(drill, volume))
        load = Load(service.url, writers=8, readers=2, allowed=(503, 507))
        for _ in range(TIMES):
            load.go_on()
            fill(volume / "filler")
            use_up(load)
            time.sleep(FULL)
            (volume / "filler").unlink()
            load.go_on()
        load.stop()
        slowest = max(answer[0] for answer in load.answers if answer[2] in load.allowed)
        print(f"{name}: full {TIMES} times; slowest refusal {1000 * slowest:.0f} ms")
        return load.report() and slowest < 1 and service.process.poll() is None


def sqlite(_, volume):
    return f"sqlite:///{volume}/spin.db"


def postgres(drill, volume):
    return Postgres(drill, volume / "data", drill.folder / "wal").url


passed = [drill_with("SQLite", "16m", sqlite), drill_with("PostgreSQL", "100m", postgres)]
sys.exit(not all(passed))
