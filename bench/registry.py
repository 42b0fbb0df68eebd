"""Registry: what 1,100 devices cost to import, and what 5,000 registered devices cost in memory and at each change.

Run `python bench/registry.py`. Each figure is taken in a process of its own, on a data folder with the whole of a gateway's
core (store, rules of the packs, decoder, cases): the memory is the growth of resident memory over the same core without
devices, after the import and again after a restart. Budgets: 1,100 devices < 5 s; 5,000 devices ≤ +60 MB. On a machine that
is busy with other things (`load`) the processor's own time (`…_cpu_s`) is what says something.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

IMPORT_BUDGET_S = 5.0
MEMORY_BUDGET_MB = 60.0
IMPORTED = 1100
REGISTERED = 5000


def resident_mb() -> float:
    """Return this process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def entries(count: int) -> list[dict[str, Any]]:
    """Return devices as an estate has them: names in two languages, a place, a parent, tags."""
    types = ("smoke", "camera", "unit_door", "sos_button", "water_leak")
    return [
        {
            "id": f"dev-{n}", "type": types[n % 5], "name": {"zh": f"{n // 60 + 1}号楼{n}号设备", "en": f"Device {n}, building {n // 60 + 1}"},
            "profile": "own", "ident": f"dev-{n}", "building": f"b{n // 60 + 1}", "unit": f"u{n % 3 + 1}",
            "tags": ["battery" if n % 2 else "mains"], "parent": f"dev-{n - n % 50}" if n % 50 else None, "state": "active",
        }
        for n in range(count)
    ]  # fmt: skip


def places(count: int) -> list[dict[str, Any]]:
    """Return the buildings and units in which these devices stand."""
    buildings = [f"b{n + 1}" for n in range((count - 1) // 60 + 1)]
    units = [
        {"id": f"{each}-u{n}", "kind": "unit", "parent": each, "part": f"u{n}"}
        for each in buildings
        for n in (1, 2, 3)
    ]
    return [*({"id": each, "kind": "building"} for each in buildings), *units]


def one(folder: Path, count: int) -> dict[str, float]:
    """Import so many devices into a fresh folder; return seconds of looking and saving, and memory before and after."""
    from gateway.estate.opening import open_registrar
    from gateway.estate.writing import workbook
    from tests.gateway.estate.test_replay import Board

    content = workbook({"place": places(count), "device": entries(count)})
    desk = Board(folder)
    registrar = open_registrar(desk.core, desk, desk.sites)  # type: ignore[arg-type]  # the board writes as the writer does
    before = resident_mb()
    began, worked = time.perf_counter(), time.process_time()
    seen = registrar.imports.preview(
        content, by="bench", name="x.xlsx", say=lambda each: (str(each), str(each))
    )
    looked = time.perf_counter() - began
    assert not seen.findings, seen.findings[:3]
    registrar.imports.confirm(seen, by="bench").result(0)
    whole, whole_cpu = time.perf_counter() - began, time.process_time() - worked
    began, worked = time.perf_counter(), time.process_time()
    registrar.desk.step("dev-7", "suspend", by="bench").result(0)
    change, change_cpu = time.perf_counter() - began, time.process_time() - worked
    assert len(desk.core.decoder.registry) >= count
    desk.ends()
    return {
        "look_s": looked, "whole_s": whole, "whole_cpu_s": whole_cpu, "change_s": change, "change_cpu_s": change_cpu,
        "grown_mb": resident_mb() - before,
    }  # fmt: skip


def again(folder: Path) -> dict[str, float]:
    """Start on a folder; return seconds and the memory of the running core."""
    from tests.gateway.estate.test_replay import Board

    began = time.perf_counter()
    desk = Board(folder, 60)
    found = {"start_s": time.perf_counter() - began, "resident_mb": resident_mb()}
    desk.ends()
    return found


def apart(*arguments: str) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, *arguments], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(folder: Path) -> dict[str, Any]:
    """Return all figures."""
    from tests.gateway.rulebook.desk import site_of

    empty = site_of(folder / "empty", packs="null")
    few, many = site_of(folder / "few", packs="null"), site_of(folder / "many", packs="null")
    again_empty = apart("again", str(empty))
    imported = apart("one", str(few), str(IMPORTED))
    registered = apart("one", str(many), str(REGISTERED))
    back = apart("again", str(many))
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": platform.machine(), "cores": os.cpu_count(),
        "load": os.getloadavg()[0], "import_1100_s": round(imported["whole_s"], 2), "look_1100_s": round(imported["look_s"], 2),
        "import_1100_cpu_s": round(imported["whole_cpu_s"], 2), "import_5000_s": round(registered["whole_s"], 2),
        "import_5000_cpu_s": round(registered["whole_cpu_s"], 2), "one_change_of_5000_cpu_s": round(registered["change_cpu_s"], 3), "one_change_of_5000_s": round(registered["change_s"], 3),
        "memory_5000_mb": round(back["resident_mb"] - again_empty["resident_mb"], 1),
        "memory_5000_after_import_mb": round(registered["grown_mb"], 1), "start_5000_s": round(back["start_s"], 2),
        "budget": {"import_1100_s": IMPORT_BUDGET_S, "memory_5000_mb": MEMORY_BUDGET_MB},
    }  # fmt: skip


def main() -> int:
    """Print the figures, keep them in bench/results; 1 when a budget is missed."""
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(one(Path(sys.argv[2]), int(sys.argv[3]))))
        return 0
    if sys.argv[1:2] == ["again"]:
        print(json.dumps(again(Path(sys.argv[2]))))
        return 0
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as folder:
        found = measure(Path(folder))
    text = json.dumps(found, indent=1)
    print(text)
    (Path(__file__).parent / "results" / "registry.json").write_text(text + "\n", "utf-8")
    busy = found["load"] > (os.cpu_count() or 1)  # then the wall clock is of the others, not ours
    late = found["import_1100_cpu_s" if busy else "import_1100_s"] >= IMPORT_BUDGET_S
    return int(late or found["memory_5000_mb"] > MEMORY_BUDGET_MB)


if __name__ == "__main__":
    sys.exit(main())
