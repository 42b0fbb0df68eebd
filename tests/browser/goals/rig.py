"""An estate in a process of its own, so that what it costs and how fast it is can be told from the browser's driver.

`Rig` is the handle in the test; the process is this module (`python -m tests.browser.goals.rig FOLDER PORT DOORS`). It
reads one JSON command a line and answers with one JSON line. Store, writer, API and stream are the product's own; the
rules are the two of `tests/gateway/pump_parts.py`, because no goal that is measured here is about rules.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec

from devices.event import RawMessage
from devices.registry import Device, Household, Registry
from tests.browser import estate as estate_module
from tests.browser.estate import HOST, Estate, Wall, six_buildings
from tests.gateway.api import house as house_module
from tests.gateway.api.test_many_cases import fill
from tests.integration.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parents[3]
TICK = os.sysconf("SC_CLK_TCK")


class Rig:
    """The process with its commands."""

    def __init__(self, folder: Path, *, doors: int = 6) -> None:
        folder.mkdir(parents=True)
        self.port = free_port()
        self.base = f"http://{HOST}:{self.port}"
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.goals.rig", str(folder / "site"), str(self.port), str(doors)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip
        try:
            assert self._answer() == "ready"
        except ValueError:
            raise AssertionError((folder / "log").read_text("utf-8")[-3000:]) from None

    def ask(self, do: str, **given: Any) -> Any:
        """Give a command and return its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **given}) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def cpu_s(self) -> float:
        """Return the processor time that the process has used so far, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait(30)
        for stream in (self.process.stdin, self.process.stdout, self._log):
            if stream is not None:
                stream.close()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        answer = json.loads(self.process.stdout.readline())
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(answer["error"])
        return answer


class Show:
    """What the process does."""

    def __init__(self, estate: Estate, doors: list[str]) -> None:
        self.estate, self.doors = estate, doors
        self.said: list[
            tuple[str, int, float]
        ] = []  # door, how often so far, when it was stored (ms since 1970)
        self._counts = dict.fromkeys(doors, 0)
        self._steady: threading.Thread | None = None
        self._over = threading.Event()

    def people(self, names: list[str]) -> None:
        self.estate.people(*names)

    def force(self, door: str) -> dict[str, Any]:
        """Force a door and wait until that is stored; return its case and when."""
        said: Future[float] = Future()
        self._force(door, said.set_result)
        at = said.result(60)
        return {"number": self._number(door), "at": at}

    def red(self, number: str) -> float:
        """Make a case red; return when that was stored (ms since 1970)."""
        self.estate.act("chen", number, "level", level="L1", reason="有明火")
        return time.time() * 1000

    def act(self, by: str, number: str, name: str, fields: dict[str, Any]) -> None:
        self.estate.act(by, number, name, **fields)

    def state(self, number: str) -> str:
        return str(self.estate.case(number).state)

    def cases(self) -> list[str]:
        return sorted(self.estate.house.pump.state.cases.incidents)  # type: ignore[attr-defined]  # the house's own state

    def steady(self, a_second: float, seconds: float, doors: int, once: bool = False) -> None:
        """Begin to force doors in turn at a rate, in the background; `once`: each door only once."""
        self._over.clear()

        def go() -> None:
            begin = time.monotonic()
            for number in range(int(a_second * seconds)):
                wait = begin + number / a_second - time.monotonic()
                if self._over.wait(max(0.0, wait)):
                    return
                if once and number >= doors:
                    return
                self._force(self.doors[number % doors])

        self._steady = threading.Thread(target=go, daemon=True)
        self._steady.start()

    def churn(self, a_second: float, seconds: float) -> None:
        """Begin to open a case now and then that somebody ends twenty seconds later, in the background."""

        def go() -> None:
            begin, open_since = time.monotonic(), dict[str, float]()
            for number in range(int(a_second * seconds)):
                time.sleep(max(0.0, begin + number / a_second - time.monotonic()))
                open_since[self.force(self.doors[6 + number])["number"]] = time.monotonic()
                for each, since in list(open_since.items()):
                    if time.monotonic() - since > 20:
                        self.estate.act("chen", each, "reject", code="false_device")
                        del open_since[each]

        self._steady = threading.Thread(target=go, daemon=True)
        self._steady.start()

    def open_cases(self) -> list[str]:
        """Return the numbers of the cases that are not over."""
        cases = self.estate.house.pump.state.cases.incidents.values()  # type: ignore[attr-defined]  # the house's own state
        return sorted(case.number for case in cases if case.state not in {"closed", "rejected", "merged"})

    def fill(self) -> list[str]:
        """Store a hundred thousand cases of two years; return their numbers."""
        return fill(self.estate.house)

    def finish(self) -> list[tuple[str, int, float]]:
        """Wait for the end of what runs in the background; return what was said since the last time."""
        if self._steady is not None:
            self._steady.join()
        wait_until(
            lambda: len(self.said) == sum(self._counts.values()), seconds=60, what="everything to be stored"
        )
        said, self.said = self.said, []
        self._counts = dict.fromkeys(self.doors, 0) if not said else self._counts
        for door, _, _ in said:
            self._counts[door] -= 1
        return said

    def numbers(self) -> dict[str, str]:
        """Return the newest case of each door."""
        cases = self.estate.house.pump.state.cases.incidents.values()  # type: ignore[attr-defined]  # the house's own state
        return {case.device: case.number for case in sorted(cases, key=lambda case: case.number)}

    def close(self) -> None:
        self.estate.stop()

    def open(self) -> None:
        self.estate.start()

    def _number(self, door: str) -> str:
        return self.numbers()[door]

    def _force(self, door: str, done: Any = None) -> None:
        self._counts[door] += 1
        count, house = self._counts[door], self.estate.house
        body = msgspec.json.encode({"device": door, "kind": "access.forced"})
        message = RawMessage(
            topic=f"door/{door}", payload=body, received_at=house.clock.now(), adapter="http"
        )

        def stored() -> None:
            at = time.time() * 1000
            self.said.append((door, count, at))
            if done is not None:
                done(at)

        house.writer.put(message, stored)


def with_doors(many: int) -> Any:
    """Return the estate of six buildings with so many doors in all."""

    def site(**changes: Any) -> Any:
        view = six_buildings(**changes)
        doors = [
            Device(
                id=f"door-n{index}", type="access_gate", name={"zh": f"{index}号门", "en": f"Door {index}"},
                building=str(index + 1) if index < 6 else None,  # the others stand outdoors: each opens a case of its own
                grid="g1" if index % 6 < 3 else "g2",
            )
            for index in range(many)
        ]  # fmt: skip
        return msgspec.structs.replace(
            view, registry=Registry(doors, [Household(id="h1", building="1", unit="2", grid="g1")])
        )

    return site


def main() -> None:
    """Serve until told to stop."""
    folder, port, doors = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True)
    house_module.Ticker = Wall  # type: ignore[misc]  # the machine's own clock
    house_module.site = with_doors(doors)
    estate_module.free_port = lambda: port  # type: ignore[attr-defined]  # known to the test before
    with Estate(folder) as estate:
        show = Show(estate, [f"door-n{index}" for index in range(doors)])
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            command = json.loads(line)
            try:
                answer = getattr(show, command.pop("do"))(**command)
            except Exception as error:  # noqa: BLE001 - task boundary: the test reads what went wrong
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
