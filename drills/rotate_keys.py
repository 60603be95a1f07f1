#!/usr/bin/env python3
"""Gives a bot a new key under load, ten times: make the new one, change over, revoke the old one.

Exits 1 if a request failed, if a write is lost, or if a revoked key works for longer than a second.
"""

import sys
import time

from drill import Connection, Drill, Load, Proxy

TIMES = 10
KEYS = "/v1/bots/spin_bot/keys"

with Drill() as drill:
    postgres = drill.postgres()
    replicas = [drill.service(postgres.url) for _ in range(2)]
    load = Load(Proxy(drill, replicas).url)
    operator = Connection(replicas[0].url)
    slowest, old = 0, None
    for _ in range(TIMES):
        new = operator.must("POST", KEYS, {})
        load.key = new["key"]
        load.settle()
        if old:
            operator.must("DELETE", f"{KEYS}/{old['key_id']}")
            revoked = time.monotonic()
            for replica in replicas:
                caller = Connection(replica.url, old["key"])
                while caller.call("GET", "/v1/levels")[0] != 401:
                    slowest = max(slowest, time.monotonic() - revoked)
        old = new
        load.go_on()
    load.stop()
    print(f"rotated      {TIMES} times; a revoked key worked for {1000 * slowest:.0f} ms at most")
    sys.exit(not load.report() or slowest > 1)
