"""W1: 200 gates, three rules, notices out, against rivals in the same interleaved rounds (needs ../shared/bench).

The load generator and the rivals are not part of the project; this entry builds a copy of the generator that also
finds its own event in our notice (`trigger.dedup`), and calls the harness with the gateway among the systems.

    BENCH_TMP=… python bench/w1/run.py        # BENCH_TMP holds node-red as the harness' README says

Three rounds of four systems take about 12 minutes on two quiet cores and write bench/results/w1.json: medians,
ratios to the goals of each, and what each system missed or said too much.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HARNESS = ROOT.parent / "shared" / "bench"
PORT, HTTP_PORT = 28883, 28890
sys.path.insert(0, str(ROOT / "bench" / "w1"))


def prepare(folder: Path, tools: Path) -> Path:
    """Fill BENCH_TMP: the generator (patched copy), the bare C consumer, the gateway's start script."""
    from estate import write_site  # the file beside this one

    source = (HARNESS / "loadgen.c").read_text("utf-8")
    found = '*i = strstr(s, "\\"id\\"");'
    assert source.count(found) == 1, "the load generator changed: look at incident() again"
    source = source.replace(found, '*i = strstr(s, "\\"dedup\\""); if (!i) i = strstr(s, "\\"id\\"");')
    source = source.replace("long id = atol(i);", "long id = *i == 'n' ? -1 : atol(i);")
    (folder / "loadgen.c").write_text(source, "utf-8")
    subprocess.run(["gcc", "-O2", "-o", folder / "loadgen", folder / "loadgen.c"], check=True)
    shutil.copy(HARNESS / "mosq.conf", folder)
    for name in ("nr", "nr_user", "sut_c"):
        if (tools / name).exists():
            (folder / name).symlink_to(tools / name)
    (folder / "logs").mkdir()
    site = write_site(folder / "site", port=PORT, http_port=HTTP_PORT)
    script = folder / "gateway.sh"
    script.write_text(
        f"#!/bin/sh\nrm -rf {site}/data\ncd {ROOT}\nexec {sys.executable} -m gateway run {site}\n", "utf-8"
    )
    script.chmod(0o755)
    return script


def median(rows: list[dict[str, Any]], *path: str) -> float | None:
    """Return the median of one figure over the rounds."""
    values = []
    for row in rows:
        value: Any = row
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, int | float):  # counts per rule are lists and stay in `raw`
            values.append(float(value))
    return round(statistics.median(values), 3) if values else None


def missed(run: dict[str, Any]) -> int:
    """Return how many of the notices that a run must cause did not come (the harness counts them by rule)."""
    expected, got = run.get("exp"), run.get("got")
    return sum(expected) - sum(got) if isinstance(expected, list) and isinstance(got, list) else 0


def ratios(systems: dict[str, Any]) -> dict[str, Any]:
    """Return the gateway's figures as multiples of the others', under the numbers of their budgets."""

    def times(other: str, *path: str) -> float | None:
        pair: list[Any] = [systems.get("gateway"), systems.get(other)]
        for part in path:
            pair = [value.get(part) if isinstance(value, dict) else None for value in pair]
        ours, theirs = pair
        return round(ours / theirs, 3) if ours and theirs and ours > 0 and theirs > 0 else None

    return {
        "G1 drain, Node-RED function node (goal 1.0)": times("nodered", "drain", "drain_rate"),
        "G1 drain, Node-RED wired (goal 5)": times("nodered-wired", "drain", "drain_rate"),
        "G2 drain, bare C consumer (goal 0.3)": times("c", "drain", "drain_rate"),
        "G3 CPU per event at 5k/s, Node-RED (goal at most 1.2)": times(
            "nodered", "r5000", "cpu_us_per_event"
        ),
        "G4 p50 at 1k/s, Node-RED (goal at most 1.0)": times("nodered", "r1000", "p50_ms"),
        "G4 p99 at 1k/s, Node-RED (goal at most 1.0)": times("nodered", "r1000", "p99_ms"),
        "G5 p50 at 5k/s, Node-RED (goal at most 4)": times("nodered", "r5000", "p50_ms"),
        "G7 memory at the start, Node-RED (goal at most 0.8)": times("nodered", "rss_start_mb"),
        "G7 memory at the peak, Node-RED (goal at most 0.5)": times("nodered", "rss_peak_mb"),
        "G8 cold start to the first notice, Node-RED (goal at most 1.0)": times("nodered", "cold_s"),
    }


def figures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what one system reached, medians over the rounds."""
    found: dict[str, Any] = {
        "cold_s": median(rows, "cold_s"),
        "rss_start_mb": median(rows, "rss_start_mb"),
        "rss_peak_mb": median(rows, "hwm_mb"),
    }
    for what in ("drain", "r1000", "r5000"):
        found[what] = {
            key: median(rows, what, key)
            for key in (
                "drain_rate",
                "rate",
                "p50_ms",
                "p99_ms",
                "sut_cpu_s",
                "dup",
                "unexpected",
            )
        }
        sent, cpu = median(rows, what, "sent"), found[what]["sut_cpu_s"]
        if sent:
            found[what]["events"] = sent
            found[what]["missed"] = sum(missed(row[what]) for row in rows if what in row)
        if sent and cpu is not None:
            found[what]["cpu_us_per_event"] = round(cpu / sent * 1e6, 1)
    errors = [str(row["error"]) for row in rows if "error" in row]
    return found | ({"errors": errors} if errors else {})


def main() -> None:
    """Run the rounds and write bench/results/w1.json."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--systems", default="gateway,nodered,nodered-wired,c")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--events", type=int, default=50_000)
    options.add_argument("--note", default="")
    given = options.parse_args()
    if not HARNESS.is_dir():
        print("../shared/bench is not there: W1 needs its load generator and rivals; nothing was measured")
        return
    tools = Path(os.environ.get("BENCH_TMP", "/nonexistent"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = prepare(folder, tools)
        env = {**os.environ, "BENCH_TMP": name, "BENCH_PORT": str(PORT), "GATEWAY_CMD": str(script)}
        command = [
            sys.executable,
            HARNESS / "run.py",
            given.systems,
            "-n",
            str(given.events),
            "--secs",
            "8",
            "--do",
            "drain,r1000,r5000",
        ]
        subprocess.run([*command, "--rounds", str(given.rounds)], env=env, check=True)
        rows = [json.loads(line) for line in (folder / "results.jsonl").read_text("utf-8").splitlines()]
    systems = {
        name: figures([row for row in rows if row["sut"] == name]) for name in given.systems.split(",")
    }
    result = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": [round(row["load1"], 1) for row in rows],
        "note": given.note,
        "rounds": given.rounds,
        "events": given.events,
        "ratios": ratios(systems),
        "systems": systems,
        "raw": rows,
    }
    (ROOT / "bench" / "results" / "w1.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps(result["ratios"] | {"systems": systems}, indent=1))


if __name__ == "__main__":
    main()
