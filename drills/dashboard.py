#!/usr/bin/env python3
"""Asks a Prometheus each question of Grafana's dashboard: dashboard.py [URL]

Exits 1 if one of them has no answer. The service and the bot must have been at work for a minute.
"""

import json
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:9095"
DASHBOARD = pathlib.Path(__file__).parent.parent / "deploy/grafana/dashboards/spin.json"


def ask(expression):
    """The series that answer it; Grafana's own interval is four times Prometheus'."""
    query = urllib.parse.urlencode({"query": expression.replace("$__rate_interval", "40s")})
    try:
        with urllib.request.urlopen(f"{URL}/api/v1/query?{query}") as answer:
            return json.load(answer)["data"]["result"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{expression}: {json.load(error)['error']}")


failed = 0
for panel in json.loads(DASHBOARD.read_text())["panels"]:
    for target in panel.get("targets", []):
        values = [series["value"][1] for series in ask(target["expr"])]
        empty = not values or all(value == "NaN" for value in values)
        failed += empty
        shown = ", ".join(values[:4]) or "nothing"
        print(f"{'FAILED' if empty else 'ok':6} {panel['title']}: {shown}   ({target['expr']})")
print(f"{failed} without an answer")
sys.exit(failed > 0)
