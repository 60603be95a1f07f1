"""What drills are made of: the processes of a deployment, load that remembers what was acknowledged,
and the ledger, which must hold exactly that.

The service is target/release/service, built if need be, or the program that SERVICE names. PostgreSQL
and HAProxy are the installed ones. Everything a drill starts ends with it.
"""

import collections
import contextlib
import csv
import functools
import glob
import http.client
import io
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).parent.parent
OPERATOR_KEY = "drill-operator-key-0123456789-0123456789"
BOT_KEY = "drill-spin-bot-key-0123456789-0123456789"

# Seconds that a fact is waited for.
PATIENCE = 60
# Seconds that a client waits for an answer: longer than the service takes at most.
ANSWER_TIME = 15
# Seconds before a client repeats what was not acknowledged.
PAUSE = 0.05


def wait_until(what, is_so):
    """Waits for a fact."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            sys.exit(f"{what}: not after {PATIENCE} s")
        time.sleep(0.02)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Connection:
    """A client of the API, which keeps its connection as long as it lasts."""

    def __init__(self, url, key=OPERATOR_KEY):
        self.address = urllib.parse.urlsplit(url).netloc
        self.key = key
        self.http = http.client.HTTPConnection(self.address, timeout=ANSWER_TIME)

    def call(self, method, path, body=None, idempotency_key=None):
        """Status and body; status 0 if there was no answer."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        try:
            self.http.request(method, path, body and json.dumps(body), headers)
            answer = self.http.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.http.close()
            return 0, None
        is_json = "json" in (answer.headers["Content-Type"] or "")
        return answer.status, json.loads(text) if is_json else None

    def must(self, method, path, body=None):
        """The body of a call that may not fail."""
        status, answer = self.call(method, path, body)
        if not 200 <= status < 300:
            sys.exit(f"{method} {path}: {status} {answer}")
        return answer

    def items(self, path):
        """A whole list, page by page."""
        cursor = ""
        while cursor is not None:
            page = self.must("GET", f"{path}?limit=100{cursor and '&cursor=' + cursor}")
            yield from page["items"]
            cursor = page["next_cursor"]


class Service:
    """A replica, which can be stopped and started again where it was."""

    def __init__(self, drill, database_url, settings):
        port, metrics_port = free_port(), free_port()
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        self.environment = {
            "DATABASE_URL": database_url,
            "SERVICE__LISTEN": f"127.0.0.1:{port}",
            "SERVICE__METRICS_LISTEN": f"127.0.0.1:{metrics_port}",
            "SERVICE__BOOTSTRAP__OPERATOR_KEY": OPERATOR_KEY,
            "SERVICE__BOOTSTRAP__BOT_KEYS": f"spin_bot={BOT_KEY}",
            "SERVICE__LOG": "warn",
            **settings,
        }
        self.folder, self.process = drill.folder, None
        self.log = open(drill.folder / f"service-{port}.log", "ab")
        drill.ends.callback(self.kill)
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [service()], cwd=self.folder, env=self.environment, stdout=self.log, stderr=self.log
        )
        wait_until("the service is ready", self.is_ready)

    def is_ready(self):
        if self.process.poll() is not None:
            sys.exit(f"the service ended: {pathlib.Path(self.log.name).read_text()[-2000:]}")
        return Connection(self.url).call("GET", "/readyz")[0] == 200

    def stop(self):
        """Asks it to stop, which must succeed."""
        self.process.send_signal(signal.SIGTERM)
        if code := self.process.wait(timeout=PATIENCE):
            sys.exit(f"the service stopped with exit code {code}")

    def kill(self):
        self.process.kill()
        self.process.wait()


@functools.cache
def service():
    """The program, built once."""
    if "SERVICE" in os.environ:
        return os.environ["SERVICE"]
    build = ["cargo", "build", "--release", "--quiet", "-p", "service"]
    subprocess.run(build, cwd=ROOT, check=True)
    return os.environ.get("CARGO_TARGET_DIR", f"{ROOT}/target") + "/release/service"


class Postgres:
    """A server of its own, as durable as PostgreSQL is by default."""

    def __init__(self, drill, data, wal=None):
        bins = sorted(glob.glob("/usr/lib/postgresql/*/bin")) or [
            os.path.dirname(shutil.which("initdb") or sys.exit("PostgreSQL is not installed"))
        ]
        self.bin, self.data, self.port = bins[-1], data, free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.log = drill.folder / "postgres.log"
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self.start_command = ["start", "-w", "-l", str(self.log), "-o", options]
        drill.folder.chmod(0o755)
        self.log.touch()
        folders = [folder for folder in (data, wal) if folder]
        for folder in folders:
            folder.mkdir(exist_ok=True)
        if os.getuid() == 0:  # initdb refuses root
            for path in (*folders, self.log):
                shutil.chown(path, "postgres")
        self.run("initdb", "-U", "postgres", "-A", "trust", *(["-X", str(wal)] if wal else []))
        drill.ends.callback(self.end)
        self.start()

    def run(self, program, *arguments):
        command = [f"{self.bin}/{program}", "-D", str(self.data), *arguments]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)

    def start(self):
        self.run("pg_ctl", *self.start_command)

    def stop(self, mode):
        self.run("pg_ctl", "stop", "-w", "-m", mode)

    def end(self):
        with contextlib.suppress(subprocess.CalledProcessError):  # it may be stopped
            self.stop("immediate")


class Proxy:
    """HAProxy as in deploy/haproxy.cfg, before these replicas."""

    def __init__(self, drill, replicas):
        port, self.status_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        text = (ROOT / "deploy/haproxy.cfg").read_text().replace(":8080\n", f"127.0.0.1:{port}\n", 1)
        text = re.sub(r"(?s)resolvers docker.*?\n\n", "", text)
        servers = [f"  server {one.port} 127.0.0.1:{one.port}" for one in replicas]
        text = re.sub(r"  server-template .*", "\n".join(servers), text)
        text += f"\nfrontend status\n  bind 127.0.0.1:{self.status_port}\n  stats enable\n  stats uri /\n"
        file = drill.folder / "haproxy.cfg"
        file.write_text(text)
        log = open(drill.folder / "haproxy.log", "wb")
        process = subprocess.Popen(["haproxy", "-db", "-f", file], stdout=log, stderr=log)
        drill.ends.callback(process.wait)
        drill.ends.callback(process.kill)
        for replica in replicas:
            self.wait_for(replica)

    def wait_for(self, replica):
        """Waits until it sends requests to this replica."""
        wait_until("the proxy sees the replica", lambda: self.sees(replica))

    def sees(self, replica):
        status = http.client.HTTPConnection("127.0.0.1", self.status_port)
        with contextlib.suppress(OSError), contextlib.closing(status):
            status.request("GET", "/;csv")
            rows = csv.DictReader(io.StringIO(status.getresponse().read().decode()))
            found = {row["svname"]: row["status"] for row in rows}
            return found[str(replica.port)] == "UP"
        return False


class Load:
    """Clients that write and clients that read, until they are stopped.

    A writer adds 1 XP to its own user, again and again, each time under another reason and
    idempotency key, and repeats what was not acknowledged until it is. A reader reads these users.
    An answer other than success is a failure, unless a writer has it and it is `allowed`.
    """

    def __init__(self, url, writers=16, readers=4, allowed=(), first_user=1):
        self.url, self.allowed, self.key = url, allowed, BOT_KEY
        self.users = range(first_user, first_user + writers)
        self.acknowledged = dict.fromkeys(self.users, 0)
        self.answers = []  # (seconds, is a write, status)
        self.stale = 0  # reads that did not see what was acknowledged before
        self.begun = {}  # when each client began its last request
        self.stopping = threading.Event()
        for user in self.users:
            path = f"/v1/users/{user}/sessions/spin_bot/open"
            Connection(url, self.key).must("POST", path, {})
        self.threads = [threading.Thread(target=self.write, args=[user]) for user in self.users]
        self.threads += [threading.Thread(target=self.read) for _ in range(readers)]
        for thread in self.threads:
            thread.daemon = True
            thread.start()

    def ask(self, connection, *call):
        started = time.monotonic()
        self.begun[threading.get_ident()] = started
        connection.key = self.key
        status, answer = connection.call(*call)
        self.answers.append((time.monotonic() - started, call[0] != "GET", status))
        return 200 <= status < 300, answer

    def write(self, user):
        connection = Connection(self.url)
        while not self.stopping.is_set():
            number = self.acknowledged[user] + 1
            body = {"amount": 1, "reason": f"drill {number}"}
            call = ("POST", f"/v1/users/{user}/xp", body, f"drill:{number}")
            while not self.ask(connection, *call)[0]:
                time.sleep(PAUSE)
            self.acknowledged[user] = number

    def read(self):
        connection = Connection(self.url)
        while not self.stopping.is_set():
            for user in self.users:
                at_least = self.acknowledged[user]
                is_success, answer = self.ask(connection, "GET", f"/v1/users/{user}")
                if not is_success:
                    time.sleep(PAUSE)
                elif answer["total_xp"] < at_least:
                    self.stale += 1

    def go_on(self, count=200):
        """Waits until so many more writes are acknowledged."""
        enough = sum(self.acknowledged.values()) + count
        wait_until("writes go on", lambda: sum(self.acknowledged.values()) >= enough)

    def settle(self):
        """Waits until everything that was begun before now is answered."""
        now = time.monotonic()
        wait_until("the load settles", lambda: min(self.begun.values()) > now)

    def stop(self):
        """Ends it, once all that was begun is acknowledged."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                sys.exit("a write is never acknowledged")

    def failures(self):
        for _, is_write, status in self.answers:
            if not 200 <= status < 300 and not (is_write and status in self.allowed):
                yield status

    def report(self):
        """Prints the figures and compares the ledger; whether nothing failed and nothing is lost."""
        seconds = sorted(answer[0] for answer in self.answers)
        at = lambda part: f"{1000 * seconds[int(part * (len(seconds) - 1))]:.1f} ms"
        counts = collections.Counter(status or "none" for *_, status in self.answers)
        failed = len(list(self.failures()))
        lost, twice = self.compare(Connection(self.url))
        print(f"requests     {len(seconds)}: median {at(0.5)}, p99 {at(0.99)}, slowest {at(1)}")
        print(f"answers      {', '.join(f'{count} x {status}' for status, count in counts.items())}")
        print(f"failed       {failed}, stale {self.stale}")
        print(f"acknowledged {sum(self.acknowledged.values())} writes, lost {lost}, done twice {twice}")
        return not (failed or self.stale or lost or twice)

    def compare(self, connection):
        """Writes that the ledger lacks, and those that it has more than once."""
        lost = twice = 0
        for user, count in self.acknowledged.items():
            reasons = [event["reason"] for event in connection.items(f"/v1/users/{user}/xp")]
            lost += len({f"drill {number + 1}" for number in range(count)} - set(reasons))
            twice += len(reasons) - len(set(reasons))
            total = connection.must("GET", f"/v1/users/{user}")["total_xp"]
            if total != len(reasons):
                sys.exit(f"user {user} has {total} XP and {len(reasons)} events of 1 XP")
        return lost, twice


class Drill:
    """A folder, and everything that ends with the drill."""

    def __enter__(self):
        self.ends = contextlib.ExitStack()
        folder = self.ends.enter_context(tempfile.TemporaryDirectory(prefix="drill-"))
        self.folder = pathlib.Path(folder)
        return self

    def __exit__(self, *error):
        return self.ends.__exit__(*error)

    def postgres(self):
        return Postgres(self, self.folder / "postgres")

    def service(self, database_url, **settings):
        return Service(self, database_url, settings)

    def volume(self, size):
        """A small disk, in memory."""
        if os.getuid() != 0:
            sys.exit("only root can mount a small disk")
        path = self.folder / "volume"
        path.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], check=True)
        self.ends.callback(subprocess.run, ["umount", "-l", path], check=True)
        return path
