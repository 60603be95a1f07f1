#!/usr/bin/env python3
"""Replaces two replicas behind a proxy one by one under load, ten times: rolling_restart.py [TIMES]

Exits 1 if a request failed or an acknowledged write is lost.
"""

import sys
import time

from drill import Drill, Load, Proxy

TIMES = int(sys.argv[1]) if len(sys.argv) > 1 else 10

with Drill() as drill:
    postgres = drill.postgres()
    replicas = [
        drill.service(postgres.url, SERVICE__HTTP__DRAIN_SECONDS="5") for _ in range(2)
    ]
    proxy = Proxy(drill, replicas)
    load = Load(proxy.url)
    started = time.monotonic()
    for _ in range(TIMES):
        for replica in replicas:
            replica.stop()
            replica.start()
            proxy.wait_for(replica)
            load.go_on()
    seconds = time.monotonic() - started
    load.stop()
    print(f"restarts     {TIMES * len(replicas)} in {seconds:.0f} s")
    sys.exit(not load.report())
