#!/usr/bin/env python3
"""Two replicas behind PgBouncer in transaction mode, under load: pooler.py [SECONDS]

First the load of every drill; then 32 clients, at both replicas, who want the same last credits and
the same version of a session; then PgBouncer is killed under load and started again, five times,
during which writes may be answered 503. It needs PgBouncer (Debian: apt-get install pgbouncer).

Exits 1 if another request failed, an acknowledged write is lost, a credit was used twice, an update
was overwritten, or PgBouncer opened more connections than it may.
"""

import collections
import os
import subprocess
import sys
import threading
import time

from drill import Connection, Drill, Load, free_port

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
# Connections of PgBouncer to PostgreSQL; those of the two replicas to PgBouncer.
POOL_SIZE, CONNECTIONS = 5, 2 * 20
CLIENTS, ROUNDS, CREDITS, UPDATES = 32, 20, 5, 3
USER = "/v1/users/1000"
SESSION = f"{USER}/sessions/spin_bot"


class PgBouncer:
    """As it is installed, but for where it is and the size of its pool."""

    def __init__(self, drill, postgres):
        port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        users, config = drill.folder / "users.txt", drill.folder / "pgbouncer.ini"
        users.write_text('"postgres" ""\n')
        config.write_text(
            f"[databases]\n* = host=127.0.0.1 port={postgres.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {users}\n"
            f"pool_mode = transaction\ndefault_pool_size = {POOL_SIZE}\n"
        )
        self.command = ["pgbouncer", "-q", config]
        if os.getuid() == 0:  # it refuses root
            as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            self.command = [*as_user, *self.command]
        self.log = open(drill.folder / "pgbouncer.log", "ab")
        self.start()
        drill.ends.callback(self.kill)

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Watch(threading.Thread):
    """The most connections that PostgreSQL had from PgBouncer."""

    def __init__(self, postgres):
        super().__init__(daemon=True)
        self.most, self.stopping = 0, threading.Event()
        count = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND application_name <> 'psql'"
        )
        self.command = [f"{postgres.bin}/psql", "-AtXc", count, postgres.url]
        self.start()

    def run(self):
        while not self.stopping.wait(0.5):
            asked = subprocess.run(self.command, check=True, capture_output=True)
            self.most = max(self.most, int(asked.stdout))


def at_once(replicas, act):
    """Lets the clients do this at once, at one replica and the other in turn; what it came to."""
    outcomes, ready = [None] * CLIENTS, threading.Barrier(CLIENTS)

    def client(number):
        connections = [Connection(replica.url) for replica in replicas]
        ready.wait()
        outcomes[number] = act(connections[number % 2], connections[1 - number % 2], number)

    threads = [threading.Thread(target=client, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def use_last_credits(replicas):
    """Whether as many clients get a credit as there are."""
    connection, answers = Connection(replicas[0].url), collections.Counter()
    grant = {"subscription_type": "credits", "credits": CREDITS}
    for _ in range(ROUNDS):
        connection.must("POST", f"{USER}/subscriptions", grant)
        use = lambda one, *_: one.call("POST", f"{USER}/access/consume", {})[0]
        answers.update(at_once(replicas, use))
    print(f"credits      {ROUNDS * CREDITS} for {ROUNDS * CLIENTS} clients: {dict(answers)}")
    return answers == {200: ROUNDS * CREDITS, 402: ROUNDS * (CLIENTS - CREDITS)}


def update_one_session(replicas):
    """Whether every update is kept that was acknowledged, and its training counted once."""
    training = {"bot_name": "spin_bot", "total_score": 1, "clarity_level": 1, "question_count": 1,
                "per_type_counts": {}, "xp": 1}

    def update(one, other, number):
        done, answers = 0, []
        while done < UPDATES:
            read = one.must("GET", SESSION)
            session = {**read["session"], f"client_{number}": done + 1}
            body = {**training, "session": session, "if_version": read["version"]}
            answers.append(other.call("POST", f"{USER}/trainings", body)[0])
            done += answers[-1] == 201
        return answers

    answers = collections.Counter(sum(at_once(replicas, update), []))
    connection = Connection(replicas[1].url)
    session, user = connection.must("GET", SESSION), connection.must("GET", USER)
    expected = CLIENTS * UPDATES
    print(f"updates      {expected} of one session: {dict(answers)}, version {session['version']}")
    return (
        set(answers) <= {201, 412}
        and session["session"] == {f"client_{number}": UPDATES for number in range(CLIENTS)}
        and session["version"] == 1 + expected
        and user["total_xp"] == user["total_trainings"] == expected
    )


with Drill() as drill:
    postgres = drill.postgres()
    pooler = PgBouncer(drill, postgres)
    settings = {
        "SERVICE__DATABASE__POOLER": "transaction",
        "SERVICE__DATABASE__MIGRATE_URL": postgres.url,
        "SERVICE__DATABASE__MAX_CONNECTIONS": str(CONNECTIONS // 2),
    }
    replicas = [drill.service(pooler.url, **settings) for _ in range(2)]
    watch = Watch(postgres)

    loads = [Load(one.url, first_user=1 + 100 * place) for place, one in enumerate(replicas)]
    time.sleep(SECONDS)
    for load in loads:
        load.stop()
    print(f"two replicas, {SECONDS} s:")
    is_good = all([load.report() for load in loads])

    Connection(replicas[0].url).must("POST", f"{SESSION}/open", {})
    is_good &= use_last_credits(replicas)
    is_good &= update_one_session(replicas)

    load = Load(replicas[0].url, readers=0, allowed=(503,), first_user=201)
    for _ in range(5):
        load.go_on()
        pooler.kill()
        pooler.start()
    load.go_on()
    load.stop()
    print("PgBouncer killed and started 5 times:")
    is_good &= load.report()

    watch.stopping.set()
    print(f"connections  {CONNECTIONS} to PgBouncer, at most {watch.most} to PostgreSQL")
    sys.exit(not (is_good and 0 < watch.most <= POOL_SIZE))
