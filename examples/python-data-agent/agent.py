"""Sums up tables, then tries what the blueprint forbids. Exits 0 when all went as it says."""

import csv
import json
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

surprises = 0


def tries(what, expected, attempt):
    global surprises
    try:
        attempt()
        worked = True
    except (OSError, MemoryError, subprocess.CalledProcessError):
        worked = False
    word = "allowed" if worked else "refused"
    print(f"{word if worked == expected else word.upper()}  {what}")
    surprises += worked != expected


def summarise():
    totals = Counter()
    with open("input/sales.csv", newline="") as table:
        for row in csv.DictReader(table):
            totals[row["region"]] += int(row["amount"])
    Path("results/totals.json").write_text(json.dumps(totals, sort_keys=True) + "\n")


tries("sum up the sales", True, summarise)
tries("start another program", True, lambda: subprocess.run(["/bin/true"], check=True))
tries("read the personal table", False, lambda: Path("input/personal/salaries.csv").read_text())
tries("change the input", False, lambda: Path("input/sales.csv").write_text(""))
tries("write next to its source", False, lambda: Path("agent.pyc").write_text(""))
tries("allocate three gigabytes", False, lambda: bytearray(3 << 30))
tries("connect anywhere", False, lambda: socket.create_connection(("203.0.113.1", 443), timeout=2).close())
sys.exit(surprises)
