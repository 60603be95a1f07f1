#!/usr/bin/env python3
"""Loses the database under load and restores yesterday's backup: once SQLite's, once PostgreSQL's.

Backup and restoration are as docs/operations.md says. What was written after the backup began may be
gone with the database, and is counted. Exits 1 if a request failed before the loss, if a write is lost
that was acknowledged before the backup began or after the restoration, or if `service verify` finds a
difference.
"""

import collections
import os
import subprocess
import sys
import time

from drill import Connection, Drill, Load, service, wait_until

# Writes of each day.
DAY = 1000


def command(database_url, *arguments):
    """What a command of the service prints; it must succeed."""
    environment = {"DATABASE_URL": database_url, "SERVICE__LOG": "warn"}
    done = subprocess.run([service(), *arguments], env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"service {' '.join(arguments)}: {done.stdout}")
    return done.stdout


class Sqlite:
    def __init__(self, drill):
        self.file, self.backup = drill.folder / "spin.db", drill.folder / "yesterday.db"
        self.url = f"sqlite:///{self.file}"

    def back_up(self):
        command(self.url, "backup", str(self.backup))

    def lose(self):
        """Its disk writes nonsense over it, and over its log."""
        for path in (self.file, f"{self.file}-wal"):
            with open(path, "r+b") as file:
                file.write(os.urandom(os.path.getsize(path)))

    def restore(self):
        command(self.url, "restore", str(self.backup))
        return self.url


class Postgres:
    def __init__(self, drill):
        self.server, self.backup = drill.postgres(), drill.folder / "yesterday.dump"
        self.url = self.database("spin")
        self.sql("CREATE DATABASE spin")

    def database(self, name):
        return self.server.url.removesuffix("postgres") + name

    def run(self, program, *arguments):
        subprocess.run([f"{self.server.bin}/{program}", *arguments], check=True, stdout=subprocess.DEVNULL)

    def sql(self, text):
        self.run("psql", self.server.url, "-qc", text)

    def back_up(self):
        self.run("pg_dump", "--format=custom", f"--file={self.backup}", self.url)

    def lose(self):
        """Somebody is at the wrong server."""
        self.sql("DROP DATABASE spin WITH (FORCE)")

    def restore(self):
        self.sql("CREATE DATABASE spin_restored")
        url = self.database("spin_restored")
        self.run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url}", str(self.backup))
        return url


def timed(do):
    started = time.monotonic()
    return do(), time.monotonic() - started


def compare(load, before, at_loss):
    """Writes that must be in the ledger and are not, those that went with the database, and repeats."""
    lost = gone = twice = 0
    for user, count in load.acknowledged.items():
        events = Connection(load.url).items(f"/v1/users/{user}/xp")
        numbers = collections.Counter(int(event["reason"].removeprefix("drill ")) for event in events)
        missing = set(range(1, count + 1)) - set(numbers)
        after = {number for number in missing if before[user] < number <= at_loss[user]}
        lost, gone = lost + len(missing - after), gone + len(after)
        twice += numbers.total() - len(numbers)
    return lost, gone, twice


def drill_with(engine):
    with Drill() as drill:
        database = engine(drill)
        replica = drill.service(database.url)
        load = Load(replica.url)
        load.go_on(DAY)
        before = dict(load.acknowledged)
        _, to_back_up = timed(database.back_up)
        load.go_on(DAY)
        failed = len(list(load.failures()))
        answered = len(load.answers)
        lost_at = time.monotonic()
        database.lose()
        wait_until("the loss is noticed", lambda: any(load.failures()))
        replica.kill()
        load.settle()
        at_loss = dict(load.acknowledged)
        url, to_restore = timed(database.restore)
        verified, to_verify = timed(lambda: command(url, "verify"))
        replica.environment["DATABASE_URL"] = url
        replica.start()
        load.go_on(1)
        back = time.monotonic() - lost_at
        load.go_on(DAY)
        load.stop()
        lost, gone, twice = compare(load, before, at_loss)
        answers = collections.Counter(status or "none" for *_, status in load.answers[answered:])
        print(f"{engine.__name__}: back up {to_back_up:.2f} s, restore {to_restore:.2f} s, verify {to_verify:.2f} s")
        print(f"verified     {verified.strip()}")
        print(f"back         {back:.2f} s after the loss writes go on")
        print(f"since then   {', '.join(f'{count} x {status}' for status, count in answers.items())}")
        print(f"before       {answered} requests, failed {failed}")
        print(f"acknowledged {sum(load.acknowledged.values())} writes: before the backup {sum(before.values())}")
        print(f"lost         {lost}, done twice {twice}; written after the backup and gone: {gone}")
        print(f"at the end   {command(url, 'verify').strip()}")
        return not (failed or lost or twice)


passed = [drill_with(engine) for engine in (Sqlite, Postgres)]
sys.exit(not all(passed))
