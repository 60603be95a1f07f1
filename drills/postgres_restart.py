#!/usr/bin/env python3
"""Restarts PostgreSQL under load, shut down and crashed, and cuts all connections.

Meanwhile requests may be answered 503 and nothing else. Exits 1 if one was answered otherwise or not
at all, if an acknowledged write is lost, or if the service had to be restarted.
"""

import subprocess
import sys
import time

from drill import Drill, Load

# Seconds without PostgreSQL: longer than a request waits for a connection.
AWAY = 7

with Drill() as drill:
    postgres = drill.postgres()
    service = drill.service(postgres.url)
    load = Load(service.url, readers=0, allowed=(503,))
    load.go_on()
    for mode in ("fast", "immediate", "fast", "immediate"):
        postgres.stop(mode)
        time.sleep(AWAY if mode == "fast" else 0)
        postgres.start()
        back = time.monotonic()
        load.go_on(1)
        print(f"stopped ({mode}), started; writes go on {time.monotonic() - back:.2f} s later")
        load.go_on()
    for _ in range(10):
        cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        subprocess.run([f"{postgres.bin}/psql", "-qAtX", "-c", cut, postgres.url], check=True, stdout=subprocess.DEVNULL)
        load.go_on()
    print("connections cut 10 times")
    load.stop()
    is_alive = service.process.poll() is None
    sys.exit(not (load.report() and is_alive))
